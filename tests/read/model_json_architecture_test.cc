#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read/model_json.h"

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  Architecture a;
  std::string problem;
  std::vector<std::string> warnings;
};
Outcome read(const std::string& text) {
  const auto json = parse_json(text, "m.json");
  EXPECT_TRUE(json) << json.error().what << text;
  JsonReport report{"m.json", {}, {}};
  Outcome out;
  read_json_architecture(&*json, report, out.a);
  if (report.problem) out.problem = report.problem->what + " | " + report.problem->where;
  out.warnings = report.warnings;
  return out;
}
std::string letters(const std::string& text) {
  const Outcome out = read(text);
  EXPECT_EQ(out.problem, "");
  std::string names;
  for (const Attention x : out.a.attention) names += "fsmrb-"[static_cast<size_t>(x)];
  return names;
}

TEST(ModelJsonArchitecture, ReadsEveryKey) {
  const Outcome out = read(R"({"layers":3,"hidden_size":64,"heads":4,"kv_heads":[2,0,2],"head_dim":16,
    "value_head_dim":8,"ffn_size":[128,0,256],"vocab_size":100,"tied_embeddings":true,"max_context":4096,
    "attention":["full","recurrent","sliding"],"window":512,"mla":{"kv_lora_rank":512,"rope_head_dim":64},
    "moe":{"experts":64,"experts_used":6,"expert_ffn_size":1408,"shared_ffn_size":2816,"dense_layers":1},
    "ssm":{"inner":3072,"state":128,"conv":4,"groups":1},"gated_ffn":false,"fused_qkv":true,"causal":false,
    "mtp_layers":1})");
  ASSERT_EQ(out.problem, "");
  EXPECT_THAT(out.warnings, IsEmpty());
  const Architecture& a = out.a;
  EXPECT_EQ(*a.layers, 3);
  EXPECT_EQ(a.layers.origin.text, "m.json: architecture/layers");
  EXPECT_EQ(*a.hidden_size, 64);
  EXPECT_EQ(*a.heads, 4);
  EXPECT_EQ(*a.kv_heads, 2);
  EXPECT_THAT(a.kv_heads_by_layer, ElementsAre(2, 0, 2));
  EXPECT_EQ(*a.head_dim, 16);
  EXPECT_EQ(*a.value_head_dim, 8);
  EXPECT_EQ(*a.ffn_size, 256);
  EXPECT_THAT(a.ffn_size_by_layer, ElementsAre(128, 0, 256));
  EXPECT_EQ(*a.vocab_size, 100);
  EXPECT_TRUE(a.tied_embeddings);
  EXPECT_EQ(*a.max_context, 4096);
  EXPECT_EQ(*a.window, 512);
  EXPECT_THAT(a.attention, ElementsAre(Attention::full, Attention::recurrent, Attention::sliding));
  EXPECT_EQ(a.mla->kv_lora_rank, 512);
  EXPECT_EQ(a.mla->rope_head_dim, 64);
  EXPECT_EQ(a.moe->experts, 64);
  EXPECT_EQ(a.moe->experts_used, 6);
  EXPECT_EQ(a.moe->expert_ffn_size, 1408);
  EXPECT_EQ(a.moe->shared_ffn_size, 2816);
  EXPECT_EQ(a.moe->dense_layers, 1);
  EXPECT_EQ(a.ssm->inner, 3072);
  EXPECT_EQ(a.ssm->groups, 1);
  EXPECT_EQ(a.state, StateKind::mamba2);
  EXPECT_FALSE(a.gated_ffn);
  EXPECT_TRUE(a.fused_qkv);
  EXPECT_FALSE(a.causal);
  EXPECT_EQ(a.mtp_layers, 1);
}

TEST(ModelJsonArchitecture, AttentionIsANameAListOrAPattern) {
  EXPECT_EQ(letters(R"({"attention":"full"})"), "");
  EXPECT_EQ(letters(R"({"layers":3,"attention":["full"]})"), "");
  EXPECT_EQ(letters(R"({"layers":3,"attention":"full+recurrent","ssm":{"inner":8}})"), "bbb");
  EXPECT_EQ(letters(R"({"layers":8,"window":9,"attention":["sliding","sliding","full"]})"), "ssfssfss");
  EXPECT_EQ(letters(R"({"layers":2,"attention":["none","full"]})"), "-f");
}

TEST(ModelJsonArchitecture, TheFamilyFillsWhatIsUnstated) {
  EXPECT_EQ(letters(R"({"family":"gemma2","layers":4})"), "sfsf");
  EXPECT_EQ(letters(R"({"family":"gemma2","layers":4,"attention":"full"})"), "") << "the descriptor wins";
  EXPECT_EQ(letters(R"({"family":"gemma3","layers":7,"window":512})"), "sssssfs");
  const Outcome llama = read(R"({"family":"llama","layers":2,"hidden_size":64,"heads":4})");
  EXPECT_EQ(*llama.a.head_dim, 16);
  EXPECT_EQ(*llama.a.kv_heads, 4);
  const Outcome counted = read(R"({"family":"gemma2","layers":4,"kv_layers":2})");
  EXPECT_THAT(counted.a.attention, IsEmpty());
  EXPECT_EQ(*counted.a.kv_layers, 2);
}

TEST(ModelJsonArchitecture, WarnsOfAFamilyWithoutRules) {
  EXPECT_THAT(read(R"({"family":"qwen33"})").warnings,
              ElementsAre("m.json#/architecture/family: no rules for family \"qwen33\"; did you mean \"qwen3\"?"));
  EXPECT_THAT(read(R"({"family":"llama"})").warnings, IsEmpty());
  EXPECT_THAT(read(R"({"layers":4})").warnings, IsEmpty());
}

TEST(ModelJsonArchitecture, NamesWhatIsWrong) {
  const std::string a = "m.json#/architecture";
  EXPECT_THAT(read(R"({"layers":0})").problem, HasSubstr(a + "/layers"));
  EXPECT_THAT(read(R"({"layers":10001})").problem, HasSubstr(a + "/layers"));
  EXPECT_THAT(read(R"({"heads":0})").problem, HasSubstr(a + "/heads"));
  EXPECT_THAT(read(R"({"layers":2,"kv_heads":[1]})").problem, HasSubstr("one entry a layer | " + a + "/kv_heads"));
  EXPECT_THAT(read(R"({"kv_heads":[1]})").problem, HasSubstr(a + "/kv_heads"));
  EXPECT_THAT(read(R"({"heads":4,"kv_heads":8})").problem, HasSubstr("more KV heads"));
  EXPECT_THAT(read(R"({"layers":1,"attention":"linear"})").problem,
              HasSubstr("unknown attention \"linear\" | " + a + "/attention/0"));
  EXPECT_THAT(read(R"({"attention":["full","sliding"]})").problem, HasSubstr(a + "/attention"));
  EXPECT_THAT(read(R"({"layers":1,"attention":["full","sliding"]})").problem, HasSubstr("does not fit"));
  EXPECT_THAT(read(R"({"layers":1,"attention":[]})").problem, HasSubstr("does not fit"));
  EXPECT_THAT(read(R"({"layers":1,"attention":"mla"})").problem, HasSubstr("mla layers without their sizes"));
  EXPECT_THAT(read(R"({"layers":1,"attention":"sliding"})").problem, HasSubstr("without a window"));
  EXPECT_THAT(read(R"({"mla":{}})").problem, HasSubstr(a + "/mla/kv_lora_rank"));
  EXPECT_THAT(read(R"({"moe":{"experts":8}})").problem, HasSubstr(a + "/moe"));
  EXPECT_THAT(read(R"({"moe":{"experts":8,"experts_used":16}})").problem, HasSubstr("more experts used"));
  EXPECT_THAT(read(R"({"ssm":{}})").problem, HasSubstr(a + "/ssm/inner"));
  EXPECT_THAT(read(R"({"ssm":{"inner":8,"kind":"lstm"}})").problem, HasSubstr(a + "/ssm/kind"));
  EXPECT_THAT(read(R"({"layers":1,"attention":"recurrent"})").warnings, ElementsAre(HasSubstr("state is not counted")));
}

TEST(ModelJsonArchitecture, Mamba1HasNoGroups) {
  EXPECT_EQ(read(R"({"family":"mamba","layers":1,"ssm":{"inner":8,"state":16,"conv":4}})").a.ssm->groups, 0);
  EXPECT_EQ(read(R"({"family":"mamba2","layers":1,"ssm":{"inner":8,"state":16,"conv":4}})").a.ssm->groups, 1);
}

}  // namespace
}  // namespace edgefit
