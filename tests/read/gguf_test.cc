#include "read/gguf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gguf_writer.h"

namespace edgefit {
namespace {

using test::GgufWriter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result<Model> read(const std::string& bytes) {
  return read_gguf(MemorySource(bytes, "dir/x.gguf"));
}
std::string problem_of(const std::string& bytes) {
  const auto model = read(bytes);
  return model ? "" : model.error().what + " | " + model.error().where;
}

TEST(Gguf, ReadsAWholeModel) {
  const std::string bytes = test::tiny_llama().u32("general.file_type", 1).file();
  const auto model = read(bytes);
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->name, "Tiny");
  EXPECT_EQ(model->source, "dir/x.gguf");
  EXPECT_EQ(model->format, "gguf");
  EXPECT_EQ(model->task, Task::text_generation);
  EXPECT_EQ(*model->parameters, test::kTinyParameters);
  EXPECT_EQ(*model->active_parameters, test::kTinyParameters);
  EXPECT_EQ(*model->input_embedding_parameters, 64 * 32);
  EXPECT_EQ(model->precision, "F16");
  const double norms = 64 * 5;
  EXPECT_EQ(model->weight_bytes->value, 2 * (test::kTinyParameters - norms) + 4 * norms);
  EXPECT_EQ(model->file_bytes->value, static_cast<double>(bytes.size()));
  EXPECT_TRUE(model->tensors_stored);
  EXPECT_EQ(model->tensors.size(), 21U);
  EXPECT_THAT(model->warnings, IsEmpty());
  EXPECT_THAT(model->unknown, IsEmpty());
  EXPECT_FALSE(model->weights);
}

TEST(Gguf, ReadsVersionTwo) {
  GgufWriter w = test::tiny_llama(true);
  w.version = 2;
  const auto model = read(w.file());
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_TRUE(model->architecture.tied_embeddings);
  EXPECT_EQ(*model->parameters, test::kTinyParameters - 64 * 32);
}

TEST(Gguf, RefusesOtherVersionsWithTheReason) {
  const auto version = [](uint32_t n) {
    GgufWriter w = test::tiny_llama();
    w.version = n;
    return problem_of(w.file());
  };
  EXPECT_THAT(version(1), HasSubstr("GGUF version 1 is not supported"));
  EXPECT_THAT(version(4), HasSubstr("unknown GGUF version 4 | dir/x.gguf, byte 8"));
  EXPECT_THAT(version(0x03000000), HasSubstr("big-endian"));
  GgufWriter w = test::tiny_llama();
  w.magic = "GGML";
  EXPECT_THAT(problem_of(w.file()), HasSubstr("not a GGUF file"));
}

TEST(Gguf, RefusesEveryTruncation) {
  const std::string bytes = test::tiny_llama().file();
  const std::string header = test::tiny_llama().header();
  for (size_t n = 0; n < header.size(); ++n) ASSERT_NE(problem_of(bytes.substr(0, n)), "") << n;
  const auto header_only = read(header);
  ASSERT_TRUE(header_only) << header_only.error().what;
  EXPECT_THAT(header_only->warnings, ElementsAre(HasSubstr("header only")));
  EXPECT_THAT(problem_of(bytes.substr(0, bytes.size() - 33)),
              HasSubstr("tensor data runs past the end of the file | dir/x.gguf, tensor blk.1.ffn_down.weight"));
}

TEST(Gguf, RefusesCountsThatCannotBe) {
  for (const uint64_t count : {~uint64_t{0}, uint64_t{1} << 63, uint64_t{1} << 32, uint64_t{100}}) {
    GgufWriter pairs = test::llama_metadata();
    pairs.pair_count = count;
    EXPECT_THAT(problem_of(pairs.file()), HasSubstr("metadata keys cannot fit")) << count;
    GgufWriter tensors = test::llama_metadata();
    tensors.tensor_count = count;
    EXPECT_THAT(problem_of(tensors.file()), HasSubstr("tensors cannot fit")) << count;
  }
  GgufWriter many = test::llama_metadata();
  many.pair_count = 100'000;
  EXPECT_THAT(problem_of(many.file() + std::string(2 << 20, '\0')), HasSubstr("implausibly many metadata keys"));
}

TEST(Gguf, HonoursAlignment) {
  GgufWriter aligned = test::llama_metadata();
  aligned.alignment = 4096;
  aligned.u32("general.alignment", 4096).f32("output_norm.weight", {64});
  EXPECT_EQ(problem_of(aligned.file()), "");
  for (const uint32_t bad : {0U, 3U, 48U, 0x80000000U})
    EXPECT_THAT(problem_of(test::llama_metadata().u32("general.alignment", bad).file()), HasSubstr("power of two"))
        << bad;
  EXPECT_THAT(problem_of(test::llama_metadata().text("general.alignment", "32").file()), HasSubstr("power of two"));
}

TEST(Gguf, NamesThePrecision) {
  EXPECT_EQ(read(test::tiny_llama().u32("general.file_type", 15).file())->precision, "Q4_K_M");
  EXPECT_EQ(read(test::tiny_llama().u32("general.file_type", 38).file())->precision, "MXFP4");
  EXPECT_EQ(read(test::tiny_llama().u32("general.file_type", 999).file())->precision, "F16") << "most bytes";
  EXPECT_EQ(read(test::tiny_llama().file())->precision, "F16");
}

TEST(Gguf, KnowsEmbeddingModels) {
  EXPECT_EQ(read(test::llama_metadata("bert").file())->task, Task::embedding);
  EXPECT_EQ(read(test::llama_metadata().u32("llama.pooling_type", 3).file())->task, Task::embedding);
  EXPECT_EQ(read(test::llama_metadata().u32("llama.pooling_type", 4).file())->task, Task::reranking);
}

TEST(Gguf, MakesHostileNamesHarmless) {
  GgufWriter w;
  w.text("general.architecture", "ll\x1b[2Jama").text("general.name", std::string("a\0b\xff", 4));
  w.f32("t\x1b", {4}).tensor("u\x1b", {4}, 250, 16);
  const auto model = read(w.file());
  ASSERT_TRUE(model);
  EXPECT_EQ(model->name, "a\\x00b\\xff");
  EXPECT_EQ(model->architecture.family, "ll\\x1b[2Jama");
  for (const auto& text : {model->warnings, model->unknown})
    for (const auto& line : text) EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
  GgufWriter broken;
  broken.f32("t\x1b", {0});
  EXPECT_EQ(problem_of(broken.file()).find('\x1b'), std::string::npos);
}

TEST(Gguf, SaysWhenItHoldsNoWeights) {
  const auto model = read(test::llama_metadata().file());
  ASSERT_TRUE(model);
  EXPECT_FALSE(model->parameters);
  EXPECT_FALSE(model->weight_bytes);
  EXPECT_FALSE(model->tensors_stored);
  EXPECT_THAT(model->warnings, ElementsAre(HasSubstr("no tensors")));
}

TEST(Gguf, DoesNotTakeAPartForTheWhole) {
  const auto model = read(test::tiny_llama().u32("split.count", 3).u32("split.no", 0).file());
  ASSERT_TRUE(model);
  EXPECT_FALSE(model->parameters);
  EXPECT_FALSE(model->weight_bytes);
  EXPECT_FALSE(model->file_bytes);
  EXPECT_THAT(model->tensors, IsEmpty());
  EXPECT_EQ(*model->architecture.layers, 2);
  EXPECT_THAT(model->warnings, ElementsAre(HasSubstr("one of 3 parts")));
  EXPECT_TRUE(read(test::tiny_llama().u32("split.count", 1).file())->parameters);
}

TEST(Gguf, LeavesBytesUnknownWhenATypeIs) {
  GgufWriter w;
  w.tensor("t", {64, 32}, 250, 0);
  const auto model = read(w.header());
  ASSERT_TRUE(model);
  EXPECT_EQ(*model->parameters, 64 * 32);
  EXPECT_FALSE(model->weight_bytes);
  EXPECT_FALSE(model->tensors_stored);
}

TEST(Gguf, WarnsOfTensorsOfNoLayer) {
  const auto model = read(test::tiny_llama().f32("blk.7.attn_norm.weight", {64}).file());
  ASSERT_TRUE(model);
  EXPECT_THAT(model->warnings, ElementsAre(HasSubstr("belongs to no layer")));
}

TEST(Gguf, LeavesPredictionLayersOutOfActiveParameters) {
  GgufWriter w = test::llama_metadata("glm4moe");
  w.u32("glm4moe.nextn_predict_layers", 1)
      .f16("blk.0.attn_output.weight", {64, 64})
      .f16("blk.1.nextn.eh_proj.weight", {128, 64});
  const auto model = read(w.file());
  ASSERT_TRUE(model);
  EXPECT_EQ(*model->parameters, 64 * 64 + 128 * 64);
  EXPECT_EQ(*model->active_parameters, 64 * 64);
  EXPECT_THAT(model->warnings, IsEmpty());
}

TEST(LooksLikeGguf, WantsTheMagic) {
  EXPECT_TRUE(looks_like_gguf("GGUF\x03"));
  EXPECT_FALSE(looks_like_gguf("gguf\x03"));
  EXPECT_FALSE(looks_like_gguf("GGU"));
}

}  // namespace
}  // namespace edgefit
