#include "roadmap/content_lines.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(ContentLinesTest, TextsAreEscaped) {
  ContentLines lines;
  lines.text("SUMMARY", "a, b; c\\d\ne\r\x1b[1m");
  const std::string text = lines.text();
  EXPECT_EQ(text.substr(0, 23), "SUMMARY:a\\, b\\; c\\\\d\\ne");
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\r'), text.size() - 2);
}

/// Octets of each line without its end; -1 for one that does not end in CR LF.
std::vector<int> lengths(const std::string& text) {
  std::vector<int> out;
  for (size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    out.push_back(end != text.npos && text[end - 1] == '\r' ? static_cast<int>(end - 1 - at) : -1);
    at = end == text.npos ? text.size() : end + 1;
  }
  return out;
}

TEST(ContentLinesTest, LinesAreFoldedAfter75OctetsAndNeverInsideACharacter) {
  for (size_t length = 0; length < 400; ++length) {
    std::string value;
    while (value.size() < length)
      value += value.size() % 3 == 0 ? "\xC3\xBC" : value.size() % 5 == 0 ? "\xF0\x9F\x98\x80" : "x";
    ContentLines lines;
    lines.add("X", value);
    std::string unfolded = lines.text();
    for (const int octets : lengths(unfolded)) {
      EXPECT_GE(octets, 1);
      EXPECT_LE(octets, 75);
    }
    for (size_t at = unfolded.find("\r\n "); at != unfolded.npos; at = unfolded.find("\r\n ", at)) {
      EXPECT_NE(static_cast<unsigned char>(unfolded[at + 3]) & 0xC0, 0x80) << length;
      unfolded.erase(at, 3);
    }
    EXPECT_EQ(unfolded, "X:" + value + "\r\n");
  }
}

}  // namespace
}  // namespace edgefit
