#include "edgefit/figure.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Figure, UntracedArithmeticKeepsNoReasons) {
  const Given given(nullptr);
  const auto bytes = given(4.0, "layers", Origin::Kind::file, "x") * Figure<Bytes>(Bytes{10}) + Figure<Bytes>(Bytes{2});
  EXPECT_EQ(bytes.value, 42);
  EXPECT_EQ(bytes.why, nullptr);
}

TEST(Figure, TheFormulaThatComputesIsTheFormulaThatPrints) {
  Trace trace;
  const Given given(&trace);
  const auto layers = given(32.0, "layers", Origin::Kind::file, "llama.block_count");
  const auto k = given(Bytes{256}, "k", Origin::Kind::assumed, "f16");
  const auto v = given(Bytes{128}, "v", Origin::Kind::assumed, "f16");
  const auto kv = (layers * (k + v)).named("kv_cache", "llamacpp.kv.full");
  EXPECT_EQ(kv.value, 32 * 384);
  ASSERT_NE(kv.why, nullptr);
  EXPECT_EQ(formula_of(*kv.why), "layers * (k + v)");
  EXPECT_EQ(kv.why->rule, "llamacpp.kv.full");
  const auto inputs = inputs_of(*kv.why);
  ASSERT_EQ(inputs.size(), 3U);
  EXPECT_EQ(inputs[0]->name, "layers");
  EXPECT_EQ(inputs[0]->origin.text, "llama.block_count");
}

TEST(Figure, ParenthesesAppearWhereAReaderNeedsThem) {
  Trace trace;
  const Given given(&trace);
  const auto a = given(8.0, "a", Origin::Kind::user, ""), b = given(4.0, "b", Origin::Kind::user, ""),
             c = given(2.0, "c", Origin::Kind::user, "");
  EXPECT_EQ(formula_of(*(a - (b - c)).why), "a - (b - c)");
  EXPECT_EQ(formula_of(*((a - b) - c).why), "a - b - c");
  EXPECT_EQ(formula_of(*(a / (b * c)).why), "a / (b * c)");
  EXPECT_EQ(formula_of(*(a * b / c).why), "a * b / c");
  EXPECT_EQ(formula_of(*round_up(a + b, 256).why), "round_up(a + b, 256)");
  EXPECT_EQ(formula_of(*max(a, b * c).why), "max(a, b * c)");
  EXPECT_EQ((a - (b - c)).value, 6);
  EXPECT_EQ(round_up(a, 5).value, 10);
}

TEST(Figure, NeutralOperandsAreNotWritten) {
  Trace trace;
  const auto a = Given(&trace)(Bytes{8}, "a", Origin::Kind::user, "");
  EXPECT_EQ(formula_of(*(Figure<Bytes>(Bytes{0}) + a).why), "a");
  EXPECT_EQ(formula_of(*(a * 1.0).why), "a");
  EXPECT_EQ(formula_of(*(a * 2.0).why), "a * 2");
}

TEST(Figure, NamedPartsAreMentionedOnceByName) {
  Trace trace;
  const auto a = Given(&trace)(Bytes{8}, "a", Origin::Kind::user, "");
  const auto part = (a * 2.0).named("part", "rule");
  const auto whole = (part + part + a).named("whole", "rule");
  EXPECT_EQ(formula_of(*whole.why), "part + part + a");
  EXPECT_EQ(inputs_of(*whole.why).size(), 2U);
}

TEST(Units, ProductsAndRatiosCarryUnits) {
  const Seconds time = Bytes{100} / BytesPerSecond{50};
  EXPECT_EQ(time.value, 2);
  static_assert(std::is_same_v<decltype(Tokens{} / Seconds{}), TokensPerSecond>);
  static_assert(std::is_same_v<decltype(Watts{} * Seconds{}), Joules>);
}

}  // namespace
}  // namespace edgefit
