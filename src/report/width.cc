#include "report/width.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace edgefit {
namespace {

struct Range {
  uint32_t first, last;
};

/// Characters of two columns: East Asian Wide and Fullwidth, and emoji shown as pictures.
/// Source: Unicode 15, EastAsianWidth.txt (W, F), in coarse blocks.
constexpr std::array kWide = {
    Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},   Range{0x3041, 0xa4cf},   Range{0xa960, 0xa97f},
    Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},   Range{0xff01, 0xff60},
    Range{0xffe0, 0xffe6},   Range{0x16fe0, 0x18cff}, Range{0x1aff0, 0x1b2ff}, Range{0x1f004, 0x1f004},
    Range{0x1f18e, 0x1f19a}, Range{0x1f200, 0x1f64f}, Range{0x1f680, 0x1f6ff}, Range{0x1f7e0, 0x1f7ff},
    Range{0x1f900, 0x1faff}, Range{0x20000, 0x3fffd},
};

/// Characters of no column: combining marks and variation selectors.
/// Source: Unicode 15, DerivedGeneralCategory.txt (Mn, Me), the blocks that hold nothing else.
constexpr std::array kZero = {
    Range{0x0300, 0x036f}, Range{0x0483, 0x0489}, Range{0x0591, 0x05bd}, Range{0x064b, 0x065f}, Range{0x1ab0, 0x1aff},
    Range{0x1dc0, 0x1dff}, Range{0x20d0, 0x20f0}, Range{0xfe00, 0xfe0f}, Range{0xfe20, 0xfe2f}, Range{0xe0100, 0xe01ef},
};

template <size_t N>
bool inside(const std::array<Range, N>& ranges, uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](Range range) { return code >= range.first && code <= range.last; });
}

/// One character: its bytes and its columns. A stray byte counts as one column.
struct Glyph {
  size_t bytes, columns;
};

Glyph glyph_at(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return {1, 1};
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  if (length == 1 || length > text.size()) return {1, 1};
  uint32_t code = first & (0x7fU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {1, 1};
    code = (code << 6) | (byte(i) & 0x3fU);
  }
  return {length, inside(kZero, code) ? 0U : inside(kWide, code) ? 2U : 1U};
}

/// Bytes of the longest beginning of `text` that takes at most `width` columns.
size_t bytes_within(std::string_view text, size_t width) {
  size_t bytes = 0, columns = 0;
  while (bytes < text.size()) {
    const Glyph glyph = glyph_at(text.substr(bytes));
    if (columns + glyph.columns > width) break;
    columns += glyph.columns;
    bytes += glyph.bytes;
  }
  return bytes;
}

/// Words of a shell command; a space inside quotes or behind a backslash belongs to its word.
std::vector<std::string> words_of(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  for (size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (c == ' ' && quote == 0) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
      continue;
    }
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
    word += c;
    if (c == '\\' && quote != '\'' && i + 1 < command.size()) word += command[++i];
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

/// A word longer than a line, in pieces that the shell joins again: a backslash before the end of the line,
/// which means nothing inside single quotes, so those are closed before it and opened after it.
void break_word(std::string_view word, size_t width, std::vector<std::string>& lines) {
  const bool quoted = word.size() > 1 && word.front() == '\'' && word.back() == '\'';
  if (quoted) word = word.substr(1, word.size() - 2);
  const size_t room = width - (quoted ? 3 : 1);
  while (!word.empty()) {
    size_t bytes = bytes_within(word, room);
    while (bytes > 1 && bytes < word.size() && (word[bytes - 1] == '\\' || word[bytes - 1] == '\'')) --bytes;
    bytes = std::max(bytes, size_t{1});
    std::string piece(word.substr(0, bytes));
    word.remove_prefix(bytes);
    if (quoted) piece = "'" + piece + "'";
    lines.push_back(word.empty() ? piece : piece + "\\");
  }
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const Glyph glyph = glyph_at(text);
    columns += glyph.columns;
    text.remove_prefix(glyph.bytes);
  }
  return columns;
}

std::string padding(std::string_view text, size_t width) {
  const size_t columns = display_width(text);
  return std::string(columns < width ? width - columns : 1, ' ');
}

std::string cut_to(std::string_view text, size_t width, bool utf8) {
  if (display_width(text) <= width) return std::string(text);
  const std::string_view ellipsis = utf8 ? "…" : "...";
  const size_t columns = utf8 ? 1 : 3;
  if (width <= columns) return std::string(text.substr(0, bytes_within(text, width)));
  return std::string(text.substr(0, bytes_within(text, width - columns))).append(ellipsis);
}

std::string to_ascii(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Glyph glyph = glyph_at(text);
    out += static_cast<unsigned char>(text.front()) < 0x80 ? text.front() : '?';
    text.remove_prefix(glyph.bytes);
  }
  return out;
}

std::vector<std::string> wrap(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  while (display_width(text) > width) {
    const size_t most = bytes_within(text, width);
    size_t end = text.rfind(' ', most);
    if (end == std::string_view::npos || end == 0) end = most;
    if (end == 0) break;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  lines.emplace_back(text);
  return lines;
}

std::vector<std::string> wrap_command(std::string_view command, size_t width) {
  constexpr std::string_view kIndent = "    ";
  std::vector<std::string> lines;
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) lines.push_back(line + " \\");
    line.clear();
  };
  for (const auto& word : words_of(command)) {
    const bool first = line.empty();
    const size_t wanted = first ? (lines.empty() ? 0 : kIndent.size()) : display_width(line) + 1;
    if (wanted + display_width(word) + 2 <= width) {
      line = first ? (lines.empty() ? word : std::string(kIndent) + word) : line + " " + word;
      continue;
    }
    flush();
    if (kIndent.size() + display_width(word) + 2 <= width) {
      line = lines.empty() ? word : std::string(kIndent) + word;
      continue;
    }
    break_word(word, width - 2, lines);
    line = std::move(lines.back());
    lines.pop_back();
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace edgefit
