#include "read/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "safetensors_writer.h"

namespace edgefit {
namespace {

using test::safetensors;
using ::testing::HasSubstr;

Result<Safetensors> read(std::string_view header, size_t data_bytes) {
  const std::string bytes = safetensors(header, data_bytes);
  return read_safetensors_header(MemorySource(bytes, "x.safetensors"));
}

std::string problem_of(std::string_view header, size_t data_bytes) {
  const auto found = read(header, data_bytes);
  return found ? "none" : found.error().what;
}

TEST(Safetensors, ReadsShapesTypesAndBytes) {
  const auto found =
      read(R"({"__metadata__": {"format": "pt"}, "a": {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]},
                              "b": {"dtype": "F8_E4M3", "shape": [], "data_offsets": [12, 13]}})",
           13);
  ASSERT_TRUE(found) << found.error().what;
  ASSERT_EQ(found->tensors.size(), 2U);
  EXPECT_EQ(found->tensors[0].shape[0], 3U);  // rows first
  EXPECT_EQ(found->tensors[0].type, find_ggml_type("f16"));
  EXPECT_EQ(found->tensors[1].type, nullptr);
  EXPECT_EQ(found->bytes, 13);
  EXPECT_EQ(found->weights, 7);
  EXPECT_TRUE(found->warnings.empty());
}

TEST(Safetensors, UnpacksWeightsAndKeepsScalesApart) {
  const auto found = read(R"({"w.weight_packed": {"dtype": "I32", "shape": [2, 2], "data_offsets": [0, 16]},
                              "w.weight_scale": {"dtype": "BF16", "shape": [2, 1], "data_offsets": [16, 20]}})",
                          20);
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->weights, 32);
  EXPECT_EQ(found->side, 2);
  EXPECT_EQ(found->storage, 6);
}

TEST(Safetensors, ReadsTypesOfLessThanAByte) {
  EXPECT_EQ(read(R"({"a": {"dtype": "F4", "shape": [4], "data_offsets": [0, 2]}})", 2)->bytes, 2);
}

TEST(Safetensors, RefusesWhatCannotBe) {
  const auto one = [](const char* dtype, const char* shape, const char* offsets, size_t bytes) {
    return problem_of(std::string("{\"a\": {\"dtype\": \"") + dtype + "\", \"shape\": " + shape +
                          ", \"data_offsets\": " + offsets + "}}",
                      bytes);
  };
  EXPECT_EQ(one("F32", "[1]", "[0, 4]", 4), "none");
  EXPECT_THAT(one("F32", "[100]", "[0, 4]", 4), HasSubstr("differ"));
  EXPECT_THAT(one("F32", "[1]", "[4, 8]", 8), HasSubstr("gap"));
  EXPECT_THAT(one("F32", "[1]", "[8, 4]", 8), HasSubstr("before it starts"));
  EXPECT_THAT(one("F32", "[4294967296, 4294967296]", "[0, 0]", 0), HasSubstr("overflow"));
  EXPECT_THAT(one("F32", "[-1]", "[0, 4]", 4), HasSubstr("negative"));
  EXPECT_THAT(one("F32", "[1.5]", "[0, 4]", 4), HasSubstr("whole"));
  EXPECT_THAT(one("F32", "[1]", "[0, 4]", 3), HasSubstr("ends at byte 4"));
  EXPECT_THAT(one("F32", "[1]", "[0, 4, 5]", 4), HasSubstr("two numbers"));
  EXPECT_THAT(problem_of(R"({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
                             "b": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}})",
                         1),
              HasSubstr("overlaps"));
  EXPECT_THAT(problem_of(R"({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
                             "a": {"dtype": "U8", "shape": [1], "data_offsets": [1, 2]}})",
                         2),
              HasSubstr("duplicate"));
  EXPECT_THAT(problem_of(R"({"a": {"dtype": "U8", "shape": [1]}})", 1), HasSubstr("missing"));
}

TEST(Safetensors, ChecksTheLengthBeforeItAllocates) {
  std::string bytes(8, '\xff');
  bytes += "{}";
  const auto found = read_safetensors_header(MemorySource(bytes, "x.safetensors"));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().what, HasSubstr("longer than the file"));
}

TEST(Safetensors, WarnsOfUnknownTypesAndBytesBehind) {
  EXPECT_EQ(read(R"({"a": {"dtype": "F3", "shape": [4], "data_offsets": [0, 2]}})", 2)->warnings.size(), 1U);
  EXPECT_EQ(read(R"({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}})", 9)->warnings.size(), 1U);
}

TEST(LooksLikeSafetensors, NeedsABraceBehindTheLength) {
  EXPECT_TRUE(looks_like_safetensors(safetensors("{\"a\": 1}", 0)));
  EXPECT_FALSE(looks_like_safetensors("{\"model_type\": \"llama\"}"));
  EXPECT_FALSE(looks_like_safetensors("GGUF\x03"));
}

}  // namespace
}  // namespace edgefit
