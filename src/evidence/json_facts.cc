#include "evidence/json_facts.h"

#include <fmt/format.h>

#include <cmath>

#include "edgefit/text.h"

namespace edgefit {

const Json& member(const Json& json, const char* key) {
  static const Json kNothing;
  if (!json.is_object()) return kNothing;
  const auto at = json.find(key);
  return at == json.end() ? kNothing : *at;
}

const Json& items(const Json& json) {
  static const Json kNone = Json::array();
  return json.is_array() ? json : kNone;
}

std::string text_at(const Json& json, const char* key) {
  const Json& value = member(json, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<double> number_at(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_number() || !std::isfinite(value.get<double>())) return std::nullopt;
  return value.get<double>();
}

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
