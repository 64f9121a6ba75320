#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/invoke.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

TEST(Explain, EveryFigureOfAnAssessmentCanBeExplained) {
  const std::vector<std::string> box = {"--host", fixture("machines/two-gpus.json")};
  const auto report = invoke({"assess", fixture("models/llama-8b.json"), box[0], box[1], "--format", "json"});
  const auto why = nlohmann::ordered_json::parse(report.out)["why"];
  ASSERT_GT(why.size(), 8u);
  for (const auto& [id, entry] : why.items()) {
    const auto outcome = invoke({"explain", fixture("models/llama-8b.json"), id, box[0], box[1]});
    EXPECT_EQ(outcome.code, 0) << id;
    EXPECT_TRUE(outcome.out.starts_with(id + " = ")) << outcome.out;
  }
}

TEST(Explain, ATermStandsForItsLinesInAllPools) {
  const auto outcome =
      invoke({"explain", fixture("models/llama-8b.json"), "weights", "--host", fixture("machines/two-gpus.json")});
  EXPECT_EQ(outcome.code, 0);
  for (const char* id : {"ram.weights = ", "gpu0.weights = ", "gpu1.weights = "})
    EXPECT_TRUE(has(outcome.out, id)) << id;
}

TEST(Explain, AnUnknownTermIsAUsageError) {
  const auto near =
      invoke({"explain", fixture("models/llama-8b.json"), "weigths", "--host", fixture("machines/laptop.json")});
  EXPECT_EQ(near.code, 2);
  EXPECT_EQ(near.out, "");
  EXPECT_TRUE(has(near.err, "did you mean 'weights'?")) << near.err;
  const auto far =
      invoke({"explain", fixture("models/llama-8b.json"), "zzzzzzzzzz", "--host", fixture("machines/laptop.json")});
  EXPECT_EQ(far.code, 2);
  EXPECT_TRUE(has(far.err, "weights")) << far.err;
}

}  // namespace
}  // namespace edgefit
