#include "read/json_scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

namespace {

void append_utf8(std::string& out, uint32_t c) {
  const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else {
    // Halves of a surrogate pair stay apart; such names are only compared and made printable.
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

}  // namespace

JsonScanner::JsonScanner(std::string_view text) : text_(text) {
  if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
}

void JsonScanner::fail(std::string what) {
  if (failed()) return;
  failed_at_ = at_;
  what_ = std::move(what);
}

Problem JsonScanner::problem(const std::string& where) const {
  const std::string_view before = text_.substr(0, failed_at_.value_or(0));
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {what_, fmt::format("{}:{}:{}", printable(where), lines + 1, before.size() - start + 1), {}};
}

void JsonScanner::space() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
    ++at_;
}

char JsonScanner::peek() {
  if (failed()) return 0;
  space();
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonScanner::take(char c) {
  if (peek() == c && !failed()) {
    ++at_;
    return true;
  }
  fail(at_ >= text_.size() ? std::string(tr("the JSON ends too early"))
                           : say(tr("not valid JSON: {} '{}'"), tr("expected"), c));
  return false;
}

bool JsonScanner::enter_object() {
  first_ = true;
  return take('{');
}

bool JsonScanner::enter_array() {
  first_ = true;
  return take('[');
}

bool JsonScanner::next(char close) {
  if (failed()) return false;
  const char c = peek();
  if (c == close) {
    ++at_;
    first_ = false;
    return false;
  }
  if (!first_ && !take(',')) return false;
  first_ = false;
  return true;
}

bool JsonScanner::next_element() {
  return next(']');
}

std::optional<std::string_view> JsonScanner::next_key() {
  if (!next('}')) return {};
  const std::string_view key = string();
  if (!take(':')) return {};
  return key;
}

void JsonScanner::escape() {
  const char c = at_ < text_.size() ? text_[at_++] : '\0';
  constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
  if (const size_t found = kFrom.find(c); c != '\0' && found != kFrom.npos) {
    buffer_.push_back(kTo[found]);
    return;
  }
  uint32_t code = 0;
  const char* start = text_.data() + at_;
  const bool there = c == 'u' && text_.size() - at_ >= 4;
  if (there && std::from_chars(start, start + 4, code, 16).ptr == start + 4) {
    at_ += 4;
    append_utf8(buffer_, code);
    return;
  }
  fail(say(tr("not valid JSON: {}"), tr("a wrong escape in a string")));
}

std::string_view JsonScanner::string() {
  if (!take('"')) return {};
  const size_t start = at_;
  bool escaped = false;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      const std::string_view plain = text_.substr(start, at_++ - start);
      return escaped ? std::string_view(buffer_) : plain;
    }
    if (static_cast<unsigned char>(c) < 0x20) break;
    ++at_;
    if (c == '\\') {
      if (!escaped) buffer_.assign(text_.substr(start, at_ - start - 1));
      escaped = true;
      escape();
      if (failed()) return {};
    } else if (escaped) {
      buffer_.push_back(c);
    }
  }
  fail(at_ >= text_.size() ? std::string(tr("the JSON ends inside a string"))
                           : say(tr("not valid JSON: {}"), tr("a control character in a string")));
  return {};
}

double JsonScanner::number() {
  const char c = peek();
  if (c != '-' && (c < '0' || c > '9')) {
    fail(tr("expected a number"));
    return 0;
  }
  double value = 0;
  const char* end = text_.data() + text_.size();
  const auto [stop, error] = std::from_chars(text_.data() + at_, end, value);
  if (error != std::errc() || !std::isfinite(value)) {
    fail(tr("number out of range"));
    return 0;
  }
  at_ = static_cast<size_t>(stop - text_.data());
  return value;
}

void JsonScanner::skip(int depth) {
  const char c = peek();
  if (failed()) return;
  if (depth <= 0) return fail(tr("nested too deep"));
  if (c == '{') {
    enter_object();
    while (next_key()) skip(depth - 1);
  } else if (c == '[') {
    enter_array();
    while (next_element()) skip(depth - 1);
  } else if (c == '"') {
    string();
  } else {
    // NaN and Infinity are no JSON, but Python writes them.
    for (const std::string_view word : {"true", "false", "null", "NaN", "Infinity", "-Infinity"})
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        first_ = false;
        return;
      }
    number();
  }
}

void JsonScanner::end() {
  if (peek() != '\0' || at_ < text_.size()) fail(tr("something follows the JSON"));
}

}  // namespace edgefit
