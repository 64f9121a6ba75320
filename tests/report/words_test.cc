#include "report/words.h"

#include <gtest/gtest.h>

#include "report/sample.h"

namespace edgefit {
namespace {

TEST(Words, TagsNameTheWeakestInput) {
  Trace trace;
  const Given given(&trace);
  const Number file = given(1.0, "a", Origin::Kind::file, "f");
  const Number table = given(2.0, "b", Origin::Kind::catalog, "c");
  const Number guess = given(3.0, "c", Origin::Kind::assumed, "g");
  EXPECT_STREQ(tag_of(nullptr), "");
  EXPECT_STREQ(tag_of(file.why), "");
  EXPECT_STREQ(tag_of((file * table).why), "[catalog]");
  EXPECT_STREQ(tag_of((guess * table).why), "[assumed]");
}

TEST(Words, ChangesReadAsInAPlan) {
  Change change;
  change.what = "quant";
  change.from = "q8_0";
  change.to = "q4_k_m";
  EXPECT_STREQ(describe(change).symbol, "~");
  EXPECT_EQ(describe(change).what, "quant q8_0 -> q4_k_m");
  EXPECT_EQ(brief(change), "quant q4_k_m");
  Change card;
  card.op = Change::Op::add;
  card.what = "gpu";
  card.to = "rtx-4090";
  card.quantity = 2;
  EXPECT_STREQ(describe(card).symbol, "+");
  EXPECT_EQ(describe(card).what, "2x rtx-4090");
  EXPECT_EQ(brief(card), "add 2x rtx-4090");
  card.op = Change::Op::replace;
  card.from = "rtx-3060";
  EXPECT_EQ(describe(card).what, "rtx-3060 -> 2x rtx-4090");
  EXPECT_EQ(brief(card), "swap for 2x rtx-4090");
}

TEST(Words, PricesAreWholeCentsOrUnknown) {
  Price price{159900, 159900, 159900, true, "USD", "list", "2026-10", "s"};
  EXPECT_EQ(show_price(price), "1,599 USD list, 2026-10");
  price.known = false;
  EXPECT_EQ(show_price(price), "price unknown");
  EXPECT_EQ(show_price(Price{}), "0");
}

TEST(Words, ExactValuesKeepEveryByte) {
  EXPECT_EQ(show_exact(4920739232, "B"), "4,920,739,232 B");
  EXPECT_EQ(show_exact(82.6e12, "flop/s"), "82.6 TFLOP/s");
  EXPECT_EQ(show_exact(1008e9, "B/s"), "1.008 TB/s");
  EXPECT_EQ(show_exact(0.5, "1"), "0.5");
}

TEST(Words, EqualDevicesAreCounted) {
  Host host = test::sample_host();
  host.gpus.push_back(host.gpus.front());
  EXPECT_EQ(devices_of(test::sample_case(host)), "2x NVIDIA GeForce RTX 4090");
  Case question = test::sample_case(host);
  question.runtime.backend = Backend::cpu;
  EXPECT_EQ(devices_of(question), "Example CPU 9000");
}

TEST(Words, TitleNamesThePrecisionOnce) {
  Model model = test::sample_model();
  EXPECT_EQ(title_of(model), "llama-8b q4_k_m");
  model.name = "llama-8b-Q4_K_M";
  EXPECT_EQ(title_of(model), "llama-8b-Q4_K_M");
}

}  // namespace
}  // namespace edgefit
