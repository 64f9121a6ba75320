#include "edgefit/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/cases.h"

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

TEST(Calibration, AnAssessmentUsesItAndItsIntervalNarrows) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  const Speed before = assess(c).speed;
  ASSERT_TRUE(before.decode_basis);
  RunTraits traits{Backend::cuda, 1, false, false, c.model->name, c.model->precision, before.decode_basis->seconds};
  const double measured = before.decode->value.value * 0.8;
  c.calibration = std::make_shared<const Calibration>(
      box_of(*c.host),
      std::vector<CalibrationRow>{{"llama.cpp", "v0.5.0", traits, measured, before.decode->value.value, "", "", ""}});
  const Speed after = assess(c).speed;
  EXPECT_NEAR(after.decode->value.value, measured, 0.02 * measured);
  EXPECT_LT(after.decode->high.value / after.decode->low.value, before.decode->high.value / before.decode->low.value);
  EXPECT_EQ(after.decode_basis->seconds, before.decode_basis->seconds);
  EXPECT_EQ(after.prefill->value.value, before.prefill->value.value);

  auto other = *c.host;
  other.gpus.front().name = {"Another GPU", testing::kGiven};
  c.host = std::make_shared<const Host>(other);
  EXPECT_EQ(assess(c).speed.decode->value.value, before.decode->value.value);
}

TEST(Calibration, ABoxIsItsProcessorAndItsDevices) {
  const std::string bare = box_of(*testing::box(gib(64)));
  EXPECT_EQ(bare, "8 cores");
  EXPECT_EQ(box_of(*testing::box(gib(64), 2)), "8 cores, Test GPU, Test GPU");
}

}  // namespace
}  // namespace edgefit
