#include "edgefit/calibration.h"

#include <gtest/gtest.h>

#include "base/parse.h"
#include "edgefit/report.h"

namespace edgefit {
namespace {

TEST(RenderRuns, EachRunBesideItsPredictionAndWhyOthersAreLeftOut) {
  ComparedRun good, other;
  good.run.output = 128;
  good.run.depth = 4096;
  good.run.speed = {61.25};
  good.predicted = {49};
  good.low = {35};
  good.high = {70};
  other.run.prefill = true;
  other.run.prompt = 512;
  other.run.speed = {2500};
  other.refusal = "another model: 3.2 B parameters in the run, 8.03 B in llama";
  const std::vector<ComparedRun> runs = {good, other, other};
  const std::string text = render_runs(runs, "Example CPU, 8 cores", {});
  EXPECT_NE(text.find("Runs on Example CPU, 8 cores"), std::string::npos) << text;
  EXPECT_NE(text.find("128 after 4,096"), std::string::npos) << text;
  EXPECT_NE(text.find("61.2"), std::string::npos) << text;
  EXPECT_NE(text.find("(35.0 to 70.0)"), std::string::npos) << text;
  EXPECT_NE(text.find("1.25"), std::string::npos) << text;
  EXPECT_NE(text.find("2 runs: another model"), std::string::npos) << text;
  for (const auto line : split_lines(text)) EXPECT_LE(line.size(), 80U) << line;
}

}  // namespace
}  // namespace edgefit
