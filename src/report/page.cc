#include "report/page.h"

#include <array>
#include <numeric>

#include "report/width.h"

namespace edgefit {
namespace {

/// ANSI SGR codes by Paint.
constexpr std::array<std::string_view, 7> kCodes = {"", "1;32", "1;33", "1;31", "32", "33", "31"};

std::string painted(const Span& span) {
  const auto code = kCodes.at(static_cast<size_t>(span.paint));
  if (code.empty() || span.text.empty()) return span.text;
  return std::string("\x1b[").append(code).append("m").append(span.text).append("\x1b[0m");
}

}  // namespace

size_t display_width(const Spans& spans) {
  return std::accumulate(spans.begin(), spans.end(), size_t{0},
                         [](size_t sum, const Span& span) { return sum + display_width(span.text); });
}

void Page::append(const Spans& spans) {
  std::string out;
  for (const auto& span : spans) out += style_.color ? painted(span) : span.text;
  while (!out.empty() && out.back() == ' ') out.pop_back();
  text_ += out;
  text_ += '\n';
}

void Page::line(Spans spans) {
  if (!style_.utf8) {
    for (auto& span : spans) span.text = to_ascii(span.text);
  }
  size_t left = width();
  for (auto& span : spans) {
    span.text = cut_to(span.text, left, style_.utf8);
    left -= display_width(span.text);
  }
  append(spans);
}

void Page::paragraph(Spans head, std::string_view text) {
  const size_t indent = std::min(display_width(head), width() / 2);
  for (const auto& part : wrap(style_.utf8 ? std::string(text) : to_ascii(text), width() - indent)) {
    head.push_back({part});
    line(std::move(head));
    head = {{std::string(indent, ' ')}};
  }
}

void Page::command(std::string_view text) {
  for (const auto& part : wrap_command(text, width())) append({{part}});
}

std::string Page::text() && {
  if (text_.ends_with("\n\n")) text_.pop_back();
  return std::move(text_);
}

void Page::gap() {
  if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
}

}  // namespace edgefit
