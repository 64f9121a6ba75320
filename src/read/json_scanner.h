// Walks over JSON text without building it: for files of many small entries (the header of a safetensors file, its
// index) and for a look at the keys of a document. Sticky: after the first failure every call says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "edgefit/result.h"

namespace edgefit {

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text);

  bool failed() const { return failed_at_.has_value(); }
  /// Where and why it failed; `where` names the file.
  Problem problem(const std::string& where) const;
  void fail(std::string what);

  /// Enters an object; then `next_key` until it gives nothing, after each key exactly one value.
  bool enter_object();
  std::optional<std::string_view> next_key();
  bool enter_array();
  /// True while there is another element; the closing bracket is consumed.
  bool next_element();

  /// The first character of the next value: '{', '[', '"', a digit, '-', 't', 'f', 'n'; 0 at the end.
  char peek();
  /// Valid until the next string is read. Escapes are resolved.
  std::string_view string();
  double number();
  /// Any value, at most `depth` levels deep.
  void skip(int depth = 64);
  /// Nothing but white space may follow.
  void end();

 private:
  void space();
  bool take(char c);
  bool next(char close);
  void escape();

  std::string_view text_;
  size_t at_ = 0;
  bool first_ = false;  ///< the object or array was just entered
  std::string buffer_;
  std::optional<size_t> failed_at_;
  std::string what_;
};

}  // namespace edgefit
