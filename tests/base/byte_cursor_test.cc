#include "base/byte_cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>

namespace edgefit {
namespace {

using ::testing::HasSubstr;

TEST(ByteCursor, ReadsLittleEndianValues) {
  const MemorySource source(std::string_view("\x01\x02\x01\x04\x03\x02\x01\x08\x07\x06\x05\x04\x03\x02\x01go", 17),
                            "m");
  ByteCursor cursor(source);
  EXPECT_EQ(cursor.u8(), 0x01);
  EXPECT_EQ(cursor.u16(), 0x0102);
  EXPECT_EQ(cursor.u32(), 0x01020304U);
  EXPECT_EQ(cursor.u64(), 0x0102030405060708U);
  EXPECT_EQ(cursor.left(), 2U);
  EXPECT_EQ(cursor.text(2, 10), "go");
  EXPECT_EQ(cursor.position(), 17U);
  EXPECT_FALSE(cursor.failed());
}

TEST(ByteCursor, RemembersTheFirstFailure) {
  const MemorySource source("abc", "x.bin");
  ByteCursor cursor(source);
  EXPECT_EQ(cursor.u32(), 0U);
  ASSERT_TRUE(cursor.failed());
  EXPECT_EQ(cursor.problem().what, "the file ends too early");
  EXPECT_EQ(cursor.problem().where, "x.bin, byte 0");
  cursor.fail("later", "elsewhere");
  EXPECT_EQ(cursor.u8(), 0);
  EXPECT_EQ(cursor.text(1, 1), "");
  EXPECT_EQ(cursor.problem().what, "the file ends too early");
}

TEST(ByteCursor, ChecksLengthsBeforeAllocating) {
  const MemorySource source("0123456789", "x");
  ByteCursor huge(source);
  EXPECT_EQ(huge.text(std::numeric_limits<uint64_t>::max(), std::numeric_limits<uint64_t>::max()), "");
  EXPECT_THAT(huge.problem().what, HasSubstr("longer than the file"));
  ByteCursor limited(source);
  limited.text(5, 4);
  EXPECT_THAT(limited.problem().what, HasSubstr("implausibly long"));
  ByteCursor count(source);
  EXPECT_TRUE(count.fits(5, 2, "items"));
  EXPECT_FALSE(count.fits(6, 2, "items"));
  EXPECT_THAT(count.problem().what, HasSubstr("6 items"));
  ByteCursor wide(source);
  EXPECT_FALSE(wide.fits(uint64_t{1} << 63, 8, "items"));
  ByteCursor skip(source);
  skip.skip(10);
  EXPECT_FALSE(skip.failed());
  skip.skip(1);
  EXPECT_TRUE(skip.failed());
}

TEST(ByteCursor, AddsThePlaceToProblems) {
  const MemorySource source("0123", "a\x1b.bin");
  ByteCursor cursor(source, 2);
  cursor.fail("what", "tensor t", "hint");
  EXPECT_EQ(cursor.problem().where, "a\\x1b.bin, tensor t, byte 2");
  EXPECT_EQ(cursor.problem().hint, "hint");
}

TEST(ByteCursor, CrossesItsWindow) {
  std::string bytes(1 << 20, 'x');
  for (size_t i = 0; i + 8 <= bytes.size(); i += 8)
    for (size_t b = 0; b < 8; ++b) bytes[i + b] = static_cast<char>((i >> (8 * b)) & 0xff);
  const MemorySource source(bytes, "m");
  ByteCursor cursor(source);
  cursor.skip(8);
  for (uint64_t i = 8; i + 8 <= bytes.size(); i += 8) ASSERT_EQ(cursor.u64(), i);
  EXPECT_EQ(cursor.left(), 0U);
  ByteCursor text(source, 3);
  EXPECT_EQ(text.text(600'000, 1 << 20), bytes.substr(3, 600'000));
}

/// A file that lost its end after it was opened.
class ShrunkSource final : public ByteSource {
 public:
  uint64_t size() const override { return 100; }
  Result<size_t> read(uint64_t, char*, size_t) const override { return size_t{2}; }
  const std::string& name() const override { return name_; }

 private:
  std::string name_ = "shrunk";
};

TEST(ByteCursor, NoticesAFileThatShrinks) {
  const ShrunkSource source;
  ByteCursor cursor(source);
  EXPECT_EQ(cursor.u32(), 0U);
  EXPECT_EQ(cursor.problem().what, "the file became shorter while it was read");
}

std::string length_of(uint64_t length) {
  return {reinterpret_cast<const char*>(&length), sizeof length};
}

TEST(ByteCursor, StepsOverTextsAcrossWindows) {
  constexpr uint64_t kTexts = 3000;
  std::string bytes = "head";
  for (uint64_t i = 0; i < kTexts; ++i) {
    // Short ones, empty ones, and one longer than a window.
    const uint64_t length = i == 1500 ? 600'000 : (i * 7919) % 300;
    bytes += length_of(length) + std::string(static_cast<size_t>(length), 'x');
  }
  const uint64_t end = bytes.size();
  bytes += "tail";
  const MemorySource source(bytes, "m");
  for (const uint64_t first : {uint64_t{0}, uint64_t{1}, uint64_t{1499}, uint64_t{1501}, kTexts}) {
    ByteCursor cursor(source);
    EXPECT_EQ(cursor.text(4, 4), "head");
    cursor.skip_texts(first);
    cursor.skip_texts(kTexts - first);
    EXPECT_EQ(cursor.position(), end) << first;
    EXPECT_EQ(cursor.text(4, 4), "tail");
  }
}

TEST(ByteCursor, StepsOverNoTextThatIsNotThere) {
  for (const auto& [bytes, count] :
       {std::pair{length_of(3) + "abc", 2}, std::pair{length_of(4) + "abc", 1},
        std::pair{length_of(std::numeric_limits<uint64_t>::max()) + "abc", 1}, std::pair{length_of(0) + "abc", 2}}) {
    const MemorySource source(bytes, "m");
    ByteCursor cursor(source);
    cursor.skip_texts(static_cast<uint64_t>(count));
    EXPECT_TRUE(cursor.failed()) << bytes.size();
    EXPECT_LE(cursor.position(), bytes.size());
  }
}

TEST(ByteCursor, PassesOnReadErrors) {
  class Broken final : public ByteSource {
   public:
    uint64_t size() const override { return 100; }
    Result<size_t> read(uint64_t, char*, size_t) const override { return Problem{"cannot read", "here", ""}; }
    const std::string& name() const override { return name_; }

   private:
    std::string name_ = "broken";
  } const source;
  ByteCursor cursor(source);
  cursor.u8();
  ASSERT_TRUE(cursor.failed());
  EXPECT_EQ(cursor.problem().what, "cannot read");
}

}  // namespace
}  // namespace edgefit
