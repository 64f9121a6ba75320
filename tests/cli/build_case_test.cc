#include "cli/build_case.h"

#include <gtest/gtest.h>

#include "cli/invoke.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;

CaseFlags recorded(const char* machine) {
  CaseFlags typed;
  typed.host = fixture(machine);
  return typed;
}

TEST(BuildCase, FlagsBeatTheDescriptorAndTheDescriptorTheDefaults) {
  CaseFlags typed = recorded("machines/workstation.json");
  typed.context = "2048";
  typed.goals = {"latency=1s"};
  const auto question = build_case(typed, fixture("models/needs-hopper.json"));
  ASSERT_TRUE(question) << question.error().what;
  EXPECT_EQ(*question->workload.context, 2048);
  EXPECT_EQ(question->workload.context.origin.kind, Origin::Kind::user);
  EXPECT_EQ(*question->workload.sequences, 2);
  EXPECT_EQ(question->workload.sequences.origin.kind, Origin::Kind::file);
  EXPECT_EQ(*question->workload.output_tokens, 256);
  EXPECT_TRUE(question->workload.output_tokens.assumed());
  EXPECT_DOUBLE_EQ(question->goals.tokens_per_second->value, 20);
  EXPECT_DOUBLE_EQ(question->goals.latency->value, 1);
}

TEST(BuildCase, EngineAndBackendFollowModelAndBox) {
  const auto gpu = build_case(recorded("machines/workstation.json"), fixture("models/llama-8b.json"));
  ASSERT_TRUE(gpu);
  EXPECT_EQ(gpu->runtime.profile->name, "llama.cpp");
  EXPECT_EQ(gpu->runtime.backend, Backend::cuda);
  EXPECT_FALSE(gpu->runtime.backend_chosen);
  const auto cpu = build_case(recorded("machines/laptop.json"), fixture("models/llama-8b.json"));
  ASSERT_TRUE(cpu);
  EXPECT_EQ(cpu->runtime.backend, Backend::cpu);
}

TEST(BuildCase, QuantRewritesTheModel) {
  CaseFlags typed = recorded("machines/workstation.json");
  const auto before = build_case(typed, fixture("models/llama-70b.json"));
  typed.quant = "Q4_K_M";
  const auto after = build_case(typed, fixture("models/llama-70b.json"));
  ASSERT_TRUE(before && after);
  EXPECT_EQ(after->model->precision, "q4_k_m");
  EXPECT_LT(after->model->weight_bytes->value, 0.7 * before->model->weight_bytes->value);
}

TEST(BuildCase, HardwareIsAddedToARecordedBox) {
  CaseFlags typed = recorded("machines/laptop.json");
  const auto before = build_case(typed, fixture("models/llama-8b.json"));
  typed.additions = {"gpu=2x geforce-rtx-3090", "ram=32GiB"};
  const auto after = build_case(typed, fixture("models/llama-8b.json"));
  ASSERT_TRUE(before && after);
  EXPECT_EQ(pools_of(*after->host).size(), 3u);
  EXPECT_DOUBLE_EQ(after->host->memory.available->value - before->host->memory.available->value, 32 * kGiB);
  EXPECT_EQ(after->runtime.backend, Backend::cuda);
}

TEST(BuildCase, FactsCanBeStated) {
  CaseFlags typed = recorded("machines/laptop.json");
  typed.facts = {"memory.available=4GiB"};
  const auto question = build_case(typed, fixture("models/llama-8b.json"));
  ASSERT_TRUE(question);
  EXPECT_EQ(*question->host->memory.available, gib(4));
}

TEST(BuildCase, ProblemsNameTheirPlace) {
  CaseFlags typed = recorded("machines/nowhere.json");
  EXPECT_FALSE(build_case(typed, fixture("models/llama-8b.json")));
  typed = recorded("machines/laptop.json");
  EXPECT_FALSE(build_case(typed, fixture("models/nowhere.gguf")));
  typed.backend = "npu";
  const auto backend = build_case(typed, fixture("models/llama-8b.json"));
  ASSERT_FALSE(backend);
  EXPECT_EQ(backend.error().where, "--backend");
  typed.backend.clear();
  typed.runtime = "lama.cpp";
  EXPECT_FALSE(build_case(typed, fixture("models/llama-8b.json")));
  typed.runtime.clear();
  typed.additions = {"gpu=rtx-49999"};
  EXPECT_FALSE(build_case(typed, fixture("models/llama-8b.json")));
}

TEST(BuildCase, RanksAreVllms) {
  CaseFlags typed;
  typed.gpus = {"2x rtx-4090"};
  typed.parallel = "tensor=2";
  const auto refused = build_case(typed, "llama-3.1-8b");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "--parallel");
  typed.runtime = "vllm";
  EXPECT_EQ(build_case(typed, "llama-3.1-8b")->runtime.tensor_parallel, 2);
}

TEST(BuildCase, TheDiskIsThatOfTheModel) {
  const test::TempDir dir;
  dir.write("sub/m.gguf", "");
  EXPECT_EQ(folder_of(dir.at("sub/m.gguf")), dir.at("sub"));
  EXPECT_EQ(folder_of(dir.at("sub")), dir.at("sub"));
  EXPECT_EQ(folder_of("m.gguf"), ".");
  EXPECT_EQ(folder_of("/m.gguf"), "/");
  EXPECT_EQ(folder_of("meta-llama/Llama-3.1-8B"), ".");
}

}  // namespace
}  // namespace edgefit
