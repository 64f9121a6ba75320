#include "read/gguf_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "gguf_writer.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::GgufWriter;
using test::TempDir;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint32_t kU16 = 2, kI32 = 5;

std::string u16(uint16_t n) {
  return {static_cast<char>(n & 0xff), static_cast<char>(n >> 8)};
}
std::string i32(int32_t n) {
  std::string out;
  test::append(out, n);
  return out;
}

GgufWriter& number_part(GgufWriter& w, uint16_t number, uint16_t count, int32_t tensors) {
  return w.raw("split.no", kU16, u16(number))
      .raw("split.count", kU16, u16(count))
      .raw("split.tensors.count", kI32, i32(tensors));
}

/// A llama of 21 tensors: all metadata and three tensors first, a layer in each of the other parts.
std::vector<std::string> three_parts() {
  GgufWriter first = test::llama_metadata();
  number_part(first, 0, 3, 21);
  first.f16("token_embd.weight", {64, 32}).f32("output_norm.weight", {64}).f16("output.weight", {64, 32});
  std::vector<std::string> parts = {first.file()};
  for (uint16_t i = 0; i < 2; ++i) {
    GgufWriter w;
    number_part(w, static_cast<uint16_t>(i + 1), 3, 21);
    const std::string p = "blk." + std::to_string(i) + ".";
    w.f32(p + "attn_norm.weight", {64}).f32(p + "ffn_norm.weight", {64});
    w.f16(p + "attn_q.weight", {64, 64}).f16(p + "attn_k.weight", {64, 32}).f16(p + "attn_v.weight", {64, 32});
    w.f16(p + "attn_output.weight", {64, 64});
    w.f16(p + "ffn_gate.weight", {64, 128}).f16(p + "ffn_up.weight", {64, 128}).f16(p + "ffn_down.weight", {128, 64});
    parts.push_back(w.file());
  }
  return parts;
}

std::string part_name(size_t i) {
  return "m-0000" + std::to_string(i + 1) + "-of-00003.gguf";
}
void write_parts(const TempDir& dir, const std::vector<std::string>& parts) {
  for (size_t i = 0; i < parts.size(); ++i) dir.write(part_name(i), parts[i]);
}
std::string problem_of(const TempDir& dir, size_t part = 0) {
  const auto model = read_model(dir.at(part_name(part)));
  return model ? "" : model.error().what;
}

TEST(GgufSplit, AnyPartAndTheFolderGiveTheWholeModel) {
  const TempDir dir;
  const auto parts = three_parts();
  write_parts(dir, parts);
  double bytes = 0;
  for (const auto& part : parts) bytes += static_cast<double>(part.size());
  for (const std::string& path : {dir.at(part_name(0)), dir.at(part_name(2)), dir.path()}) {
    const auto model = read_model(path);
    ASSERT_TRUE(model) << path << ": " << model.error().what;
    EXPECT_EQ(*model->parameters, test::kTinyParameters);
    EXPECT_EQ(model->name, "Tiny");
    EXPECT_EQ(*model->architecture.layers, 2);
    EXPECT_EQ(model->tensors.size(), 21U);
    EXPECT_TRUE(model->tensors_stored);
    EXPECT_EQ(model->file_bytes->value, bytes);
    EXPECT_EQ(model->source, dir.at(part_name(0)));
    EXPECT_THAT(model->warnings, IsEmpty());
  }
}

TEST(GgufSplit, AMissingPartIsNamed) {
  const TempDir dir;
  auto parts = three_parts();
  write_parts(dir, parts);
  std::filesystem::remove(dir.at(part_name(1)));
  const auto model = read_model(dir.at(part_name(2)));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().what, "part 2 of 3 is missing");
  EXPECT_EQ(model.error().where, dir.at(part_name(1)));
  std::filesystem::remove(dir.at(part_name(0)));
  EXPECT_EQ(problem_of(dir, 2), "part 1 of 3 is missing");
}

TEST(GgufSplit, PartsOfDifferentModelsDoNotMix) {
  const auto replaced = [](size_t part, const GgufWriter& w) {
    const TempDir dir;
    auto parts = three_parts();
    parts[part] = w.file();
    write_parts(dir, parts);
    return problem_of(dir);
  };
  GgufWriter count, number, total, twice, few;
  EXPECT_THAT(replaced(1, number_part(count, 1, 4, 21)), HasSubstr("split.count is not 3"));
  EXPECT_THAT(replaced(1, number_part(number, 2, 3, 21)), HasSubstr("split.no is not 1"));
  EXPECT_THAT(replaced(1, number_part(total, 1, 3, 99)), HasSubstr("split.tensors.count differs"));
  EXPECT_THAT(replaced(2, number_part(twice, 2, 3, 21).f32("output_norm.weight", {64})), HasSubstr("in two parts"));
  EXPECT_THAT(replaced(2, number_part(few, 2, 3, 21)), HasSubstr("the parts have 12 tensors"));
  EXPECT_THAT(replaced(1, GgufWriter()), HasSubstr("split.count is not 3"));
}

TEST(GgufSplit, APartUnderAnotherNameIsReadAlone) {
  const TempDir dir;
  const auto model = read_model(dir.write("renamed.gguf", three_parts()[0]));
  ASSERT_TRUE(model);
  EXPECT_FALSE(model->parameters);
  ASSERT_FALSE(model->warnings.empty());
  EXPECT_THAT(model->warnings.back(), HasSubstr("one of 3 parts"));
}

TEST(GgufSplit, Names) {
  const auto name = split_name_of("a/m-00002-of-00010.gguf");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->prefix, "a/m");
  EXPECT_EQ(name->part, 2U);
  EXPECT_EQ(name->path_of(10), "a/m-00010-of-00010.gguf");
  for (const char* wrong :
       {"m.gguf", "m-00000-of-00002.gguf", "m-00003-of-00002.gguf", "m-0001-of-00002.gguf", "m-00001-of-99999.gguf",
        "m_00001-of-00002.gguf", "-00001-of-00001.gguf", "m-+0001-of-00002.gguf"})
    EXPECT_FALSE(split_name_of(wrong)) << wrong;
  EXPECT_TRUE(same_split_model("m-00001-of-00002.gguf", "m-00002-of-00002.gguf"));
  EXPECT_FALSE(same_split_model("m-00001-of-00002.gguf", "n-00002-of-00002.gguf"));
  EXPECT_FALSE(same_split_model("m.gguf", "m.gguf"));
}

}  // namespace
}  // namespace edgefit
