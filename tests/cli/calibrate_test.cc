#include <gtest/gtest.h>

#include "cli/invoke.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

const std::vector<std::string> kBox = {"--gpu", "rtx-4090", "--ram", "64GiB"};

std::string bench(double prompt, double answer, const char* parameters = "8030261248") {
  return std::string("[{\"backends\":\"CUDA\",\"model_type\":\"llama 8B\",\"model_n_params\":") + parameters +
         ",\"n_gpu_layers\":99,\"n_prompt\":512,\"n_gen\":0,\"avg_ts\":" + std::to_string(prompt) +
         "},{\"backends\":\"CUDA\",\"n_gpu_layers\":99,\"n_prompt\":0,\"n_gen\":128,\"avg_ts\":" +
         std::to_string(answer) + "}]";
}

test::Outcome with_box(std::vector<std::string> words) {
  words.insert(words.end(), kBox.begin(), kBox.end());
  return invoke(words);
}

TEST(Calibrate, RunsOfOneModelMoveTheSpeedOfAnother) {
  const test::TempDir dir;
  const auto file = dir.write("bench.json", bench(6000, 90));
  const std::string model = fixture("models/llama-8b.json"), other = fixture("models/few-facts.json");
  const auto made = with_box({"calibrate", model, file, "-o", dir.at("calibration.json")});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_TRUE(has(made.out, "Runs on")) << made.out;
  EXPECT_TRUE(has(made.out, "90.0")) << made.out;
  const auto before = with_box({"assess", other, "--format", "json"});
  const auto after = with_box({"assess", other, "--calibration", dir.at("calibration.json"), "--format", "json"});
  ASSERT_EQ(after.code, before.code) << after.err;
  EXPECT_NE(before.out, after.out);
  EXPECT_TRUE(has(after.out, "calibration")) << "the factor is a given number of the arithmetic";
  const auto why = with_box({"explain", other, "decode", "--calibration", dir.at("calibration.json")});
  EXPECT_TRUE(has(why.out, "runs of one model on this box")) << why.out;
}

TEST(Calibrate, FasterThanMemoryIsRefusedWithTheReason) {
  const test::TempDir dir;
  const auto file = dir.write("bench.json", bench(6000, 900));
  const auto outcome = with_box({"calibrate", fixture("models/llama-8b.json"), file});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(has(outcome.out, "more than the peak of this memory reads")) << outcome.out;
  const auto none =
      with_box({"calibrate", fixture("models/llama-8b.json"),
                dir.write("fast.json", "{\"n_prompt\":0,\"n_gen\":128,\"avg_ts\":900,\"backends\":\"CUDA\"}")});
  EXPECT_EQ(none.code, 2);
  EXPECT_TRUE(has(none.err, "no run can be used")) << none.err;
  EXPECT_TRUE(has(none.err, "more than the peak of this memory reads")) << none.err;
}

TEST(Calibrate, RunsOfAnotherModelAreRefused) {
  const test::TempDir dir;
  const auto outcome = with_box({"calibrate", fixture("models/llama-70b.json"), dir.write("b.json", bench(6000, 90))});
  EXPECT_TRUE(has(outcome.out + outcome.err, "another model: 8.03 B parameters in the run"))
      << outcome.out << outcome.err;
}

TEST(Calibrate, TheSameRunAgainReplacesTheOld) {
  const test::TempDir dir;
  const std::string model = fixture("models/llama-8b.json"), kept = dir.at("calibration.json");
  ASSERT_EQ(with_box({"calibrate", model, dir.write("a.json", bench(6000, 90)), "-o", kept}).code, 0);
  const auto again =
      with_box({"calibrate", model, dir.write("b.json", bench(6000, 80)), "--calibration", kept, "--format", "json"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(has(again.out, "\"measured\": 80"));
  EXPECT_FALSE(has(again.out, "\"measured\": 90"));
}

TEST(Calibrate, AnotherBoxAndBrokenFilesAreTwo) {
  const test::TempDir dir;
  const std::string model = fixture("models/llama-8b.json"), kept = dir.at("calibration.json");
  ASSERT_EQ(with_box({"calibrate", model, dir.write("a.json", bench(6000, 90)), "-o", kept}).code, 0);
  const auto other = invoke({"assess", model, "--gpu", "rtx-3090", "--ram", "64GiB", "--calibration", kept});
  EXPECT_EQ(other.code, 2);
  EXPECT_TRUE(has(other.err, "a calibration of another box")) << other.err;
  EXPECT_EQ(with_box({"assess", model, "--calibration", dir.write("x.json", "{}")}).code, 2);
  EXPECT_EQ(with_box({"assess", model, "--calibration", dir.at("absent.json")}).code, 2);
  EXPECT_EQ(with_box({"calibrate", model}).code, 2);
  EXPECT_EQ(with_box({"calibrate", model, dir.write("y.json", "hello")}).code, 2);
}

TEST(Calibrate, ACaseKeepsItsCalibration) {
  const test::TempDir dir;
  const std::string model = fixture("models/llama-8b.json"), kept = dir.at("calibration.json");
  ASSERT_EQ(with_box({"calibrate", model, dir.write("a.json", bench(6000, 90)), "-o", kept}).code, 0);
  const auto first =
      with_box({"assess", model, "--calibration", kept, "-o", dir.at("q.case.json"), "--as-of", "2026-11-23"});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(invoke({"assess", dir.at("q.case.json"), "--as-of", "2026-11-23"}).out, first.out);
}

}  // namespace
}  // namespace edgefit
