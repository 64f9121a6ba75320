#include "cli/case_flags.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(CaseFlags, WhatWasNotSaidStaysOpen) {
  const auto settings = parse_case_flags({});
  ASSERT_TRUE(settings);
  EXPECT_FALSE(settings->workload.context);
  EXPECT_FALSE(settings->workload.kv_type);
  EXPECT_FALSE(settings->runtime.backend_chosen);
  EXPECT_FALSE(settings->runtime.gpu_layers);
  EXPECT_FALSE(settings->box.any());
  EXPECT_FALSE(settings->goals.tokens_per_second);
  EXPECT_TRUE(settings->runtime.mmap);
}

TEST(CaseFlags, TypedNumbersCarryTheirFlag) {
  CaseFlags typed;
  typed.context = "32768";
  typed.sequences = "4";
  typed.depth = "0";
  const auto settings = parse_case_flags(typed);
  ASSERT_TRUE(settings);
  EXPECT_EQ(*settings->workload.context, 32768);
  EXPECT_EQ(settings->workload.context.origin.kind, Origin::Kind::user);
  EXPECT_EQ(settings->workload.context.origin.text, "--context 32768");
  EXPECT_EQ(*settings->workload.depth, 0);
}

TEST(CaseFlags, RuntimeSettings) {
  CaseFlags typed;
  typed.backend = "CUDA";
  typed.gpu_layers = "20";
  typed.batch = "256";
  typed.flash_attention = "off";
  typed.kv_type = "Q8_0,q4_0";
  typed.no_mmap = typed.kv_unified = typed.logits_all = true;
  const auto settings = parse_case_flags(typed);
  ASSERT_TRUE(settings);
  const Runtime& runtime = settings->runtime;
  EXPECT_EQ(runtime.backend, Backend::cuda);
  EXPECT_TRUE(runtime.backend_chosen);
  EXPECT_EQ(runtime.gpu_layers, 20);
  EXPECT_EQ(runtime.ubatch, 256);  // never larger than the batch
  EXPECT_EQ(runtime.flash_attention, FlashAttention::off);
  EXPECT_EQ(*settings->workload.kv_type, "q8_0");
  EXPECT_EQ(*settings->workload.kv_type_v, "q4_0");
  EXPECT_FALSE(runtime.mmap);
  EXPECT_TRUE(runtime.kv_unified && runtime.logits_all);
}

TEST(CaseFlags, PlacesOfParts) {
  CaseFlags typed;
  typed.cpu_moe_layers = "12";
  typed.tensor_split = "3,0,1.5";
  typed.split_mode = "none";
  typed.no_kv_offload = typed.swa_full = true;
  const auto settings = parse_case_flags(typed);
  ASSERT_TRUE(settings) << settings.error().what;
  const Runtime& runtime = settings->runtime;
  EXPECT_EQ(runtime.cpu_moe_layers, 12);
  EXPECT_EQ(runtime.tensor_split, (std::vector<double>{3, 0, 1.5}));
  EXPECT_EQ(runtime.split_mode, SplitMode::none);
  EXPECT_FALSE(runtime.kv_offload);
  EXPECT_TRUE(runtime.swa_full);
  typed.cpu_moe = true;
  EXPECT_EQ(parse_case_flags(typed)->runtime.cpu_moe_layers, kAllLayers);
  const Runtime plain = parse_case_flags({})->runtime;
  EXPECT_EQ(plain.cpu_moe_layers, 0);
  EXPECT_TRUE(plain.kv_offload && plain.tensor_split.empty() && plain.split_mode == SplitMode::layer);
}

TEST(CaseFlags, SharesThatMakeNoSenseAreRefused) {
  for (const char* shares : {"0,0", "a,b", "1,,2", "1,", "-1,2"}) {
    CaseFlags typed;
    typed.tensor_split = shares;
    const auto settings = parse_case_flags(typed);
    ASSERT_FALSE(settings) << shares;
    EXPECT_EQ(settings.error().where, "--tensor-split");
  }
  CaseFlags typed;
  for (const char* ranks :
       {"tensor", "tensor=", "tensor=0", "tensor=1.5", "tensor=65", "experts=2", "tensor=2,", "row"}) {
    typed.parallel = ranks;
    EXPECT_FALSE(parse_case_flags(typed)) << ranks;
  }
  typed.parallel = "tensor=4,expert=4";
  EXPECT_EQ(parse_case_flags(typed)->runtime.expert_parallel, 4);
  for (const char* share : {"0", "1.1", "-1", "90%", "much"}) {
    CaseFlags wrong;
    wrong.memory_share = share;
    const auto settings = parse_case_flags(wrong);
    ASSERT_FALSE(settings) << share;
    EXPECT_EQ(settings.error().where, "--memory-share");
  }
  typed.parallel = "tensor=2,pipeline=3";
  EXPECT_EQ(parse_case_flags(typed)->runtime.tensor_parallel, 2);
  EXPECT_EQ(parse_case_flags(typed)->runtime.pipeline_parallel, 3);
  typed.parallel = "layer";
  EXPECT_TRUE(parse_case_flags(typed));
  typed.split_mode = "row";
  EXPECT_FALSE(parse_case_flags(typed));
}

TEST(CaseFlags, GpuLayersByWord) {
  CaseFlags typed;
  typed.gpu_layers = "all";
  EXPECT_EQ(parse_case_flags(typed)->runtime.gpu_layers, kAllLayers);
  typed.gpu_layers = "auto";
  EXPECT_FALSE(parse_case_flags(typed)->runtime.gpu_layers);
}

TEST(CaseFlags, GoalsInAnyUnit) {
  CaseFlags typed;
  typed.goals = {"time-to-first-token=500ms", "tokens_per_second=20", "latency=1 s", "inferences_per_second=30"};
  const auto settings = parse_case_flags(typed);
  ASSERT_TRUE(settings);
  EXPECT_DOUBLE_EQ(settings->goals.time_to_first_token->value, 0.5);
  EXPECT_DOUBLE_EQ(settings->goals.tokens_per_second->value, 20);
  EXPECT_DOUBLE_EQ(settings->goals.latency->value, 1);
  EXPECT_DOUBLE_EQ(settings->goals.inferences_per_second->value, 30);
}

TEST(CaseFlags, BoxAndAdditions) {
  CaseFlags typed;
  typed.ram = "64GiB";
  typed.gpus = {"2x geforce-rtx-3090", "geforce-rtx-4090,24GiB"};
  typed.additions = {"gpu=geforce-rtx-4090", "ram=32GiB", "ram=16 GiB"};
  const auto settings = parse_case_flags(typed);
  ASSERT_TRUE(settings) << settings.error().what;
  EXPECT_EQ(*settings->box.ram, gib(64));
  ASSERT_EQ(settings->box.gpus.size(), 2u);
  EXPECT_EQ(settings->box.gpus[0].count, 2);
  EXPECT_EQ(settings->additions.gpus.size(), 1u);
  EXPECT_EQ(settings->additions.ram, gib(48));
}

/// A flag with a bad value: the Problem names the flag and gives a hint.
template <class Set>
void expect_problem(const char* flag, Set set) {
  CaseFlags typed;
  set(typed);
  const auto settings = parse_case_flags(typed);
  ASSERT_FALSE(settings) << flag;
  EXPECT_NE(settings.error().where.find(flag), std::string::npos) << settings.error().where;
  EXPECT_FALSE(settings.error().hint.empty()) << flag;
}

TEST(CaseFlags, BadValuesSayWhere) {
  for (const char* wrong : {"0", "-1", "8k", "1.5", "many", " 8", "99999999999999999999"}) {
    expect_problem("--context", [wrong](CaseFlags& typed) { typed.context = wrong; });
  }
  expect_problem("--gpu-layers", [](CaseFlags& typed) { typed.gpu_layers = "-1"; });
  expect_problem("--kv-type", [](CaseFlags& typed) { typed.kv_type = "q8"; });
  expect_problem("--kv-type", [](CaseFlags& typed) { typed.kv_type = "q8_0,"; });
  expect_problem("--backend", [](CaseFlags& typed) { typed.backend = "opengl"; });
  expect_problem("--flash-attention", [](CaseFlags& typed) { typed.flash_attention = "yes"; });
  expect_problem("--quant", [](CaseFlags& typed) { typed.quant = "q4km"; });
  expect_problem("--ram", [](CaseFlags& typed) { typed.ram = "lots"; });
  expect_problem("--goal", [](CaseFlags& typed) { typed.goals = {"speed=1"}; });
  expect_problem("--goal", [](CaseFlags& typed) { typed.goals = {"latency"}; });
  expect_problem("--goal", [](CaseFlags& typed) { typed.goals = {"latency=0 s"}; });
  expect_problem("--add", [](CaseFlags& typed) { typed.additions = {"disk=1TB"}; });
  expect_problem("--add", [](CaseFlags& typed) { typed.additions = {"gpu="}; });
}

TEST(CaseFlags, TwoBoxesAreOneTooMany) {
  CaseFlags typed;
  typed.host = "host.json";
  typed.ram = "8GiB";
  EXPECT_FALSE(parse_case_flags(typed));
}

}  // namespace
}  // namespace edgefit
