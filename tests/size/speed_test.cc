#include "size/speed.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "edgefit/catalog.h"
#include "support/cases.h"

namespace edgefit {
namespace {

Speed speed(const Case& c) {
  return assess(c).speed;
}

TEST(Speed, DecodeStaysBelowBandwidth) {
  const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  const Speed s = speed(c);
  ASSERT_TRUE(s.decode.has_value());
  const double roofline = 1e12 / c.model->weight_bytes->value;
  EXPECT_LT(s.decode->value.value, roofline * 1.1);  // the input embedding is not read
  EXPECT_GT(s.decode->value.value, roofline * 0.4);
  EXPECT_LT(s.decode->low, s.decode->value.quantity());
  EXPECT_GT(s.decode->high, s.decode->value.quantity());
}

TEST(Speed, DepthSlowsDecode) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1), 65536);
  const double shallow = speed(c).decode->value.value;
  c.workload.depth = {60000.0, testing::kGiven};
  EXPECT_LT(speed(c).decode->value.value, shallow * 0.8);
}

TEST(Speed, ExpertsThatAreNotUsedAreNotRead) {
  Model m = testing::llama_8b();
  m.architecture.moe = Moe{64, 4, 1024, 0, 0};
  m.active_parameters = {1e9, testing::kGiven};
  const auto sparse = testing::prepared(m);
  const Case dense = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  EXPECT_GT(speed(testing::question(sparse, testing::box(gib(64), 1))).decode->value.value,
            2 * speed(dense).decode->value.value);
}

TEST(Speed, MoreRequestsGiveMoreInTotal) {
  const auto model = testing::prepared(testing::llama_8b());
  const Speed one = speed(testing::question(model, testing::box(gib(64), 1), 2048, 1));
  const Speed eight = speed(testing::question(model, testing::box(gib(64), 1), 2048, 8));
  EXPECT_GT(eight.decode_total->value.value, one.decode_total->value.value);
}

TEST(Speed, UnknownBandwidthMeansNoSpeed) {
  auto host = *testing::box(gib(64));
  host.memory.peak_bandwidth = {};
  const Speed s = speed(testing::question(testing::prepared(testing::llama_8b()), std::make_shared<Host>(host)));
  EXPECT_EQ(s.gap, SpeedGap::bandwidth_unknown);
  EXPECT_FALSE(s.decode.has_value());
}

TEST(Speed, WhatDoesNotFitHasNoSpeed) {
  const Speed s = speed(testing::question(testing::prepared(testing::llama_8b("f16")), testing::box(gib(8))));
  EXPECT_EQ(s.gap, SpeedGap::does_not_fit);
}

TEST(Speed, HostLayersSlowDecodeDown) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  const double full = speed(c).decode->value.value;
  c.runtime.gpu_layers = 16;
  EXPECT_LT(speed(c).decode->value.value, full / 2);
}

/// The 8B model on one 1 TB/s device: what the coefficients of the test profile make of it.
TEST(Speed, DecodeIsTheSumOfReadingUnpackingAndLaunching) {
  auto host = *testing::box(gib(64), 1);
  const auto model = testing::prepared(testing::llama_8b());
  const auto seconds = [&] {
    Case c = testing::question(model, std::make_shared<Host>(host));
    c.workload.depth = {0.0, testing::kGiven};
    return 1 / speed(c).decode->value.value;
  };
  double bytes = model->weights->output.total() + model->weights->tied_copy;
  for (const auto& layer : model->weights->layers) bytes += layer.total();
  const double reading = bytes / (1e12 * 0.8), launching = 32 * 70e-6;
  EXPECT_NEAR(seconds(), reading + launching, 1e-9);
  host.gpus[0].fp32_peak = {FlopsPerSecond{40e12}, testing::kGiven};
  EXPECT_NEAR(seconds(), reading + launching + 2 * 8030261248.0 / 40e12, 1e-9);
}

TEST(Speed, TheIntervalEndsAtTheBandwidth) {
  Case c = testing::question(testing::prepared(testing::llama_8b("f16")), testing::box(gib(64), 1));
  c.workload.depth = {0.0, testing::kGiven};
  const Speed s = speed(c);
  double bytes = c.model->weights->output.total() + c.model->weights->tied_copy;
  for (const auto& layer : c.model->weights->layers) bytes += layer.total();
  EXPECT_NEAR(s.decode->high.value, 1e12 / bytes, 1e-9);
  EXPECT_LT(s.decode->high.value, s.decode->value.value * 1.4);  // what the profile's factor would give
}

TEST(Speed, SaysWhatBoundsIt) {
  auto host = *testing::box(gib(64), 1);
  const auto large = testing::prepared(testing::llama_8b());
  EXPECT_EQ(speed(testing::question(large, std::make_shared<Host>(host))).bound_by, BoundBy::memory_bandwidth);
  host.gpus[0].peak_bandwidth = {BytesPerSecond{20e12}, testing::kGiven};
  EXPECT_EQ(speed(testing::question(large, std::make_shared<Host>(host))).bound_by, BoundBy::overhead);
  host.gpus[0].fp32_peak = {FlopsPerSecond{1e12}, testing::kGiven};
  EXPECT_EQ(speed(testing::question(large, std::make_shared<Host>(host))).bound_by, BoundBy::compute);
  Case far = testing::question(large, testing::box(gib(64), 1), 65536);
  far.workload.depth = {60000.0, testing::kGiven};
  far.runtime.kv_offload = false;
  EXPECT_EQ(speed(far).bound_by, BoundBy::link);
}

TEST(Speed, LayersOnTwoDevicesTakeTurnsAndSharedLayersDoNot) {
  static constexpr std::array kShared = [] {
    std::array out = {testing::kBackends[0], testing::kBackends[1]};
    out[0].split_exponent = 0.5;
    return out;
  }();
  static constexpr RuntimeProfile kSharing{"llama.cpp",    "v0.5.0", "2026-11", EngineRules::llama_cpp,
                                           "llama-server", 0,        0,         kShared};
  const auto model = testing::prepared(testing::llama_8b());
  const auto seconds = [&](int gpus, SplitMode mode) {
    Case c = testing::question(model, testing::box(gib(64), gpus));
    c.workload.depth = {0.0, testing::kGiven};
    c.runtime.profile = &kSharing;
    c.runtime.split_mode = mode;
    const LlamaCpp engine(c, Given(nullptr));
    const auto devices = devices_of(c);
    const Layout layout = lay_out(33, {32, 0}, devices);
    return 1 / speed_of(c, engine, layout, devices, Given(nullptr)).decode->value.value;
  };
  const double launching = 32 * 70e-6, one = seconds(1, SplitMode::layer);
  EXPECT_NEAR(seconds(2, SplitMode::layer), one + 52e-6, 1e-9);
  EXPECT_NEAR(seconds(2, SplitMode::tensor), launching + (one - launching) / std::sqrt(2.0), 1e-9);
}

TEST(Speed, FurtherRequestsCostTheirCacheAndAShareOfTheStep) {
  const auto model = testing::prepared(testing::llama_8b());
  const auto total = [&](double sequences, double depth) {
    Case c = testing::question(model, testing::box(gib(64), 1), 8192, sequences);
    c.workload.depth = {depth, testing::kGiven};
    return sequences / speed(c).decode_total->value.value;
  };
  const double one = total(1, 0);
  EXPECT_NEAR(total(8, 0), one * (1 + 0.32 * 7), 1e-9);
  const double cache = 8192 * 32 * 8 * 256 * 2.0 * 1.2 / 1e12;
  EXPECT_NEAR(total(8, 8192), one * (1 + 0.32 * 7) + 8 * cache, 1e-6);
}

TEST(Speed, APromptBehindMoreContextIsSlower) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1), 65536);
  c.workload.prompt_tokens = {1024.0, testing::kGiven};
  c.workload.depth = {1024.0, testing::kGiven};
  const double first = speed(c).prefill->value.value;
  c.workload.depth = {60000.0, testing::kGiven};
  EXPECT_LT(speed(c).prefill->value.value, first / 1.5);
}

TEST(Speed, NoPromptIsFasterThanTheMatrixUnits) {
  auto host = *testing::box(gib(64), 1);
  host.gpus[0].fp16_peak = {FlopsPerSecond{60e12}, testing::kGiven};
  Case c = testing::question(testing::prepared(testing::llama_8b("f16")), std::make_shared<Host>(host));
  auto high = testing::kBackends[0];
  high.prefill_high = 100;
  const std::array backends = {high, testing::kBackends[1]};
  RuntimeProfile profile = testing::kProfile;
  profile.backends = backends;
  c.runtime.profile = &profile;
  const auto found = speed(c);
  const double operations = 2 * (*c.model->active_parameters - 2.0 * 128256 * 4096);
  EXPECT_NEAR(found.prefill->high.value * operations / 60e12, 1, 1e-3);
  EXPECT_GE(found.time_to_first_token->low.value, 1024 * operations / 60e12 * 0.99);
}

TEST(Speed, LongPromptsGainFromSeveralDevices) {
  const auto model = testing::prepared(testing::llama_8b());
  const auto prefill = [&](int gpus, double tokens) {
    Case c = testing::question(model, testing::box(gib(64), gpus), 16384);
    c.workload.prompt_tokens = c.workload.depth = {tokens, testing::kGiven};
    return speed(c).prefill->value.value;
  };
  EXPECT_NEAR(prefill(2, 512) / prefill(1, 512), 1, 1e-6);  // one micro-batch: nothing follows it
  EXPECT_GT(prefill(2, 8192), 1.4 * prefill(1, 8192));
}

TEST(Speed, OlderAndNewerGenerationsHaveTheirOwnShares) {
  static constexpr std::array kGenerations = [] {
    std::array out = {testing::kBackends[0], testing::kBackends[1]};
    out[0].compute_efficiency_cc7 = 0.25;
    out[0].compute_efficiency_cc12 = 1.0;
    return out;
  }();
  static constexpr RuntimeProfile kProfile{"llama.cpp",    "v0.5.0", "2026-11", EngineRules::llama_cpp,
                                           "llama-server", 0,        0,         kGenerations};
  const auto model = testing::prepared(testing::llama_8b());
  const auto prefill = [&](double cc) {
    auto host = *testing::box(gib(64), 1);
    host.gpus[0].compute_capability = {cc, testing::kGiven};
    Case c = testing::question(model, std::make_shared<Host>(host));
    c.runtime.profile = &kProfile;
    return speed(c).prefill->value.value;
  };
  EXPECT_LT(prefill(7.5), 0.6 * prefill(8.9));
  EXPECT_GT(prefill(12.0), 1.5 * prefill(8.9));
  EXPECT_EQ(prefill(8.0), prefill(8.9));
}

TEST(Speed, AnAnswerTakesTheFirstTokenAndTheRest) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  c.workload.output_tokens = {101.0, testing::kGiven};
  const Speed s = speed(c);
  EXPECT_NEAR(s.answer_time->value.value, s.time_to_first_token->value.value + 100 / s.decode->value.value, 1e-9);
  EXPECT_LT(s.answer_time->low, s.answer_time->value.quantity());
  EXPECT_GT(s.answer_time->high, s.answer_time->value.quantity());
}

TEST(Speed, TokensAJouleNeedThePowerOfEveryDevice) {
  auto host = *testing::box(gib(64), 2);
  const auto model = testing::prepared(testing::llama_8b());
  host.gpus[0].power_limit = {Watts{300}, testing::kGiven};
  EXPECT_FALSE(speed(testing::question(model, std::make_shared<Host>(host))).tokens_per_joule.has_value());
  host.gpus[1].power_limit = {Watts{200}, testing::kGiven};
  const Speed s = speed(testing::question(model, std::make_shared<Host>(host)));
  EXPECT_NEAR(s.tokens_per_joule->value.value, s.decode_total->value.value / 500, 1e-9);
}

TEST(Speed, LoadingTakesTheDisk) {
  auto host = *testing::box(gib(64), 1);
  Storage disk;
  disk.kind = {"sata-ssd", testing::kGiven};
  host.storage.push_back(disk);
  const auto model = testing::prepared(testing::llama_8b());
  EXPECT_NEAR(speed(testing::question(model, std::make_shared<Host>(host))).load->value.value,
              model->weight_bytes->value / 0.45e9, 1e-6);
  host.storage[0].read_bandwidth = {BytesPerSecond{1e9}, testing::kGiven};
  EXPECT_NEAR(speed(testing::question(model, std::make_shared<Host>(host))).load->value.value,
              model->weight_bytes->value / 1e9, 1e-6);
  host.storage[0] = {};
  EXPECT_FALSE(speed(testing::question(model, std::make_shared<Host>(host))).load.has_value());
}

TEST(Speed, APartInRamMakesTheIntervalWider) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  const Speed full = speed(c);
  c.runtime.gpu_layers = 30;
  const Speed part = speed(c);
  EXPECT_LT(part.decode->low.value / part.decode->value.value, full.decode->low.value / full.decode->value.value);
  EXPECT_GT(part.decode->high.value / part.decode->value.value, full.decode->high.value / full.decode->value.value);
}

TEST(Speed, EncodersAnswerWithOnePass) {
  Model m = testing::llama_8b("f16");
  m.task = Task::embedding;
  m.architecture.causal = false;
  Case c = testing::question(testing::prepared(m), testing::box(gib(64), 1), 512);
  const Speed s = speed(c);
  ASSERT_TRUE(s.latency.has_value());
  EXPECT_FALSE(s.decode.has_value());
  EXPECT_NEAR(s.inferences_per_second->value.value, 1 / s.latency->value.value, 1e-9);
  c.workload.prompt_tokens = {256.0, testing::kGiven};
  const double half = speed(c).latency->value.value;
  c.workload.prompt_tokens = {512.0, testing::kGiven};
  // Twice the text: twice the operations, four times the attention, the same weights once.
  const double attention = 4 * 4096.0 * 32 * 2.2 / 165e12;
  const double operations = 2 * 8030261248.0 * 0.75 / (165e12 * 0.5);
  EXPECT_NEAR(speed(c).latency->value.value - half, operations * 256 + attention * (512.0 * 512 - 256.0 * 256), 1e-6);
}

TEST(Speed, AProcessorReadsAtItsMeasuredRate) {
  auto host = *testing::box(gib(64));
  host.cpu.fp32_peak = {FlopsPerSecond{1e12}, testing::kGiven};
  host.memory.measured_bandwidth = {BytesPerSecond{40e9}, testing::kGiven};
  const auto model = testing::prepared(testing::llama_8b());
  Case c = testing::question(model, std::make_shared<Host>(host));
  c.workload.depth = {0.0, testing::kGiven};
  double bytes = model->weights->output.total() + model->weights->tied_copy;
  for (const auto& layer : model->weights->layers) bytes += layer.total();
  EXPECT_NEAR(1 / speed(c).decode->value.value, bytes / 40e9 + 2 * 8030261248.0 / 1e12, 1e-9);
}

TEST(Speed, NetworksThatStateTheirOperationsHaveALatency) {
  Model m;
  m.name = "vision";
  m.task = Task::image_classification;
  m.parameters = {25e6, testing::kGiven};
  m.precision = "f16";
  m.flops_per_inference = {8.2e9, testing::kGiven};
  m.activation_bytes = {Bytes{120e6}, testing::kGiven};
  const Speed s = speed(testing::question(testing::prepared(m), testing::box(gib(64), 1)));
  ASSERT_TRUE(s.latency.has_value());
  EXPECT_NEAR(s.latency->value.value, 8.2e9 / (165e12 * 0.5) + 0.5e-3, 1e-6);
  EXPECT_FALSE(s.decode.has_value());
}

Case network_on(const char* runtime, const char* device, const char* precision) {
  Model m;
  m.task = Task::object_detection;
  m.parameters = {10e6, testing::kGiven};
  m.precision = precision;
  m.flops_per_inference = {10e9, testing::kGiven};
  BoxFlags box;
  box.gpus.push_back({device, 1, {}, {}});
  Case c = testing::question(testing::prepared(m), std::make_shared<const Host>(*describe_host(box)));
  c.runtime.profile = *find_runtime(runtime);
  c.runtime.backend_chosen = false;
  return c;
}

TEST(Speed, NeuralUnitsComputeAtTheirByteRate) {
  const Case c = network_on("hailort", "hailo-8", "int8");
  EXPECT_EQ(backend_of(c), Backend::npu);
  ASSERT_NE(npu_of(c), nullptr);
  const BackendProfile& profile = *c.runtime.profile->find(Backend::npu);
  EXPECT_NEAR(assess(c).speed.latency->value.value,
              10e9 / (26e12 * profile.inference_efficiency) + profile.inference_seconds, 1e-9);
  EXPECT_EQ(npu_of(network_on("rknn", "hailo-8", "int8")), nullptr);
  EXPECT_EQ(assess(network_on("rknn", "hailo-8", "int8")).verdict, Verdict::not_ready);
}

TEST(Speed, TheShareOfPeakFollowsTheNumberFormat) {
  const auto seconds = [](const char* precision) {
    return assess(network_on("tensorrt", "jetson-orin-nano-super", precision)).speed.latency->value.value;
  };
  EXPECT_LT(seconds("int8"), seconds("f16"));
  EXPECT_LT(seconds("f16"), seconds("f32"));
}

}  // namespace
}  // namespace edgefit
