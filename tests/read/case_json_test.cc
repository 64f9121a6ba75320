#include "read/case_json.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "edgefit/read.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

const Origin kUser{Origin::Kind::user, "--flag"};

Case sample() {
  static const RuntimeProfile kProfile{"llama.cpp",    "v0.5.0", "2026-11", EngineRules::llama_cpp,
                                       "llama-server", 0,        0,         {}};
  Case out;
  Host host;
  host.mode = Host::Mode::described;
  out.host = std::make_shared<const Host>(host);
  Model model;
  model.name = "m";
  model.parameters = {1e9, kUser};
  out.model = std::make_shared<const Model>(model);
  out.runtime.profile = &kProfile;
  out.runtime.backend = Backend::vulkan;
  out.runtime.gpu_layers = 7;
  out.runtime.mmap = false;
  out.runtime.flash_attention = FlashAttention::off;
  out.runtime.split_mode = SplitMode::row;
  out.runtime.tensor_parallel = 4;
  out.runtime.expert_parallel = 2;
  out.runtime.memory_share = 0.95;
  out.runtime.max_requests = 64;
  out.runtime.eager = true;
  out.runtime.tensor_split = {3, 0.5};
  out.workload.context = {4096, kUser};
  out.workload.kv_type = {"q8_0", kUser};
  out.goals.latency = Seconds{0.05};
  out.assume_idle = true;
  return out;
}

const std::string kHost = R"({"format":"edgefit.host"})";

TEST(CaseJson, EverySettingComesBack) {
  const std::string text = write_case_parts(sample(), kHost);
  const auto back = read_case_parts(text, "case.json");
  ASSERT_TRUE(back) << back.error().what << " in " << back.error().where;
  EXPECT_EQ(back->host, kHost);
  EXPECT_EQ(back->host_mode, Host::Mode::described);
  EXPECT_EQ(back->runtime, "llama.cpp@v0.5.0");
  const Case& question = back->question;
  EXPECT_EQ(question.runtime.backend, Backend::vulkan);
  EXPECT_EQ(question.runtime.gpu_layers, 7);
  EXPECT_FALSE(question.runtime.mmap);
  EXPECT_EQ(question.runtime.flash_attention, FlashAttention::off);
  EXPECT_EQ(question.runtime.split_mode, SplitMode::row);
  EXPECT_EQ(question.runtime.tensor_parallel, 4);
  EXPECT_EQ(question.runtime.expert_parallel, 2);
  EXPECT_EQ(question.runtime.memory_share, 0.95);
  EXPECT_EQ(question.runtime.max_requests, 64);
  EXPECT_TRUE(question.runtime.eager);
  EXPECT_EQ(question.runtime.tensor_split, (std::vector<double>{3, 0.5}));
  EXPECT_EQ(*question.workload.context, 4096);
  EXPECT_EQ(question.workload.context.origin.text, "--flag");
  EXPECT_FALSE(question.workload.sequences);
  EXPECT_EQ(*question.workload.kv_type, "q8_0");
  EXPECT_EQ(question.goals.latency, Seconds{0.05});
  EXPECT_FALSE(question.goals.tokens_per_second);
  EXPECT_TRUE(question.assume_idle);
}

TEST(CaseJson, WhatIsWrongIsNamed) {
  const Json good = Json::parse(write_case_parts(sample(), kHost));
  const auto problem_of = [&good](auto edit) {
    Json json = good;
    edit(json);
    const auto parts = read_case_parts(json.dump(), "c");
    return parts ? std::string() : parts.error().where;
  };
  EXPECT_EQ(problem_of([](Json&) {}), "");
  EXPECT_EQ(problem_of([](Json& j) { j["format"] = "edgefit.host"; }), "c#/format");
  EXPECT_EQ(problem_of([](Json& j) { j["format_version"] = "2.0"; }), "c#/format_version");
  EXPECT_EQ(problem_of([](Json& j) { j.erase("host"); }), "c#/host");
  EXPECT_EQ(problem_of([](Json& j) { j["host_mode"] = "dreamt"; }), "c#/host_mode");
  EXPECT_EQ(problem_of([](Json& j) { j["runtime"]["backend"] = "abacus"; }), "c#/runtime/backend");
  EXPECT_EQ(problem_of([](Json& j) { j["runtime"]["gpu_layers"] = -1; }), "c#/runtime/gpu_layers");
  EXPECT_EQ(problem_of([](Json& j) { j["runtime"]["tensor_split"] = {0, 0}; }), "c#/runtime/tensor_split");
  EXPECT_EQ(problem_of([](Json& j) { j["workload"]["context"]["v"] = 0; }), "c#/workload/context/v");
  EXPECT_EQ(problem_of([](Json& j) { j["workload"]["kv_type"]["v"] = "q9_z"; }), "c#/workload/kv_type/v");
  EXPECT_EQ(problem_of([](Json& j) { j["side_models"]["adapters"] = 3; }), "c#/side_models/adapters");
  EXPECT_EQ(problem_of([](Json& j) { j["side_models"]["draft"] = 3; }), "c#/side_models/draft");
}

TEST(CaseJson, AMisspeltKeyIsTold) {
  Json json = Json::parse(write_case_parts(sample(), kHost));
  json["workload"]["contxt"] = 3;
  const auto parts = read_case_parts(json.dump(), "c");
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->question.model->warnings.size(), 1U);
  EXPECT_NE(parts->question.model->warnings[0].find("did you mean \"context\"?"), std::string::npos);
  const auto model = read_model_of_case(json.dump(), "c");
  ASSERT_TRUE(model);
  EXPECT_EQ(model->name, "m");
}

TEST(CaseJson, TheFormatIsSeenWithoutReadingTheFile) {
  const test::TempDir dir;
  EXPECT_EQ(stated_format(dir.write("a", R"({"x":[1,{"format":"no"}],"format":"edgefit.case", cut off)")),
            "edgefit.case");
  EXPECT_EQ(stated_format(dir.write("b", R"({"format":3})")), "");
  EXPECT_EQ(stated_format(dir.write("c", "GGUF")), "");
  EXPECT_EQ(stated_format(dir.write("d", "")), "");
  EXPECT_EQ(stated_format(dir.at("nowhere")), "");
  EXPECT_EQ(stated_format(dir.at("")), "");
}

}  // namespace
}  // namespace edgefit
