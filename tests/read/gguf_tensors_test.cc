#include "read/gguf_tensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gguf_writer.h"

namespace edgefit {
namespace {

using test::GgufWriter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint64_t kStart = 1024;

struct Outcome {
  GgufTensors found;
  std::string problem;
};

/// Reads the tensor infos of `w` (which has no metadata) and checks them against a file of `size` bytes.
Outcome read(const GgufWriter& w, uint64_t size) {
  const std::string bytes = w.header();
  const MemorySource source(bytes, "x.gguf");
  ByteCursor cursor(source, 24);
  Outcome out{read_gguf_tensors(cursor, w.tensor_count), {}};
  if (cursor.failed()) {
    out.problem = cursor.problem().what + " | " + cursor.problem().where;
    return out;
  }
  const auto checked = check_gguf_data(out.found, kStart, 32, size, "x.gguf");
  if (!checked) out.problem = checked.error().what + " | " + checked.error().where;
  return out;
}
std::string problem_of(const GgufWriter& w) {
  return read(w, uint64_t{1} << 40).problem;
}

TEST(GgufTensors, CountsExactBytes) {
  GgufWriter w;
  w.f32("a", {64}).f16("b", {64, 2}).tensor("c", {256, 3}, 12, 432).tensor("d", {32, 2, 2, 2}, 39, 136);
  const Outcome out = read(w, kStart + w.data_bytes);
  ASSERT_EQ(out.problem, "");
  ASSERT_EQ(out.found.tensors.size(), 4U);
  EXPECT_EQ(out.found.tensors[0].bytes, 256U);
  EXPECT_EQ(out.found.tensors[1].bytes, 256U);
  EXPECT_EQ(out.found.tensors[2].bytes, 3 * 144U);
  EXPECT_EQ(out.found.tensors[3].bytes, 8 * 17U);
  EXPECT_EQ(out.found.tensors[3].type->name, "mxfp4");
  EXPECT_THAT(out.found.tensors[1].shape, ElementsAre(64, 2, 1, 1));
  EXPECT_THAT(out.found.warnings, IsEmpty());
  EXPECT_TRUE(out.found.bytes_known);
  EXPECT_FALSE(out.found.header_only);
}

TEST(GgufTensors, RefusesImpossibleShapes) {
  EXPECT_THAT(problem_of(GgufWriter().f32("t", {})), HasSubstr("dimensions is not 1 to 4 (0) | x.gguf, tensor t"));
  EXPECT_THAT(problem_of(GgufWriter().f32("t", {1, 1, 1, 1, 1})), HasSubstr("(5)"));
  EXPECT_THAT(problem_of(GgufWriter().f32("t", {4, 0})), HasSubstr("dimension is out of range"));
  EXPECT_THAT(problem_of(GgufWriter().f32("t", {~uint64_t{0}})), HasSubstr("dimension is out of range"));
  const uint64_t k16 = 1 << 16, k32 = uint64_t{1} << 32;
  EXPECT_THAT(problem_of(GgufWriter().f32("t", {k16, k16, k16, k16})), HasSubstr("overflows"));
  EXPECT_THAT(problem_of(GgufWriter().f32("t", {k32, k32 / 4})), HasSubstr("overflows"));
  EXPECT_THAT(problem_of(GgufWriter().f32("t", {uint64_t{1} << 52})), HasSubstr("overflows"));
  EXPECT_THAT(problem_of(GgufWriter().tensor("t", {33, 4}, 2, 100)), HasSubstr("row of 33 elements"));
  EXPECT_THAT(problem_of(GgufWriter().f32("", {1})), HasSubstr("no name"));
  EXPECT_THAT(problem_of(GgufWriter().f32(std::string(257, 'n'), {1})), HasSubstr("implausibly long"));
  EXPECT_THAT(problem_of(GgufWriter().f32("t", {1}).f32("t", {1})), HasSubstr("duplicate tensor name"));
}

TEST(GgufTensors, ComparesWithTheFile) {
  GgufWriter w;
  w.f32("a", {64}).f32("b", {64});
  EXPECT_EQ(read(w, kStart + 512).problem, "");
  EXPECT_EQ(read(w, kStart + 511).problem,
            "tensor data runs past the end of the file | x.gguf, tensor b: ends at byte 1,536 of 1,535");
  EXPECT_THAT(problem_of(GgufWriter().tensor("t", {64}, 0, 0, int64_t{1} << 62)), HasSubstr("runs past the end"));
  EXPECT_THAT(problem_of(GgufWriter().tensor("t", {64}, 0, 0, INT64_MAX)), HasSubstr("runs past the end"));
}

TEST(GgufTensors, AcceptsAHeaderAlone) {
  GgufWriter w;
  w.f32("a", {64});
  const Outcome out = read(w, kStart - 10);
  EXPECT_EQ(out.problem, "");
  EXPECT_TRUE(out.found.header_only);
  EXPECT_THAT(out.found.warnings, ElementsAre(HasSubstr("header only")));
  EXPECT_FALSE(read(GgufWriter(), kStart - 10).found.header_only) << "no tensors, no data to miss";
}

TEST(GgufTensors, RefusesTotalsBeyondAnyModel) {
  GgufWriter w;
  for (const char* name : {"a", "b", "c"}) w.tensor(name, {uint64_t{1} << 52}, 24, 0);
  EXPECT_THAT(read(w, kStart).problem, HasSubstr("implausibly large"));
}

TEST(GgufTensors, WarnsOfLayoutsThatLlamaCppRefuses) {
  GgufWriter unaligned;
  unaligned.tensor("t", {64}, 0, 256, 7);
  EXPECT_THAT(read(unaligned, 1 << 20).found.warnings, ElementsAre(HasSubstr("offset 7 is not aligned to 32")));
  GgufWriter overlapping;
  overlapping.f32("a", {64}).tensor("b", {64}, 0, 256, 0).tensor("c", {64}, 0, 256, 512);
  EXPECT_THAT(read(overlapping, 1 << 20).found.warnings, ElementsAre(HasSubstr("overlaps")));
}

TEST(GgufTensors, SizesUnknownTypesByTheirGap) {
  GgufWriter w;
  w.tensor("new", {64, 2}, 250, 320).f32("b", {64});
  const Outcome out = read(w, kStart + w.data_bytes);
  ASSERT_EQ(out.problem, "");
  EXPECT_EQ(out.found.tensors[0].type, nullptr);
  EXPECT_EQ(out.found.tensors[0].bytes, 320U);
  EXPECT_TRUE(out.found.bytes_known);
  EXPECT_THAT(out.found.warnings, ElementsAre("tensor new: unknown ggml type 250"));
  EXPECT_FALSE(read(GgufWriter().tensor("new", {64}, 250, 64), kStart).found.bytes_known);
}

}  // namespace
}  // namespace edgefit
