// Properties of the one verb, over many models and boxes.
#include <gtest/gtest.h>

#include <random>

#include "support/cases.h"

namespace edgefit {
namespace {

int rank(Verdict v) {
  return v == Verdict::ready ? 2 : v == Verdict::tight ? 1 : 0;
}

/// Models and boxes of many sizes; the same ones at every run.
std::vector<Case> many_cases() {
  std::vector<Case> out;
  std::mt19937 random(7);
  const auto pick = [&random](auto... values) {
    const std::vector<double> v{static_cast<double>(values)...};
    return v[random() % v.size()];
  };
  for (int i = 0; i < 300; ++i) {
    Model m = testing::llama_8b(random() % 2 == 0 ? "q4_k_m" : "f16");
    m.parameters = {pick(1e9, 3e9, 8e9, 30e9, 70e9), testing::kGiven};
    m.architecture.layers = {pick(16, 32, 64), testing::kGiven};
    m.architecture.kv_heads = {pick(1, 8, 32), testing::kGiven};
    const int gpus = static_cast<int>(pick(0, 1, 2));
    out.push_back(testing::question(testing::prepared(m),
                                    testing::box(gib(pick(8, 16, 32, 64, 256)), gpus, gib(pick(4, 8, 24, 80))),
                                    pick(512, 4096, 8192, 32768), pick(1, 2, 8)));
  }
  return out;
}

std::shared_ptr<const Host> less_memory(const Host& host, double factor) {
  auto out = std::make_shared<Host>(host);
  out->memory.os_total.value = *out->memory.os_total * factor;
  for (auto& gpu : out->gpus) gpu.vram_total.value = *gpu.vram_total * factor;
  return out;
}

double total_need(const Assessment& a) {
  double sum = 0;
  for (const auto& pool : a.pools) sum += pool.need.value.value;
  return sum;
}

TEST(AssessProperty, LessMemoryNeverTurnsANoIntoAYes) {
  for (Case c : many_cases()) {
    const int before = rank(assess(c).verdict);
    for (const double factor : {0.9, 0.5}) {
      Case less = c;
      less.host = less_memory(*c.host, factor);
      EXPECT_LE(rank(assess(less).verdict), before);
    }
  }
}

TEST(AssessProperty, MoreContextNeverNeedsLess) {
  for (Case c : many_cases()) {
    c.runtime.gpu_layers = 20;
    const double before = total_need(assess(c));
    c.workload.context.value = *c.workload.context * 2;
    EXPECT_GE(total_need(assess(c)), before);
    c.workload.sequences.value = *c.workload.sequences + 1;
    EXPECT_GE(total_need(assess(c)), before);
  }
}

TEST(AssessProperty, TracingChangesNoNumber) {
  for (const Case& c : many_cases()) {
    Trace trace;
    const Assessment plain = assess(c), traced = assess(c, &trace);
    EXPECT_EQ(plain.verdict, traced.verdict);
    ASSERT_EQ(plain.pools.size(), traced.pools.size());
    for (size_t i = 0; i < plain.pools.size(); ++i) EXPECT_EQ(plain.pools[i].need.value, traced.pools[i].need.value);
    EXPECT_FALSE(trace.nodes().empty());
  }
}

TEST(AssessProperty, EveryFigureOfATracedAnswerHasReasons) {
  const Case c = many_cases().front();
  Trace trace;
  const Assessment a = assess(c, &trace);
  for (const auto& pool : a.pools) {
    for (const auto& line : pool.lines) {
      ASSERT_NE(line.bytes.why, nullptr) << name_of(line.term);
      EXPECT_FALSE(formula_of(*line.bytes.why).empty());
      EXPECT_EQ(line.bytes.why->value, line.bytes.value);
    }
  }
}

TEST(Limits, OneMoreTokenDoesNotFit) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(8), 1, gib(8)));
  const Limits limits = limits_of(c);
  ASSERT_GT(limits.max_context, 1);
  ASSERT_LT(limits.max_context, 131072);
  c.workload.context = {limits.max_context, testing::kGiven};
  EXPECT_NE(assess(c).verdict, Verdict::not_ready);
  c.workload.context = {limits.max_context + 1, testing::kGiven};
  EXPECT_EQ(assess(c).verdict, Verdict::not_ready);
}

TEST(Limits, AreExactForManyModelsAndBoxes) {
  int bounded_context = 0, bounded_sequences = 0;
  int index = 0;
  for (Case c : many_cases()) {
    if (++index % 5 != 0) continue;
    const Limits limits = limits_of(c);
    const auto fits = [&c](Fact<double>& member, double value) {
      Case changed = c;
      (&member == &c.workload.context ? changed.workload.context : changed.workload.sequences).value = value;
      return assess(changed).verdict != Verdict::not_ready;
    };
    const double most = *c.model->architecture.max_context;
    if (limits.max_context > 0) {
      EXPECT_TRUE(fits(c.workload.context, limits.max_context)) << index;
    }
    if (limits.max_context < most) {
      EXPECT_FALSE(fits(c.workload.context, limits.max_context + 1)) << index;
      bounded_context += limits.max_context > 0 ? 1 : 0;
    }
    if (limits.max_sequences > 0) {
      EXPECT_TRUE(fits(c.workload.sequences, limits.max_sequences)) << index;
      bounded_sequences += limits.max_sequences < 256 ? 1 : 0;
    }
    // Beyond 256 the engine itself refuses.
    EXPECT_FALSE(fits(c.workload.sequences, limits.max_sequences + 1)) << index;
    EXPECT_LE(limits.max_sequences, 256);
  }
  EXPECT_GT(bounded_context, 10);
  EXPECT_GT(bounded_sequences, 10);
}

TEST(Limits, NothingFitsMeansZero) {
  const Limits limits = limits_of(testing::question(testing::prepared(testing::llama_8b("f16")), testing::box(gib(4))));
  EXPECT_EQ(limits.max_context, 0);
  EXPECT_EQ(limits.max_sequences, 0);
}

}  // namespace
}  // namespace edgefit
