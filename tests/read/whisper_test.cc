#include "read/whisper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "edgefit/read.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Writer {
 public:
  /// Sizes of a toy: 2 layers of 64, 4 heads, 80 bands.
  explicit Writer(std::vector<int32_t> sizes = {300, 1500, 64, 4, 2, 448, 64, 4, 2, 80, 1}) {
    bytes_ = "lmgg";
    for (const int32_t n : sizes) number(n);
    number(80).number(3);
    bytes_.append(80 * 3 * 4, '\0');
    number(2).number(1);
    bytes_ += "a";
    number(2);
    bytes_ += "bc";
  }
  Writer& number(int32_t n) {
    char raw[4];
    std::memcpy(raw, &n, 4);
    bytes_.append(raw, 4);
    return *this;
  }
  Writer& tensor(const std::string& name, const std::vector<int32_t>& dims, int32_t type, size_t data) {
    number(static_cast<int32_t>(dims.size())).number(static_cast<int32_t>(name.size())).number(type);
    for (const int32_t n : dims) number(n);
    bytes_ += name;
    bytes_.append(data, '\0');
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

std::string problem_of(const std::string& bytes) {
  const auto model = read_whisper(MemorySource(bytes, "a.bin"));
  return model ? "" : model.error().what;
}

TEST(Whisper, ReadsSizesAndTensors) {
  const test::TempDir dir;
  const Writer w = Writer().tensor("a", {64, 2}, 1, 256).tensor("b", {32}, 2, 18).tensor("c", {4}, 0, 16);
  const auto model = read_model(dir.write("ggml-toy.bin", w.bytes()));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->format, "whisper.cpp");
  EXPECT_EQ(model->name, "ggml-toy");
  EXPECT_EQ(model->task, Task::speech_to_text);
  EXPECT_EQ(*model->parameters, 128 + 32 + 4);
  EXPECT_EQ(model->weight_bytes->value, 256 + 18 + 16);
  EXPECT_EQ(model->precision, "f16");
  EXPECT_EQ(*model->architecture.layers, 2);
  EXPECT_EQ(*model->architecture.hidden_size, 64);
  EXPECT_EQ(*model->architecture.vocab_size, 300);
  EXPECT_EQ(*model->architecture.max_context, 448);
  EXPECT_THAT(model->warnings, IsEmpty());
}

TEST(Whisper, AFileWithoutTensorsHasNoWeights) {
  const auto model = read_whisper(MemorySource(Writer().bytes(), "a.bin"));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_FALSE(model->parameters);
  EXPECT_FALSE(model->weight_bytes);
  EXPECT_EQ(model->warnings.size(), 1U);
}

TEST(Whisper, RefusesHostileCounts) {
  EXPECT_THAT(problem_of(Writer().tensor("a", {64, -2}, 1, 0).bytes()), HasSubstr("dimension is out of range"));
  EXPECT_THAT(problem_of(Writer().tensor("a", {INT32_MAX, INT32_MAX}, 1, 8).bytes()), HasSubstr("cannot fit"));
  EXPECT_THAT(problem_of(Writer().tensor("a", {INT32_MAX, INT32_MAX, INT32_MAX}, 1, 8).bytes()),
              HasSubstr("overflows"));
  EXPECT_THAT(problem_of(Writer().tensor("a", {33}, 2, 36).bytes()), HasSubstr("multiple"));
  EXPECT_THAT(problem_of(Writer().tensor("a", {1}, 250, 4).bytes()), HasSubstr("unknown ggml type 250"));
  EXPECT_THAT(problem_of(Writer().tensor("a", {1}, 0, 4).tensor("a", {1}, 0, 4).bytes()), HasSubstr("duplicate"));
  EXPECT_THAT(problem_of(Writer().number(9).number(1).number(0).bytes()), HasSubstr("not 1 to 4"));
  EXPECT_THAT(problem_of(Writer().number(1).number(-1).number(0).number(1).bytes()), HasSubstr("no name"));
}

TEST(Whisper, EveryCutOfAFileIsRefused) {
  const std::string whole = Writer().tensor("abc", {8}, 0, 32).bytes();
  const size_t complete = Writer().bytes().size();
  for (size_t length = 0; length < whole.size(); ++length) {
    if (length != complete) {
      EXPECT_NE(problem_of(whole.substr(0, length)), "") << length;
    }
  }
}

TEST(Whisper, OtherGgmlFilesAreNotWhisper) {
  EXPECT_TRUE(looks_like_whisper(Writer().bytes()));
  EXPECT_FALSE(looks_like_whisper(Writer({32000, 4096, 256, 32, 32, 128, 2, 0, 0, 0, 0}).bytes()));
  EXPECT_FALSE(looks_like_whisper(Writer({300, 1500, 64, 0, 2, 448, 64, 4, 2, 80, 1}).bytes()));
  EXPECT_FALSE(looks_like_whisper("lmgg"));
}

}  // namespace
}  // namespace edgefit
