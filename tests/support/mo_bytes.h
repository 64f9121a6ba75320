// A .mo file made by hand, as the GNU gettext manual describes it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace edgefit::test {

/// `entries` sorted by their originals.
inline std::string mo_bytes(const std::vector<std::pair<std::string, std::string>>& entries) {
  const auto count = static_cast<uint32_t>(entries.size());
  const auto word = [](uint32_t n) {
    std::string out;
    for (int i = 0; i < 4; ++i, n >>= 8) out += static_cast<char>(n & 0xffU);
    return out;
  };
  constexpr uint32_t kHeader = 28;
  uint32_t next = kHeader + 16 * count;
  std::string tables[2], texts;
  for (int table = 0; table < 2; ++table) {
    for (const auto& [original, translation] : entries) {
      const std::string& text = table == 0 ? original : translation;
      tables[table] += word(static_cast<uint32_t>(text.size())) + word(next);
      texts += text + '\0';
      next += static_cast<uint32_t>(text.size()) + 1;
    }
  }
  return word(0x950412de) + word(0) + word(count) + word(kHeader) + word(kHeader + 8 * count) + word(0) + word(next) +
         tables[0] + tables[1] + texts;
}

}  // namespace edgefit::test
