#include "size/onnxruntime.h"

#include <gtest/gtest.h>

#include <memory>

#include "edgefit/size.h"
#include "size/fit.h"

namespace edgefit {
namespace {

constexpr double kMib = 1024 * 1024;
constexpr BackendProfile kBackends[] = {
    {Backend::cpu, 26 * kMib, 0, 28 * kMib, 0, 42 * kMib, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {Backend::cuda, 120 * kMib, 0, 450 * kMib, 0, 2000 * kMib, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    [] {
      BackendProfile rocm{};
      rocm.backend = Backend::rocm;
      rocm.memory_known = false;
      return rocm;
    }()};
constexpr RuntimeProfile kProfile{"onnxruntime", "v1.30.0", "2026-11", EngineRules::onnxruntime,
                                  "onnxruntime", 0,         0,         kBackends};
const Origin kSaid{Origin::Kind::user, "test"};

Model network() {
  Model m;
  m.format = "onnx";
  m.task = Task::other;
  m.precision = "f32";
  m.weight_bytes = {Bytes{10e6}, kSaid};
  m.activation_bytes = {Bytes{1e6}, kSaid};
  m.flops_per_inference = {1e9, kSaid};
  m.network.nodes = {100, kSaid};
  m.network.integer_flops = {4e8, kSaid};
  m.network.moved_bytes = {Bytes{20e6}, kSaid};
  m.network.convolution_weight_bytes = {Bytes{4e6}, kSaid};
  m.network.largest_weight_bytes = {Bytes{1e6}, kSaid};
  m.network.workspace_bytes = {Bytes{5e5}, kSaid};
  return m;
}

Case question_of(Model model) {
  Case c;
  Host host;
  host.mode = Host::Mode::described;
  host.cpu.fp32_peak = {FlopsPerSecond{1e11}, kSaid};
  host.memory.measured_bandwidth = {BytesPerSecond{2e10}, kSaid};
  c.host = std::make_shared<const Host>(std::move(host));
  c.workload = resolve({}, model);
  c.model = std::make_shared<const Model>(std::move(model));
  c.runtime.profile = &kProfile;
  c.runtime.backend = Backend::cpu;
  c.runtime.backend_chosen = true;
  return c;
}

PoolFit bill_of(const Case& question) {
  return best_fit(question).pools.front();
}
double bytes_of(const PoolFit& pool, Term term) {
  for (const auto& line : pool.lines)
    if (line.term == term) return line.bytes.value;
  return 0;
}

TEST(OnnxRuntime, WeightsByKindOfOperator) {
  const PoolFit pool = bill_of(question_of(network()));
  EXPECT_EQ(bytes_of(pool, Term::weights), 2.55 * 4e6 + 1.49 * 6e6);
  EXPECT_EQ(bytes_of(pool, Term::compute), 3.9 * 1.5e6);
  for (const auto& line : pool.lines) {
    EXPECT_LE(line.low.value, line.bytes.value);
    EXPECT_GE(line.high.value, line.bytes.value);
  }
  EXPECT_EQ(pool.lines[0].low.value, 10e6) << "all weights are held at least once";
}

TEST(OnnxRuntime, ALargeMatrixExistsTwiceWhileItIsPacked) {
  Model m = network();
  m.network.largest_weight_bytes = {Bytes{5e6}, kSaid};
  EXPECT_EQ(bytes_of(bill_of(question_of(m)), Term::weights), 2.55 * 4e6 + 6e6 + 5e6);
  m.network.largest_weight_bytes = {Bytes{1e12}, kSaid};
  EXPECT_EQ(bytes_of(bill_of(question_of(m)), Term::weights), 2.55 * 4e6 + 2 * 6e6) << "never more than all of it";
}

TEST(OnnxRuntime, HalfPrecisionIsWidened) {
  Model m = network();
  m.precision = "f16";
  const PoolFit pool = bill_of(question_of(m));
  EXPECT_EQ(bytes_of(pool, Term::weights), 2 * (2.55 * 4e6 + 1.49 * 6e6));
  EXPECT_EQ(bytes_of(pool, Term::compute), 3 * 3.9 * 1.5e6);
}

TEST(OnnxRuntime, MoreRequestsAndLargerInputsNeverNeedLess) {
  double last = 0;
  for (const double factor : {1.0, 1.5, 2.0, 8.0, 64.0}) {
    Model m = network();
    m.activation_bytes = {Bytes{1e6 * factor}, kSaid};
    Case c = question_of(m);
    const double need = bill_of(c).need.value.value;
    EXPECT_GT(need, last);
    last = need;
    c.workload.sequences = {2, kSaid};
    EXPECT_GT(bill_of(c).need.value.value, need);
  }
}

TEST(OnnxRuntime, LatencyAddsNodesProductsAndBytes) {
  const auto latency = onnxruntime_latency(question_of(network()), Given(nullptr));
  ASSERT_TRUE(latency);
  EXPECT_NEAR(latency->value.value, 100 * 3e-6 + (6e8 + 2e8) / 1e11 + 20e6 / 4e10, 1e-12);
  EXPECT_LT(latency->low.value, latency->value.value);
  EXPECT_GT(latency->high.value, latency->value.value);
  Model m = network();
  m.network.moved_bytes = Fact<Bytes>::unknown("open", "state it");
  EXPECT_FALSE(onnxruntime_latency(question_of(m), Given(nullptr)));
}

TEST(OnnxRuntime, EncodersFollowTheirShape) {
  Model m;
  m.task = Task::embedding;
  m.precision = "f32";
  m.weight_bytes = {Bytes{9e7}, kSaid};
  m.architecture.causal = false;
  m.architecture.gated_ffn = false;
  m.architecture.heads = {12, kSaid};
  m.architecture.hidden_size = {384, kSaid};
  m.architecture.ffn_size = {1536, kSaid};
  m.architecture.max_context = {512, kSaid};
  m.weights.emplace();
  m.workload.context = {256, kSaid};
  Case c = question_of(m);
  c.workload.sequences = {8, kSaid};
  ASSERT_TRUE(has_memory_rules(c));
  // all-MiniLM-L6 at 8 x 256 tokens: 33.0 MiB are alive in the exported graph.
  EXPECT_EQ(bytes_of(bill_of(c), Term::compute), std::floor(33.0 * 1024 * 1024 * 3.9));
}

Case on_a_card(Model model, Backend backend) {
  Case c = question_of(std::move(model));
  Host host = *c.host;
  Gpu card;
  card.pool = "gpu0";
  card.vendor = "NVIDIA";
  card.state = GpuState::usable;
  card.vram_total = {Bytes{24e9}, kSaid};
  host.gpus = {card};
  c.host = std::make_shared<const Host>(std::move(host));
  c.runtime.backend = backend;
  return c;
}

TEST(OnnxRuntime, ACardHoldsMoreThanTheBuffersOfTheGraph) {
  const auto pools = best_fit(on_a_card(network(), Backend::cuda)).pools;
  ASSERT_EQ(pools.size(), 2U);
  EXPECT_EQ(bytes_of(pools[1], Term::weights), 2 * 10e6);
  EXPECT_EQ(bytes_of(pools[1], Term::compute), 2 * 1.5e6);
  EXPECT_EQ(bytes_of(pools[1], Term::runtime), 450 * kMib);
  EXPECT_EQ(pools[1].need.low.value, 11.5e6 + 120 * kMib) << "weights and values once";
  EXPECT_NEAR(pools[1].need.high.value, 4.4 * 11.5e6 + 2000 * kMib, 1);
  EXPECT_EQ(bytes_of(pools[0], Term::runtime), 350 * kMib + 10e6) << "the process, through which the weights go";
  Model half = network();
  half.precision = "f16";
  EXPECT_EQ(bytes_of(best_fit(on_a_card(half, Backend::cuda)).pools[1], Term::compute), 2 * 1.5e6) << "as they are";
}

TEST(OnnxRuntime, OtherProvidersAndOpenSizesHaveNoRule) {
  Model m = network();
  EXPECT_TRUE(has_memory_rules(question_of(m)));
  EXPECT_TRUE(has_memory_rules(on_a_card(m, Backend::cuda)));
  EXPECT_FALSE(has_memory_rules(on_a_card(m, Backend::rocm)));
  EXPECT_EQ(missing_rule(on_a_card(m, Backend::rocm)), "onnxruntime beyond --backend cpu and cuda");
  m.format = "model.json";
  EXPECT_FALSE(has_memory_rules(on_a_card(m, Backend::rocm))) << "its buffers alone would be too small an answer";
  m.activation_bytes = Fact<Bytes>::unknown("open", "state it");
  EXPECT_FALSE(has_memory_rules(question_of(m)));
  EXPECT_FALSE(has_memory_rules(on_a_card(m, Backend::cuda)));
}

}  // namespace
}  // namespace edgefit
