#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

TEST(Workload, FlagsWinOverTheDescriptorAndTheDescriptorOverDefaults) {
  Model m = testing::llama_8b();
  m.workload.context = {4096.0, {Origin::Kind::file, "model.json"}};
  m.workload.sequences = {4.0, {Origin::Kind::file, "model.json"}};
  Workload asked;
  asked.context = {2048.0, testing::kGiven};
  const Workload w = resolve(asked, m);
  EXPECT_EQ(*w.context, 2048);
  EXPECT_EQ(*w.sequences, 4);
  EXPECT_EQ(*w.prompt_tokens, 1024);
  EXPECT_TRUE(w.prompt_tokens.assumed());
  EXPECT_EQ(*w.depth, 1024);
  EXPECT_EQ(*w.kv_type, "f16");
}

TEST(Workload, TheDefaultContextNeverPassesTheModels) {
  Model m = testing::llama_8b();
  m.architecture.max_context = {2048.0, testing::kGiven};
  EXPECT_EQ(*resolve({}, m).context, 2048);
}

}  // namespace
}  // namespace edgefit
