#include <gtest/gtest.h>

#include "edgefit/calibration.h"
#include "edgefit/text.h"
#include "support/cases.h"

namespace edgefit {
namespace {

TEST(SpeedBasis, OneKindOfDeviceHasOne) {
  const Speed s = assess(testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1))).speed;
  ASSERT_TRUE(s.decode_basis && s.prefill_basis);
  EXPECT_EQ(s.decode_basis->backend, Backend::cuda);
  EXPECT_EQ(s.decode_basis->devices, 1);
  EXPECT_NEAR(s.decode_basis->seconds, 1 / s.decode->value.value, 1e-9);
  // All active weights at a terabyte a second, and four times the matrix peak over two operations a weight.
  EXPECT_GE(s.decode_basis->limit.value, s.decode->value.value);
  EXPECT_NEAR(s.prefill_basis->limit.value, 4 * 165e12 / (2 * 8030261248.0), 1);
}

TEST(SpeedBasis, SharedWorkHasNone) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  c.runtime.gpu_layers = 10;
  const Speed s = assess(c).speed;
  ASSERT_TRUE(s.decode);
  EXPECT_FALSE(s.decode_basis);
  EXPECT_FALSE(s.prefill_basis);
}

TEST(SpeedBasis, AProcessorReadsNoFasterThanItsModulesButForItsCaches) {
  auto host = *testing::box(gib(64));
  const auto model = testing::prepared(testing::llama_8b());
  const auto ask = [&] {
    return *assess(testing::question(model, std::make_shared<const Host>(host))).speed.decode_basis;
  };
  const double plain = ask().limit.value;
  EXPECT_GT(plain, 80e9 / model->weight_bytes->value);
  host.cpu.caches = {{3, "unified", gib(1), 1, 8}};
  EXPECT_GT(ask().limit.value, plain);
  host.memory.peak_bandwidth.origin.kind = Origin::Kind::assumed;
  EXPECT_EQ(ask().limit.value, 0);
}

TEST(SpeedBasis, AnAssessmentUsesItAndItsIntervalNarrows) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  const Speed before = assess(c).speed;
  ASSERT_TRUE(before.decode_basis);
  RunTraits traits{
      Backend::cuda, 1, false, false, c.model->name, lower(c.model->precision), before.decode_basis->seconds};
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

}  // namespace
}  // namespace edgefit
