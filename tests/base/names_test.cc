#include <gtest/gtest.h>

#include "edgefit/assessment.h"

namespace edgefit {
namespace {

TEST(Names, BackendsRoundTrip) {
  for (const auto b :
       {Backend::cuda, Backend::rocm, Backend::vulkan, Backend::metal, Backend::sycl, Backend::cpu, Backend::npu}) {
    EXPECT_EQ(find_backend(name_of(b)), b);
  }
  EXPECT_FALSE(find_backend("abacus").has_value());
  for (const auto r : {EngineRules::llama_cpp, EngineRules::vllm, EngineRules::sglang, EngineRules::tensorrt_llm,
                       EngineRules::onnxruntime, EngineRules::other}) {
    EXPECT_EQ(find_engine_rules(name_of(r)), r);
  }
}

TEST(Names, ExitCodesFollowTheContract) {
  EXPECT_EQ(exit_code_of(Verdict::ready), 0);
  EXPECT_EQ(exit_code_of(Verdict::tight), 0);
  EXPECT_EQ(exit_code_of(Verdict::not_ready), 1);
  EXPECT_EQ(exit_code_of(Verdict::unknown), 3);
}

TEST(Names, LastEntriesOfEachEnum) {
  EXPECT_STREQ(name_of(Term::adapter), "adapter");
  EXPECT_STREQ(name_of(SplitMode::tensor), "tensor");
  EXPECT_STREQ(name_of(BoundBy::storage), "storage");
  EXPECT_STREQ(name_of(SpeedGap::weights_unknown), "weights_unknown");
  EXPECT_STREQ(name_of(CheckStatus::not_applicable), "not_applicable");
  EXPECT_STREQ(name_of(Verdict::not_ready), "not_ready");
  EXPECT_STREQ(name_of(HaveBasis::described), "described");
}

}  // namespace
}  // namespace edgefit
