#include "read/hf_fields.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

constexpr HfDefault kDefaults[] = {{"vocab_size", 7}, {"tie_word_embeddings", 1}};

TEST(HfFields, FindsOtherNamesAndDefaults) {
  const Json json = Json::parse(R"({"n_embd": 64, "ffn_config": {"ffn_hidden_size": 9}, "tie_word_embeddings": null})");
  JsonReport report{"config.json", {}, {}};
  const HfFields fields(&json, "", kDefaults, report);
  EXPECT_EQ(fields.number("hidden_size", {1, 100}), 64);
  EXPECT_EQ(fields.number("intermediate_size", {1, 100}), 9);
  EXPECT_EQ(fields.number("vocab_size", {1, 100}), 7);
  EXPECT_TRUE(fields.flag("tie_word_embeddings"));
  EXPECT_FALSE(fields.number("num_hidden_layers", {1, 100}));
  Fact<double> hidden, ffn, vocab;
  fields.fill(hidden, "hidden_size", {1, 100});
  fields.fill(ffn, "intermediate_size", {1, 100});
  fields.fill(vocab, "vocab_size", {1, 100});
  EXPECT_EQ(hidden.origin.text, "config.json: n_embd");
  EXPECT_EQ(ffn.origin.text, "config.json: ffn_config/ffn_hidden_size");
  EXPECT_EQ(vocab.origin.kind, Origin::Kind::derived);
  EXPECT_FALSE(report.problem);
}

TEST(HfFields, ReportsTheFirstWrongValue) {
  const Json json = Json::parse(R"({"a": "4096", "b": 1.5, "c": [1, "x"], "d": {"e": -1}})");
  const auto problem = [&json](auto use) {
    JsonReport report{"config.json", {}, {}};
    use(HfFields(&json, "", {}, report));
    return report.problem ? report.problem->where : "none";
  };
  EXPECT_EQ(problem([](const HfFields& f) { f.number("a", {1, 9999}); }), "config.json#/a");
  EXPECT_EQ(problem([](const HfFields& f) { f.number("b", {1, 9999}); }), "config.json#/b");
  EXPECT_EQ(problem([](const HfFields& f) { f.numbers("c", {1, 9999}); }), "config.json#/c");
  EXPECT_EQ(problem([](const HfFields& f) { f.child("d").need("e", {1, 9}); }), "config.json#/d/e");
  EXPECT_EQ(problem([](const HfFields& f) { f.need("z", {1, 9}); }), "config.json#/z");
  EXPECT_EQ(problem([](const HfFields& f) { f.flag("a"); }), "config.json#/a");
}

}  // namespace
}  // namespace edgefit
