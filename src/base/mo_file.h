// A catalogue of translations as msgfmt writes it (GNU gettext manual, "The Format of GNU MO Files"), searched where
// it lies: nothing is built at start. Every offset is checked, so a damaged catalogue costs translations, no crash.
#pragma once

#include <cstdint>
#include <string_view>

namespace edgefit {

class MoFile {
 public:
  /// `bytes` must outlive it. Bytes that are no little-endian .mo file of revision 0 give an empty catalogue.
  explicit MoFile(std::string_view bytes);

  size_t size() const { return count_; }
  /// Number `i` in the order of the originals; a sentence with a plural holds its forms with a NUL byte between them.
  std::string_view original(size_t i) const { return text(originals_, i); }
  std::string_view translation(size_t i) const { return text(translations_, i); }
  /// The translation of `original` (of its first form), all forms, each ended by a NUL byte; empty when there is none.
  std::string_view find(std::string_view original) const;

 private:
  uint32_t word(size_t at) const;
  std::string_view text(size_t table, size_t i) const;

  std::string_view bytes_;
  size_t count_ = 0, originals_ = 0, translations_ = 0;
};

}  // namespace edgefit
