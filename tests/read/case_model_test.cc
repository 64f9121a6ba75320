#include "read/case_model.h"

#include <gtest/gtest.h>

#include "gguf_writer.h"
#include "read/gguf.h"

namespace edgefit {
namespace {

Model tiny() {
  const std::string bytes = test::tiny_llama().file();
  auto model = read_gguf(MemorySource(bytes, "tiny.gguf"));
  EXPECT_TRUE(model);
  return *model;
}

Model read_back(const Model& model, JsonReport& report) {
  const Json json = case_model_json(model);
  return read_case_model(&json, "/model", report);
}

TEST(CaseModel, OriginsComeBack) {
  Model model = tiny();
  model.architecture.head_dim.origin = {Origin::Kind::assumed, "a guess"};
  model.activation_bytes = Fact<Bytes>::unknown("nobody said", "say it");
  model.warnings = {"careful"};
  JsonReport report{"case.json", {}, {}};
  const Model back = read_back(model, report);
  ASSERT_FALSE(report.problem) << report.problem->what;
  EXPECT_EQ(back.format, "gguf");
  EXPECT_EQ(back.source, model.source);
  EXPECT_EQ(back.parameters.origin.text, model.parameters.origin.text);
  EXPECT_EQ(*back.architecture.head_dim, *model.architecture.head_dim);
  EXPECT_TRUE(back.architecture.head_dim.assumed());
  EXPECT_EQ(back.architecture.head_dim.origin.text, "a guess");
  EXPECT_EQ(back.activation_bytes.why, "nobody said");
  EXPECT_EQ(back.activation_bytes.remedy, "say it");
  EXPECT_EQ(back.warnings, model.warnings);
  EXPECT_EQ(back.tensors.size(), model.tensors.size());
  EXPECT_TRUE(back.tensors_stored);
}

TEST(CaseModel, TheDescriptorClaimsNothingThatIsOnlyAssumed) {
  Model model = tiny();
  model.architecture.vocab_size.origin = {Origin::Kind::assumed, "a guess"};
  const Json json = case_model_json(model);
  EXPECT_FALSE(json["descriptor"]["architecture"].contains("vocab_size"));
  EXPECT_TRUE(json["facts"].contains("vocab_size"));
}

TEST(CaseModel, AnEncoderComesBack) {
  Model model = tiny();
  model.encoder = Encoder{"mlp", true, false, 64, 128, false, 224, 14, 2, 0, 64, 3, true};
  JsonReport report{"case.json", {}, {}};
  const Model back = read_back(model, report);
  ASSERT_TRUE(back.encoder);
  EXPECT_EQ(back.encoder->projector, "mlp");
  EXPECT_TRUE(back.encoder->images && back.encoder->windows);
  EXPECT_EQ(back.encoder->merge, 2);
  EXPECT_EQ(back.encoder->kept_layers, 3);
}

TEST(CaseModel, WhatCannotBeIsAProblem) {
  const Json good = case_model_json(tiny());
  const auto problem_of = [&good](auto edit) {
    Json json = good;
    edit(json);
    JsonReport report{"case.json", {}, {}};
    read_case_model(&json, "/model", report);
    return report.problem ? report.problem->where : std::string();
  };
  EXPECT_EQ(problem_of([](Json&) {}), "");
  EXPECT_EQ(problem_of([](Json& j) { j.erase("descriptor"); }), "case.json#/model/descriptor");
  EXPECT_EQ(problem_of([](Json& j) { j["facts"]["layers"]["v"] = 1e9; }), "case.json#/model/facts/layers/v");
  EXPECT_EQ(problem_of([](Json& j) { j["facts"]["heads"]["kind"] = "rumour"; }), "case.json#/model/facts/heads/kind");
  EXPECT_EQ(problem_of([](Json& j) { j["facts"]["layers"]["v"] = 3; }), "case.json#/model/facts/layers");
}

}  // namespace
}  // namespace edgefit
