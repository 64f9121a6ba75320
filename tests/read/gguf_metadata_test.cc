#include "read/gguf_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gguf_writer.h"

namespace edgefit {
namespace {

using test::GgufWriter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kHeader = 24;

/// Reads the pairs of `writer`; the problem's words when that fails.
std::string read(const GgufWriter& writer, GgufMetadata* out = nullptr) {
  const std::string bytes = writer.header();
  const MemorySource source(bytes, "x.gguf");
  ByteCursor cursor(source, kHeader);
  GgufMetadata metadata = read_gguf_metadata(cursor, writer.pair_count);
  if (out != nullptr) *out = std::move(metadata);
  return cursor.failed() ? cursor.problem().what + " | " + cursor.problem().where : "";
}

TEST(GgufMetadata, KeepsNumbersTextsAndShortLists) {
  GgufWriter w;
  w.u32("a", 7).boolean("b", true).text("c", "words").numbers("d", {1, 2, 3}).texts("e", {"x", "yy"});
  w.raw("i8", 1, "\xff").raw("f32", test::kF32, std::string("\0\0\xc0\x3f", 4));
  w.raw("f64", 12, std::string("\0\0\0\0\0\0\x04\xc0", 8)).raw("i64", 11, std::string(8, '\xff'));
  GgufMetadata m;
  ASSERT_EQ(read(w, &m), "");
  EXPECT_EQ(m.size(), 9U);
  EXPECT_EQ(m.number("a"), 7);
  EXPECT_EQ(m.number("b"), 1);
  EXPECT_EQ(m.number("i8"), -1);
  EXPECT_EQ(m.number("f32"), 1.5);
  EXPECT_EQ(m.number("f64"), -2.5);
  EXPECT_EQ(m.number("i64"), -1);
  EXPECT_EQ(m.text("c"), "words");
  EXPECT_THAT(m.find("d")->items, ElementsAre(1, 2, 3));
  EXPECT_EQ(m.find("e")->count, 2U);
  EXPECT_THAT(m.find("e")->items, IsEmpty());
  EXPECT_EQ(m.number("c"), std::nullopt);
  EXPECT_EQ(m.text("a"), "");
  EXPECT_EQ(m.find("none"), nullptr);
}

TEST(GgufMetadata, SkipsVocabulariesAndLongTexts) {
  GgufWriter w;
  w.texts("tokenizer.ggml.tokens", {"a", "b", "c"}).numbers("tokenizer.ggml.token_type", {1, 1, 1});
  w.text("tokenizer.chat_template", "{{ x }}").text("long", std::string(5000, 'x')).u32("after", 1);
  GgufMetadata m;
  ASSERT_EQ(read(w, &m), "");
  EXPECT_EQ(m.find("tokenizer.ggml.tokens")->count, 3U);
  EXPECT_EQ(m.find("tokenizer.ggml.token_type")->count, 3U);
  EXPECT_THAT(m.find("tokenizer.ggml.token_type")->items, IsEmpty());
  EXPECT_EQ(m.text("tokenizer.chat_template"), "");
  EXPECT_EQ(m.find("long")->count, 5000U);
  EXPECT_EQ(m.text("long"), "");
  EXPECT_EQ(m.number("after"), 1);
}

TEST(GgufMetadata, RefusesWhatIsDamaged) {
  EXPECT_THAT(read(GgufWriter().raw("k", 13, "xxxx")),
              HasSubstr("unknown metadata value type 13 | x.gguf, metadata key k"));
  std::string strange;
  test::append<uint32_t>(strange, 99);
  test::append<uint64_t>(strange, 1);
  EXPECT_THAT(read(GgufWriter().raw("k", test::kArray, strange + "x")), HasSubstr("unknown array item type 99"));
  EXPECT_THAT(read(GgufWriter().u32("k", 1).u32("k", 2)), HasSubstr("duplicate metadata key | x.gguf, metadata key k"));
  EXPECT_THAT(read(GgufWriter().u32("", 1)), HasSubstr("empty metadata key"));
  EXPECT_THAT(read(GgufWriter().raw("k", test::kU64, "1234")), HasSubstr("ends too early"));
}

TEST(GgufMetadata, RefusesLengthsThatCannotBe) {
  const auto array = [](uint32_t type, uint64_t count) {
    std::string body;
    test::append(body, type);
    test::append(body, count);
    return body + std::string(16, '\0');
  };
  for (const uint64_t count : {uint64_t{1} << 60, ~uint64_t{0}, uint64_t{1} << 32}) {
    for (const uint32_t type : {test::kU8 + 0U, test::kU64 + 0U, test::kString + 0U, test::kArray + 0U})
      EXPECT_THAT(read(GgufWriter().raw("k", test::kArray, array(type, count))), HasSubstr("cannot fit"));
  }
  std::string text;
  test::append(text, ~uint64_t{0});
  EXPECT_THAT(read(GgufWriter().raw("k", test::kString, text)), HasSubstr("ends too early"));
}

TEST(GgufMetadata, RefusesDeepNesting) {
  const auto nested = [](int depth) {
    std::string body;
    for (int i = 1; i < depth; ++i) {
      test::append<uint32_t>(body, test::kArray);
      test::append<uint64_t>(body, 1);
    }
    test::append<uint32_t>(body, test::kU8);
    test::append<uint64_t>(body, 1);
    return body + "x";
  };
  EXPECT_EQ(read(GgufWriter().raw("k", test::kArray, nested(4))), "");
  EXPECT_THAT(read(GgufWriter().raw("k", test::kArray, nested(5))), HasSubstr("nested too deep"));
  EXPECT_THAT(read(GgufWriter().raw("k", test::kArray, nested(5000))), HasSubstr("nested too deep"));
}

TEST(GgufMetadata, BoundsWhatIsKept) {
  GgufWriter w;
  for (int i = 0; i < 200; ++i) w.text(std::string(60'000, 'k') + std::to_string(i), "x");
  EXPECT_THAT(read(w), HasSubstr("implausibly large"));
}

/// A sparse file of a terabyte of zeros behind the first bytes.
class SparseSource final : public ByteSource {
 public:
  explicit SparseSource(std::string head) : head_(std::move(head)) {}
  uint64_t size() const override { return uint64_t{1} << 40; }
  Result<size_t> read(uint64_t offset, char* out, size_t length) const override {
    std::memset(out, 0, length);
    if (offset < head_.size()) head_.copy(out, length, static_cast<size_t>(offset));
    return length;
  }
  const std::string& name() const override { return name_; }

 private:
  std::string head_, name_ = "sparse.gguf";
};

TEST(GgufMetadata, StopsInASparseFile) {
  std::string body;
  test::append<uint32_t>(body, test::kString);
  test::append<uint64_t>(body, uint64_t{1} << 36);
  GgufWriter w;
  w.raw("tokens", test::kArray, body);
  const SparseSource source(w.header());
  ByteCursor cursor(source, kHeader);
  read_gguf_metadata(cursor, 1);
  ASSERT_TRUE(cursor.failed());
  EXPECT_EQ(cursor.problem().what, "the header is implausibly large");
}

}  // namespace
}  // namespace edgefit
