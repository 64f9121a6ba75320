#include "verify/golden_text.h"

#include <utf8proc.h>

#include <cctype>
#include <cstdlib>
#include <memory>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// The text in NFC, with folded case where it is asked; nothing when it is no UTF-8.
std::optional<std::string> mapped(std::string_view text, bool fold_case) {
  utf8proc_uint8_t* out = nullptr;
  const auto options =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | (fold_case ? UTF8PROC_CASEFOLD : 0));
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &out, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, std::free);
  if (length < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(out), static_cast<size_t>(length));
}

}  // namespace

std::string_view without_space(std::string_view text) {
  for (size_t before = text.size() + 1; text.size() < before;) {
    before = text.size();
    text = trimmed(trim(text));
  }
  return text;
}

std::string normal_text(std::string_view text, const NormalForm& form) {
  std::string out(text);
  if (form.nfc || form.fold_case) {
    auto better = mapped(out, form.fold_case);
    if (!better) better = mapped(printable(out), form.fold_case);
    if (better) out = std::move(*better);
  }
  if (form.trim) out = std::string(without_space(out));
  if (form.decimal_comma)
    for (size_t i = 1; i + 1 < out.size(); ++i)
      if (out[i] == ',' && is_digit(out[i - 1]) && is_digit(out[i + 1])) out[i] = '.';
  return out;
}

}  // namespace edgefit
