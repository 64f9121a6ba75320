#include "report/verify_sections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

GoldenReport sample_golden() {
  GoldenReport out;
  for (int i = 0; i < 30; ++i) {
    GoldenResult result;
    result.id = "case|" + std::to_string(i);
    result.state = i == 0 ? GoldenState::pass : i == 1 ? GoldenState::flaky : GoldenState::fail;
    result.critical = i == 1;
    result.passes = i == 0 ? 3 : i == 1 ? 1 : 0;
    result.repeats = 3;
    result.why = "the answer is another text";
    result.texts = {"private"};
    out.run.results.push_back(result);
  }
  out.run.repeats = 3;
  out.run.asked_for = 30;
  out.gate = gate(out.run, 0.9);
  return out;
}
PredictionReport sample_prediction() {
  PredictionReport out;
  out.file = "case.json";
  out.diagnosis.figures = {measured_figure("decode", "tok/s", 57, 100, 90, 110, true),
                           measured_figure("first_token", "s", 1, 1, 0.8, 1.2, false)};
  out.diagnosis.status = CheckStatus::fail;
  out.diagnosis.causes = {{"single_channel", "twice as long", "one memory channel", "fill the second"}};
  out.diagnosis.not_seen = {"thermal"};
  return out;
}

TEST(VerifySections, TheTerminalShowsWhatDoesNotPass) {
  Page page({});
  print_golden(page, sample_golden());
  print_prediction(page, sample_prediction());
  const std::string text = std::move(page).text();
  EXPECT_THAT(text, HasSubstr("Golden cases  1 of 30 pass, 28 fail, 1 flaky, 0 without an answer; each asked 3\n"));
  EXPECT_THAT(text, HasSubstr("case|1 (critical)"));
  EXPECT_THAT(text, HasSubstr("1/3"));
  EXPECT_THAT(text, HasSubstr("and 9 more"));
  EXPECT_THAT(text, HasSubstr("57 tok/s"));
  EXPECT_THAT(text, HasSubstr("-43 %"));
  EXPECT_THAT(text, HasSubstr("single_channel  one memory channel; usual effect: twice as long"));
  EXPECT_THAT(text, HasSubstr("could not be looked for: thermal"));
  EXPECT_THAT(text, Not(HasSubstr("private")));
}

TEST(VerifySections, MarkdownKeepsItsTables) {
  std::string text;
  markdown_golden(text, sample_golden());
  markdown_prediction(text, sample_prediction());
  EXPECT_THAT(text, HasSubstr("| case\\|1 (critical) | flaky | 1/3 |"));
  EXPECT_THAT(text, HasSubstr("| each request | 57 tok/s | 100 tok/s |"));
  EXPECT_THAT(text, HasSubstr("- **single_channel**: one memory channel"));
}

TEST(VerifySections, JsonHoldsTextsOnlyWhenKept) {
  EXPECT_FALSE(golden_json(sample_golden(), false)["cases"][0].contains("texts"));
  EXPECT_EQ(golden_json(sample_golden(), true)["cases"][0]["texts"][0], "private");
  const Json prediction = prediction_json(sample_prediction());
  EXPECT_DOUBLE_EQ(prediction["figures"][0]["speed"].get<double>(), 0.57);
  EXPECT_EQ(prediction["causes"][0]["id"], "single_channel");
}

}  // namespace
}  // namespace edgefit
