#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/catalog.h"

namespace edgefit {
namespace {

using testing::HasSubstr;

std::string release_of(std::string_view name) {
  const auto found = find_runtime(name);
  return found ? std::string((*found)->release) : "problem: " + found.error().what + " | " + found.error().hint;
}

TEST(Runtimes, RulesHaveWords) {
  for (const auto rules : {EngineRules::llama_cpp, EngineRules::vllm, EngineRules::sglang, EngineRules::tensorrt_llm,
                           EngineRules::onnxruntime, EngineRules::other})
    EXPECT_EQ(find_engine_rules(name_of(rules)), rules);
  EXPECT_EQ(find_engine_rules("VLLM"), EngineRules::vllm);
  EXPECT_EQ(find_engine_rules("llama"), std::nullopt);
}

TEST(Runtimes, NameMeansTheNewest) {
  EXPECT_EQ(release_of("llama.cpp"), "v0.5.0");
  EXPECT_EQ(release_of("LLAMA-CPP"), "v0.5.0");
  EXPECT_EQ(release_of("ollama"), "2026-08");
}

TEST(Runtimes, ReleaseOrYear) {
  EXPECT_EQ(release_of("llama.cpp@v0.5.0"), "v0.5.0");
  EXPECT_EQ(release_of("llama.cpp@0.5.0"), "v0.5.0");
  EXPECT_EQ(release_of("llama.cpp@2024"), "2024-05");
  EXPECT_EQ(release_of("llama.cpp@2025"), "2024-05");
  EXPECT_EQ(release_of("llama.cpp@2026"), "v0.5.0");
  EXPECT_EQ(release_of("llama.cpp@2030"), "v0.5.0");
}

TEST(Runtimes, ProfilesOfServersHoldUpToTheNext) {
  EXPECT_EQ(release_of("vllm"), "v0.21");
  EXPECT_EQ(release_of("vllm@0.27.1"), "v0.21");
  EXPECT_EQ(release_of("vllm@0.21"), "v0.21");
  EXPECT_EQ(release_of("vllm@v0.20.2"), "v0.17");
  EXPECT_EQ(release_of("vllm@0.16"), "v0.11");
  EXPECT_EQ(release_of("vllm@0.10.1.1"), "v0.10");
  EXPECT_EQ(release_of("vllm@0.9.2"), "v0.8.4");
  EXPECT_EQ(release_of("vllm@0.8.3"), "v0.8");
  EXPECT_EQ(release_of("vllm@0.6.6.post1"), "v0.6");
  EXPECT_THAT(release_of("vllm@0.5.4"), HasSubstr("v0.6 (2024-09)")) << "older than any profile";
  EXPECT_EQ(release_of("vllm@2025"), "v0.11");
  EXPECT_THAT(release_of("llama.cpp@0.6.0"), HasSubstr("problem")) << "only servers' profiles hold on";
}

TEST(Runtimes, UnknownReleasesListTheKnown) {
  EXPECT_THAT(release_of("llama.cpp@2023"), HasSubstr("v0.5.0 (2026-11)"));
  EXPECT_THAT(release_of("llama.cpp@b1234"), HasSubstr("2024-05"));
  EXPECT_THAT(release_of("llamacp"), HasSubstr("did you mean llama.cpp"));
  EXPECT_THAT(release_of(""), HasSubstr("problem"));
  EXPECT_THAT(release_of("@2024"), HasSubstr("problem"));
}

TEST(Runtimes, EveryEngineOfTheCommandLineHasAProfile) {
  for (const char* name : {"llama.cpp", "llamafile", "ollama", "vllm", "sglang", "tensorrt-llm", "onnxruntime",
                           "openvino", "mlx", "exllamav2", "mlc", "ik_llama.cpp", "rkllm"})
    EXPECT_TRUE(find_runtime(name)) << name;
}

TEST(Runtimes, LlamaCppKnowsAllItsBackends) {
  const RuntimeProfile& profile = **find_runtime("llama.cpp");
  EXPECT_EQ(profile.fit_margin, 1024 * kMiB);
  for (const auto backend :
       {Backend::cuda, Backend::rocm, Backend::vulkan, Backend::metal, Backend::sycl, Backend::cpu}) {
    const auto* row = profile.find(backend);
    ASSERT_NE(row, nullptr) << name_of(backend);
    EXPECT_TRUE(row->memory_known && row->speed_known) << name_of(backend);
  }
  EXPECT_EQ(profile.find(Backend::npu), nullptr);
}

/// Measured after runs (MiB): RTX 4090 451, RTX PRO 6000 705..712, GTX 1080 174; the rule must hold them all.
TEST(Runtimes, CudaMemoryHoldsTheMeasuredCards) {
  const BackendProfile& cuda = *(*find_runtime("llama.cpp"))->find(Backend::cuda);
  const auto at = [](double base, double slope, double sm) { return (base + slope * sm) / kMiB; };
  for (const auto& [sm, measured] : {std::pair{128.0, 456.0}, {188.0, 712.0}, {20.0, 174.0}}) {
    EXPECT_LT(at(cuda.runtime_low, cuda.runtime_low_per_sm, sm), measured);
    EXPECT_GT(at(cuda.runtime_high, cuda.runtime_high_per_sm, sm), measured);
  }
  EXPECT_NEAR(at(cuda.runtime_typical, cuda.runtime_typical_per_sm, 128), 446, 1);
}

/// VRAM that CUDA shows of known cards: the reserve of described boxes must not promise more.
TEST(Runtimes, DriverReserveDoesNotOverestimate) {
  const BackendProfile& cuda = *(*find_runtime("llama.cpp"))->find(Backend::cuda);
  for (const auto& [total, usable] : {std::pair{12288.0, 12288.0 - 379},
                                      {24576.0, 24576.0 - 452},
                                      {12288.0, 12288.0 - 400},
                                      {16384.0, 16384.0 - 470},
                                      {32768.0, 32106.0},
                                      {24576.0, 24564.0 - 484}})
    EXPECT_LE(total * (1 - cuda.driver_reserve_fraction), usable) << total;
}

}  // namespace
}  // namespace edgefit
