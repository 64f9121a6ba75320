#include "base/redact.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace edgefit {
namespace {

bool is_hex(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

size_t hex_run(std::string_view text) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is_hex) - text.begin());
}

/// Length of groups of hexadecimal digits with `separator` between them at the start of `text`; 0 when it has others.
template <size_t N>
size_t grouped(std::string_view text, const size_t (&groups)[N], char separator) {
  size_t at = 0;
  for (size_t i = 0; i < N; ++i) {
    if (i > 0) {
      if (at >= text.size() || text[at] != separator) return 0;
      ++at;
    }
    if (hex_run(text.substr(at)) != groups[i]) return 0;
    at += groups[i];
  }
  return at;
}

/// Length of the id that `text` starts with; 0 when it starts with none.
size_t id_length(std::string_view text) {
  constexpr size_t kUuid[] = {8, 4, 4, 4, 12}, kMac[] = {2, 2, 2, 2, 2, 2};
  constexpr size_t kLongRun = 32;  // machine ids, container ids
  if (const size_t length = grouped(text, kUuid, '-'); length > 0) return length;
  if (const size_t length = grouped(text, kMac, ':'); length > 0) return length;
  const size_t run = hex_run(text);
  return run >= kLongRun ? run : 0;
}

/// FNV-1a folded to 32 bits: of 122 random bits it keeps too few to go back.
std::string hash_text(std::string_view id) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : id) {
    hash ^= static_cast<unsigned char>(std::tolower(static_cast<unsigned char>(c)));
    hash *= 0x100000001b3;
  }
  return fmt::format("{:08x}", static_cast<uint32_t>(hash ^ hash >> 32));
}

}  // namespace

std::string hide_ids(std::string_view text) {
  std::string out;
  bool inside_word = false;  // an id starts where a run of digits starts
  while (!text.empty()) {
    const size_t length = inside_word ? 0 : id_length(text);
    if (length > 0) {
      out += hash_text(text.substr(0, length));
      text.remove_prefix(length);
      inside_word = true;
      continue;
    }
    inside_word = is_hex(text[0]);
    out += text[0];
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace edgefit
