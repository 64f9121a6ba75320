#include "cli/default_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/build_case.h"
#include "cli/invoke.h"

namespace edgefit {
namespace {

using testing::HasSubstr;

Case on(const std::string& gpu, const std::string& model, CaseFlags typed = {}) {
  if (!gpu.empty()) typed.gpus = {gpu};
  typed.ram = "64GiB";
  const auto question = build_case(typed, test::fixture(("models/" + model).c_str()));
  EXPECT_TRUE(question) << question.error().what;
  return question ? *question : Case{};
}
std::string_view engine(const Case& question) {
  return question.runtime.profile->name;
}
std::string told(const Case& question) {
  return question.model->warnings.empty() ? std::string() : question.model->warnings.back();
}

TEST(DefaultRuntime, CheckpointsGoToVllmOnCardsThatItHasRulesFor) {
  const Case served = on("rtx-4090", "hub-llama/config.json");
  EXPECT_EQ(engine(served), "vllm");
  EXPECT_EQ(told(served), "");
  EXPECT_EQ(engine(on("", "hub-llama/config.json")), "llama.cpp") << "no card";
  EXPECT_EQ(engine(on("rtx-4090", "llama-8b.json")), "llama.cpp") << "a descriptor";
  EXPECT_EQ(engine(on("rtx-4090", "tiny.onnx")), "onnxruntime");
}

TEST(DefaultRuntime, WhatIsTakenInsteadIsSaid) {
  const Case amd = on("radeon-rx-7900-xtx", "hub-llama/config.json");
  EXPECT_EQ(engine(amd), "llama.cpp");
  EXPECT_THAT(told(amd), HasSubstr("beyond --backend cuda"));
  const Case encoder = on("rtx-4090", "hub-bert/config.json");
  EXPECT_EQ(engine(encoder), "llama.cpp");
  EXPECT_THAT(told(encoder), HasSubstr("no memory rules for encoders"));
}

TEST(DefaultRuntime, NetworksGoToOnnxRuntime) {
  EXPECT_EQ(engine(on("", "hub-vit/config.json")), "onnxruntime");
  EXPECT_EQ(told(on("", "hub-vit/config.json")), "");
  EXPECT_EQ(engine(on("rtx-4090", "hub-whisper/config.json")), "onnxruntime");
  EXPECT_EQ(on("rtx-4090", "hub-whisper/config.json").runtime.backend, Backend::cuda);
  const Case beside_a_card = on("radeon-rx-7900-xtx", "hub-whisper/config.json");
  EXPECT_EQ(engine(beside_a_card), "onnxruntime");
  EXPECT_EQ(beside_a_card.runtime.backend, Backend::cpu);
  EXPECT_THAT(told(beside_a_card), HasSubstr("on the processor"));
}

TEST(DefaultRuntime, DescribedNetworksGoToTheEngineOfTheDevice) {
  EXPECT_EQ(engine(on("hailo-8", "detector.json")), "hailort");
  EXPECT_EQ(engine(on("rtx-4090", "detector.json")), "tensorrt");
  EXPECT_EQ(engine(on("jetson-orin-nano-super", "detector.json")), "tensorrt");
  EXPECT_EQ(engine(on("", "detector.json")), "onnxruntime");
  EXPECT_EQ(engine(on("radeon-rx-7900-xtx", "detector.json")), "onnxruntime");
  EXPECT_THAT(told(on("radeon-rx-7900-xtx", "detector.json")), HasSubstr("on the processor"));
}

TEST(DefaultRuntime, FlagsOfLlamaCppMeanLlamaCpp) {
  CaseFlags typed;
  typed.gpu_layers = "12";
  EXPECT_EQ(engine(on("rtx-4090", "hub-llama/config.json", typed)), "llama.cpp");
  typed = {};
  typed.quant = "q4_k_m";
  EXPECT_EQ(engine(on("rtx-4090", "hub-llama/config.json", typed)), "llama.cpp");
  typed.quant = "fp8";
  EXPECT_EQ(engine(on("rtx-4090", "hub-llama/config.json", typed)), "vllm");
  typed = {};
  typed.swa_full = true;
  EXPECT_EQ(engine(on("rtx-4090", "hub-llama/config.json", typed)), "llama.cpp");
}

TEST(DefaultRuntime, RanksMeanAServer) {
  CaseFlags typed;
  typed.parallel = "tensor=2";
  EXPECT_EQ(engine(on("2x radeon-rx-7900-xtx", "hub-llama/config.json", typed)), "vllm");
}

}  // namespace
}  // namespace edgefit
