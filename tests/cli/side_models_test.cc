// --mmproj, --lora and --draft through the whole program, and every term of their bill explained.
#include "cli/side_models.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "cli/invoke.h"
#include "read/gguf_writer.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

/// A model of two layers, its projector and its adapter.
struct Files {
  test::TempDir dir;
  std::string model = dir.write("model.gguf", test::tiny_llama().file());
  std::string projector = dir.write("mmproj.gguf", encoder().file());
  std::string adapter = dir.write("adapter.gguf", lora("llama").file());
  std::string other = dir.write("other.gguf", lora("qwen2").file());

  static test::GgufWriter encoder() {
    test::GgufWriter w;
    w.text("general.architecture", "clip").boolean("clip.has_vision_encoder", true);
    w.text("clip.projector_type", "mlp").u32("clip.vision.embedding_length", 64);
    w.u32("clip.vision.feed_forward_length", 128).u32("clip.vision.image_size", 224);
    w.u32("clip.vision.patch_size", 14).u32("clip.vision.block_count", 1);
    w.f16("v.blk.0.ffn_up.weight", {64, 128}).f16("mm.0.weight", {64, 64}).f16("mm.2.weight", {64, 64});
    return w;
  }
  static test::GgufWriter lora(std::string_view family) {
    test::GgufWriter w;
    w.text("general.architecture", family).text("general.type", "adapter").text("adapter.type", "lora");
    w.f16("blk.0.attn_q.weight.lora_a", {64, 4}).f16("blk.0.attn_q.weight.lora_b", {4, 64});
    w.f16("blk.1.attn_q.weight.lora_a", {64, 4}).f16("blk.1.attn_q.weight.lora_b", {4, 64});
    return w;
  }
  std::vector<std::string> everything(std::vector<std::string> words) const {
    for (const std::string& word : {std::string("--mmproj"), projector, std::string("--lora"), adapter,
                                    std::string("--lora"), adapter, std::string("--draft"), model})
      words.push_back(word);
    for (const char* word : {"--gpu", "2x rtx-4090", "--ram", "64GiB"}) words.emplace_back(word);
    return words;
  }
};

TEST(SideModels, EveryTermOfTheBillCanBeExplained) {
  const Files files;
  const auto report = invoke(files.everything({"assess", files.model, "--format", "json"}));
  ASSERT_EQ(report.code, 0) << report.err;
  std::set<std::string> terms;
  const auto answer = nlohmann::json::parse(report.out);
  for (const auto& pool : answer["memory"]) {
    for (const auto& line : pool["lines"]) {
      terms.insert(line["term"]);
      const std::string id = pool["pool"].get<std::string>() + "." + line["term"].get<std::string>();
      const auto outcome = invoke(files.everything({"explain", files.model, id}));
      EXPECT_EQ(outcome.code, 0) << id << outcome.err;
      EXPECT_TRUE(outcome.out.starts_with(id + " = ")) << outcome.out;
    }
  }
  for (const char* term : {"weights", "kv_cache", "compute", "output", "runtime", "projector", "draft", "adapter"})
    EXPECT_TRUE(terms.count(term)) << term;
}

TEST(SideModels, TheCommandLoadsThemToo) {
  const Files files;
  auto words = files.everything({"assess", files.model});
  for (const char* word : {"--tensor-split", "3,1", "--no-kv-offload", "--no-mmap", "--format", "json"})
    words.emplace_back(word);
  const auto report = invoke(words);
  const std::string command = nlohmann::json::parse(report.out)["command"];
  EXPECT_TRUE(has(command, " --mmproj " + files.projector)) << command;
  EXPECT_TRUE(has(command, " --lora " + files.adapter + " --lora " + files.adapter)) << command;
  EXPECT_TRUE(has(command, " -md " + files.model + " --spec-type draft-simple")) << command;
  EXPECT_TRUE(has(command, " -ts 3,1 --no-kv-offload")) << command;
  EXPECT_TRUE(has(command, " --load-mode none")) << command;
}

TEST(SideModels, AnotherKindOfFileIsRefused) {
  const Files files;
  const auto code = [&files](const char* flag, const std::string& path) {
    return invoke({"assess", files.model, flag, path, "--gpu", "rtx-4090"});
  };
  EXPECT_TRUE(has(code("--mmproj", files.model).err, "this is no projector"));
  EXPECT_TRUE(has(code("--lora", files.model).err, "this is no LoRA adapter"));
  EXPECT_TRUE(has(code("--lora", files.other).err, "an adapter for qwen2, but the model is llama"));
  EXPECT_EQ(code("--lora", files.other).code, 2);
  EXPECT_EQ(code("--draft", files.dir.at("missing.gguf")).code, 2);
}

}  // namespace
}  // namespace edgefit
