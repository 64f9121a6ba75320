// Content lines of iCalendar (RFC 5545, 3.1): ended by CR LF, folded after 75 octets but never inside a character,
// texts escaped as 3.3.11 asks.
#pragma once

#include <string>
#include <string_view>

namespace edgefit {

class ContentLines {
 public:
  /// A value that is no text, or needs no escapes; parameters belong to the name.
  void add(std::string_view name, std::string_view value);
  /// A value of type TEXT; line feeds and all that steers are made safe.
  void text(std::string_view name, std::string_view value);
  void append(const ContentLines& other) { text_ += other.text_; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace edgefit
