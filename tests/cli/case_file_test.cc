// src/case_file.cc, where all of its rooms are: what was written assesses to the same bytes.
#include "edgefit/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/build_case.h"
#include "cli/invoke.h"
#include "edgefit/answer.h"
#include "edgefit/catalog.h"
#include "edgefit/report.h"
#include "read/gguf_writer.h"
#include "support/json_schema.h"
#include "support/sweep.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;

std::string report_of(const Case& question, bool with_options) {
  AnswerOptions options;
  options.as_of = "2026-11-25";
  options.with_options = with_options;
  return find_reporter("json")->render(answer(question, options), {});
}

/// Writes, reads, compares; false when there is no such question.
bool survives(const CaseFlags& typed, const std::string& model, bool with_options = false) {
  const auto question = build_case(typed, model);
  if (!question) return false;
  const std::string text = write_case(*question);
  const auto back = read_case(text, "case.json");
  EXPECT_TRUE(back) << back.error().what << " in " << back.error().where;
  if (!back) return false;
  EXPECT_EQ(report_of(*back, with_options), report_of(*question, with_options));
  return true;
}

std::vector<CaseFlags> boxes() {
  std::vector<CaseFlags> out;
  for (const char* machine : {"workstation", "two-gpus", "laptop", "silent-gpu"}) {
    out.emplace_back().host = fixture(("machines/" + std::string(machine) + ".json").c_str());
  }
  CaseFlags& described = out.emplace_back();
  described.gpus = {"rtx-3060-12gb"};
  described.quant = "q4_k_m";
  CaseFlags& unified = out.emplace_back();
  unified.gpus = {"apple-m4-max-40-core"};
  unified.ram = "128GiB";
  unified.cpu_moe = unified.no_mmap = unified.swa_full = true;
  unified.kv_type = "q8_0,q4_0";
  unified.goals = {"tokens_per_second=20", "time_to_first_token=1s"};
  return out;
}

TEST(CaseFile, EveryDescriptorOnEveryBox) {
  for (const CaseFlags& box : boxes()) {
    for (const auto& entry : std::filesystem::directory_iterator(fixture("models"))) {
      SCOPED_TRACE(entry.path().filename().string() + " " + box.host + " " + box.cpu);
      survives(box, entry.path().string());
    }
  }
}

TEST(CaseFile, WaysOutAreTheSame) {
  CaseFlags small;
  small.gpus = {"rtx-3060-12gb"};
  small.ram = "8GiB";
  for (const char* model : {"models/llama-70b.json", "models/few-facts.json"}) {
    EXPECT_TRUE(survives(small, fixture(model), true));
  }
  EXPECT_TRUE(survives(small, "qwen3-30b-a3b", true));
}

TEST(CaseFile, EveryModelKnownByName) {
  const auto all = boxes();
  for (size_t i = 0; i < model_profiles().size(); i += test::kSweepStep) {
    SCOPED_TRACE(model_profiles()[i].key);
    EXPECT_TRUE(survives(all[i % all.size()], std::string(model_profiles()[i].key)));
  }
}

TEST(CaseFile, EveryFileOfTheCorpus) {
  const char* const corpus = std::getenv("EDGEFIT_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  const auto all = boxes();
  size_t seen = 0, count = 0;
  for (const char* folder : {"files", "configs", "indexes", "other"}) {
    for (const auto& entry : std::filesystem::directory_iterator(corpus + std::string("/models/") + folder)) {
      SCOPED_TRACE(entry.path().filename().string());
      if (seen++ % test::kSweepStep != 0) continue;
      count += survives(all[count % all.size()], entry.path().string()) ? 1 : 0;
    }
  }
  EXPECT_GT(count, 150 / test::kSweepStep);
}

TEST(CaseFile, SideModelsAreInIt) {
  const test::TempDir dir;
  const std::string model = dir.write("model.gguf", test::tiny_llama().file());
  test::GgufWriter clip, lora;
  clip.text("general.architecture", "clip").boolean("clip.has_vision_encoder", true);
  clip.text("clip.projector_type", "mlp").u32("clip.vision.embedding_length", 64);
  clip.u32("clip.vision.feed_forward_length", 128).u32("clip.vision.image_size", 224);
  clip.u32("clip.vision.patch_size", 14).u32("clip.vision.block_count", 1);
  clip.f16("v.blk.0.ffn_up.weight", {64, 128}).f16("mm.0.weight", {64, 64}).f16("mm.2.weight", {64, 64});
  lora.text("general.architecture", "llama").text("general.type", "adapter").text("adapter.type", "lora");
  lora.f16("blk.0.attn_q.weight.lora_a", {64, 4}).f16("blk.0.attn_q.weight.lora_b", {4, 64});
  CaseFlags typed;
  typed.gpus = {"rtx-4090"};
  typed.ram = "64GiB";
  typed.projector = dir.write("mmproj.gguf", clip.file());
  typed.adapters = {dir.write("adapter.gguf", lora.file())};
  typed.draft = "llama-3.2-1b";
  ASSERT_TRUE(survives(typed, model));
  std::filesystem::remove_all(dir.at(""));
  const auto question = build_case(typed, model);
  EXPECT_FALSE(question) << "the files are gone";
}

TEST(CaseFile, FollowsItsSchema) {
  const std::string schema = source_file("docs/schema/case.schema.json");
  for (const CaseFlags& box : boxes()) {
    const auto question = build_case(box, "qwen3-30b-a3b");
    ASSERT_TRUE(question);
    EXPECT_THAT(schema_errors(schema, write_case(*question)), testing::IsEmpty());
  }
  EXPECT_THAT(schema_errors(schema, R"({"format":"edgefit.case","format_version":"2.0"})"),
              testing::Not(testing::IsEmpty()));
}

TEST(CaseFile, AnEngineThatIsNotKnownIsAProblem) {
  const auto question = build_case(boxes().front(), fixture("models/llama-8b.json"));
  ASSERT_TRUE(question);
  std::string text = write_case(*question);
  text.replace(text.find("\"v0.5.0\""), 8, "\"v9.9.9\"");
  const auto back = read_case(text, "case.json");
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().where, "case.json#/runtime");
}

}  // namespace
}  // namespace edgefit
