#include "edgefit/model.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(ModelNames, GoBothWays) {
  for (int i = 0; i <= static_cast<int>(Task::other); ++i) {
    const auto task = static_cast<Task>(i);
    EXPECT_STRNE(name_of(task), "");
    EXPECT_EQ(find_task(name_of(task)), task);
  }
  for (int i = 0; i <= static_cast<int>(Attention::none); ++i) {
    const auto attention = static_cast<Attention>(i);
    EXPECT_STRNE(name_of(attention), "");
    EXPECT_EQ(find_attention(name_of(attention)), attention);
  }
  for (int i = 0; i <= static_cast<int>(StateKind::rwkv); ++i) {
    const auto kind = static_cast<StateKind>(i);
    EXPECT_STRNE(name_of(kind), "");
    EXPECT_EQ(find_state_kind(name_of(kind)), kind);
  }
  EXPECT_EQ(find_task("cooking"), std::nullopt);
  EXPECT_EQ(find_attention(""), std::nullopt);
  EXPECT_STREQ(name_of(Attention::full_recurrent), "full+recurrent");
}

TEST(Model, OnlyTextCountsTokens) {
  Model m;
  EXPECT_TRUE(counts_tokens(m));
  for (const auto task : {Task::image_classification, Task::object_detection, Task::speech_to_text, Task::other}) {
    m.task = task;
    EXPECT_FALSE(counts_tokens(m)) << name_of(task);
  }
  m.task = Task::embedding;
  EXPECT_TRUE(counts_tokens(m));
  m.architecture.family = "clip";
  EXPECT_FALSE(counts_tokens(m));
}

}  // namespace
}  // namespace edgefit
