#include "edgefit/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

namespace edgefit {
namespace {

CalibrationRow row(const std::string& model, double seconds, double factor, bool prefill = false) {
  return {"llama.cpp", "v0.5.0", {Backend::cuda, 1, prefill, false, model, "q4_k_m", seconds}, factor * 100, 100, "",
          "",          ""};
}
RunTraits asked(const std::string& model, double seconds) {
  return {Backend::cuda, 1, false, false, model, "q4_k_m", seconds};
}

TEST(Calibration, TheSameRunAgainGivesNearlyItsFactor) {
  const Calibration one("box", {row("a", 0.01, 1.5)});
  const auto correction = one.correct("llama.cpp", "v0.5.0", asked("a", 0.01));
  ASSERT_TRUE(correction);
  EXPECT_NEAR(correction->factor, 1.5, 0.02);
  EXPECT_EQ(correction->runs, 1);
  EXPECT_EQ(correction->models, 1);
}

TEST(Calibration, OtherModelsFollowLessAndAreLessSure) {
  const Calibration one("box", {row("a", 0.01, 1.5)});
  const auto same = one.correct("llama.cpp", "v0.5.0", asked("a", 0.01));
  const auto other = one.correct("llama.cpp", "v0.5.0", asked("b", 0.1));
  ASSERT_TRUE(same && other);
  EXPECT_GT(other->factor, 1.1);
  EXPECT_LT(other->factor, same->factor);
  EXPECT_GT(std::log(other->high / other->low), std::log(same->high / same->low));
}

TEST(Calibration, OfVllmARunOfOneModelSaysLittleOfAnother) {
  CalibrationRow run = row("a", 0.01, 1.5);
  run.runtime = "vllm";
  const Calibration served("box", {run}), local("box", {row("a", 0.01, 1.5)});
  const auto same = served.correct("vllm", "v0.5.0", asked("a", 0.01));
  const auto other = served.correct("vllm", "v0.5.0", asked("b", 0.01));
  const auto elsewhere = local.correct("llama.cpp", "v0.5.0", asked("b", 0.01));
  ASSERT_TRUE(same && other && elsewhere);
  EXPECT_NEAR(same->factor, 1.5, 0.02);
  EXPECT_LT(other->factor, 1.1);
  EXPECT_GT(elsewhere->factor, 1.4);
}

TEST(Calibration, MoreModelsMakeSurer) {
  const Calibration one("box", {row("a", 0.01, 1.2)});
  const Calibration three("box", {row("a", 0.01, 1.2), row("b", 0.02, 1.25), row("c", 0.04, 1.15)});
  const auto before = one.correct("llama.cpp", "v0.5.0", asked("d", 0.03));
  const auto after = three.correct("llama.cpp", "v0.5.0", asked("d", 0.03));
  ASSERT_TRUE(before && after);
  EXPECT_NEAR(after->factor, 1.2, 0.05);
  EXPECT_LT(std::log(after->high / after->low), std::log(before->high / before->low));
  EXPECT_EQ(after->models, 3);
}

TEST(Calibration, OnlyWhatRanTheSameWayCounts) {
  const Calibration one("box", {row("a", 0.01, 1.5)});
  EXPECT_FALSE(one.correct("vllm", "v0.5.0", asked("a", 0.01)));
  EXPECT_FALSE(one.correct("llama.cpp", "2024", asked("a", 0.01)));
  RunTraits other = asked("a", 0.01);
  other.backend = Backend::vulkan;
  EXPECT_FALSE(one.correct("llama.cpp", "v0.5.0", other));
  other = asked("a", 0.01);
  other.devices = 2;
  EXPECT_FALSE(one.correct("llama.cpp", "v0.5.0", other));
  other = asked("a", 0.01);
  other.prefill = true;
  EXPECT_FALSE(one.correct("llama.cpp", "v0.5.0", other));
}

TEST(Calibration, ABoxIsItsProcessorAndItsUsableDevices) {
  const Origin told{Origin::Kind::user, "test"};
  Host host;
  EXPECT_EQ(box_of(host), "");
  host.cpu.cores = {8.0, told};
  EXPECT_EQ(box_of(host), "8 cores");
  host.cpu.model = {"Example CPU", told};
  host.gpus.resize(3);
  host.gpus[0].name = host.gpus[1].name = {"Test GPU", told};
  host.gpus[0].state = host.gpus[1].state = GpuState::usable;
  host.gpus[2].state = GpuState::no_driver;
  EXPECT_EQ(box_of(host), "Example CPU, 8 cores, Test GPU, Test GPU");
}

}  // namespace
}  // namespace edgefit
