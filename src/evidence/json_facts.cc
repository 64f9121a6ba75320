#include "evidence/json_facts.h"

#include <fmt/format.h>

#include "edgefit/text.h"

namespace edgefit {

std::string plain_text(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_integer()) return json.dump();
  if (json.is_number()) return fmt::format("{}", json.get<double>());
  std::string out;
  if (json.is_array())
    for (const auto& entry : json)
      if (entry.is_string()) out += (out.empty() ? "" : " ") + entry.get<std::string>();
  return out;
}

std::string bounded(std::string_view text) {
  constexpr size_t kMost = 1000;
  std::string out = printable(text);
  if (out.size() <= kMost) return out;
  size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end);
}

}  // namespace edgefit
