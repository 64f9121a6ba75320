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

// Little's law: 10 users, answers of 1 + 100/10 = 11 s, 33 s between them: 10 x 11 / 44 = 2.5 on average.
TEST(Workload, UsersWhoThinkNeedFewerRequestsThanThereAreUsers) {
  Workload asked;
  asked.output_tokens = {100.0, testing::kGiven};
  Workload w = resolve(asked, testing::llama_8b());
  Goals goals;
  goals.time_to_first_token = Seconds{1};
  goals.tokens_per_second = TokensPerSecond{10};
  resolve_users({10, Seconds{33}}, w, goals);
  EXPECT_EQ(*w.sequences, 3);
  resolve_users({10, Seconds{0}}, w, goals);
  EXPECT_EQ(*w.sequences, 10);
  resolve_users({1, Seconds{1e6}}, w, goals);
  EXPECT_EQ(*w.sequences, 1);
}

TEST(Workload, UsersWithoutGoalsAskForReadingSpeed) {
  Workload w = resolve({}, testing::llama_8b());
  Goals goals;
  resolve_users({10, Seconds{30}}, w, goals);
  EXPECT_EQ(goals.tokens_per_second->value, kReadingSpeed.value);
  EXPECT_EQ(goals.time_to_first_token->value, kUsersFirstToken.value);
}

}  // namespace
}  // namespace edgefit
