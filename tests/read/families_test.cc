#include "read/families.h"

#include <gtest/gtest.h>

#include <set>

namespace edgefit {
namespace {

Architecture sized(std::string family, double layers) {
  Architecture a;
  a.family = std::move(family);
  a.layers = {layers, {}};
  a.hidden_size = {64, {}};
  a.heads = {4, {}};
  return a;
}

std::string letters(const std::vector<Attention>& layers) {
  std::string out;
  for (const Attention x : layers) out += "fsmrb-"[static_cast<size_t>(x)];
  return out;
}

TEST(Architectures, HaveUniqueNamesThatAreFound) {
  std::set<std::string_view> names;
  for (const auto& row : architecture_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(find_architecture(row.name), &row);
    const bool cycle = row.plan == LayerPlan::sliding_cycle || row.plan == LayerPlan::recurrent_cycle;
    EXPECT_EQ(row.period > 1, cycle) << row.name;
  }
  EXPECT_EQ(find_architecture("Mixtral"), find_architecture("llama"));
  EXPECT_EQ(find_architecture("qwen3_moe"), find_architecture("qwen3moe"));
  EXPECT_EQ(find_architecture("no-such"), nullptr);
  EXPECT_EQ(find_architecture(""), nullptr);
}

TEST(AttentionOf, FollowsThePlan) {
  struct Row {
    const char* family;
    double layers;
    const char* expected;
  };
  for (const Row& row : {Row{"llama", 4, ""}, Row{"gemma2", 5, "sfsfs"}, Row{"llama4", 5, "sssfs"},
                         Row{"mamba", 2, "rr"}, Row{"falcon-h1", 2, "bb"}, Row{"qwen3next", 8, "rrrfrrrf"},
                         Row{"bert", 2, "--"}, Row{"gemma3", 3, ""}, Row{"granitehybrid", 3, ""}}) {
    const Architecture a = sized(row.family, row.layers);
    EXPECT_EQ(letters(attention_of(*find_architecture(row.family), a)), row.expected) << row.family;
  }
  Architecture gemma = sized("gemma3", 8);
  gemma.window = {512, {}};
  EXPECT_EQ(letters(attention_of(*find_architecture("gemma3"), gemma)), "sssssfss");
  Architecture deepseek = sized("deepseek2", 2);
  deepseek.mla = Mla{512, 64, 128, 0};
  EXPECT_EQ(letters(attention_of(*find_architecture("deepseek2"), deepseek)), "mm");
  Architecture nemotron = sized("nemotron_h", 3);
  nemotron.kv_heads_by_layer = {0, 0, 8};
  nemotron.ffn_size_by_layer = {0, 256, 0};
  EXPECT_EQ(letters(attention_of(*find_architecture("nemotron_h"), nemotron)), "r-f");
}

TEST(ApplyFamily, DerivesOnlyWhatIsCertain) {
  Architecture llama = sized("mistral", 2);
  apply_family(llama);
  EXPECT_TRUE(llama.family_known);
  EXPECT_EQ(llama.family, "llama");
  EXPECT_EQ(*llama.head_dim, 16);
  EXPECT_EQ(*llama.value_head_dim, 16);
  EXPECT_EQ(*llama.kv_heads, 4);
  EXPECT_EQ(llama.kv_heads.origin.kind, Origin::Kind::derived);

  Architecture qwen = sized("qwen3", 2);
  apply_family(qwen);
  EXPECT_FALSE(qwen.head_dim) << "128 whatever the hidden size";

  Architecture odd = sized("llama", 2);
  odd.heads = {5, {}};
  apply_family(odd);
  EXPECT_FALSE(odd.head_dim) << "64 / 5 is no head size";

  Architecture gemma = sized("gemma2", 2);
  apply_family(gemma);
  EXPECT_EQ(*gemma.window, 4096);
  EXPECT_EQ(gemma.window.origin.kind, Origin::Kind::derived);

  Architecture whisper = sized("whisper", 2);
  apply_family(whisper);
  EXPECT_FALSE(whisper.family_known) << "no engine's rules hold for it";
  EXPECT_FALSE(whisper.gated_ffn);

  Architecture other = sized("unheard-of", 2);
  apply_family(other);
  EXPECT_FALSE(other.family_known);
  EXPECT_EQ(other.family, "unheard-of");
  EXPECT_FALSE(other.head_dim);
}

}  // namespace
}  // namespace edgefit
