// A page of terminal text: every line is at most `width` columns, colour is added after measuring and cutting,
// and everything leaves it as ASCII when the device is not UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edgefit/report.h"

namespace edgefit {

/// What a colour means; the same thing is always said in words too.
enum class Paint { plain, good, careful, bad, added, changed, removed };

/// A piece of a line in one colour.
struct Span {
  std::string text;
  Paint paint = Paint::plain;
};
using Spans = std::vector<Span>;

class Page {
 public:
  explicit Page(const Style& style) : style_(style) {}

  const Style& style() const { return style_; }
  size_t width() const { return static_cast<size_t>(style_.width); }
  /// One line, cut at the right edge.
  void line(Spans spans);
  void line(std::string_view text) { line(Spans{{std::string(text)}}); }
  /// `head`, then `text` wrapped at spaces beside it: all its lines start in the same column.
  void paragraph(Spans head, std::string_view text);
  /// A line whose end must not be cut: a shell command, continued with backslashes.
  void command(std::string_view text);
  /// An empty line, never two in a row nor at the top.
  void gap();
  /// The whole page, without an empty line at its end.
  std::string text() &&;

 private:
  void append(const Spans& spans);
  Style style_;
  std::string text_;
};

/// Columns taken by all spans together.
size_t display_width(const Spans& spans);

}  // namespace edgefit
