#include "verify/golden_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "verify/golden_pattern.h"

namespace edgefit {
namespace {

/// One keyword: may its value stand in a schema, and does an instance keep to it?
struct Keyword {
  std::string_view name;
  bool (*usable)(const Json& value);
  /// Empty = it does. `path` names the place.
  std::string (*fault)(const Json& value, const Json& instance, const std::string& path);
};

std::string fault_at(const Json& schema, const Json& value, const std::string& path);
std::string inside(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}
std::string told(const std::string& path, const std::string& what) {
  return (path.empty() ? std::string(tr("the answer")) : printable(path)) + ": " + what;
}

struct TypeName {
  std::string_view name;
  bool (*is)(const Json&);
};
constexpr std::array kTypes = {
    TypeName{"object", [](const Json& j) { return j.is_object(); }},
    TypeName{"array", [](const Json& j) { return j.is_array(); }},
    TypeName{"string", [](const Json& j) { return j.is_string(); }},
    TypeName{"number", [](const Json& j) { return j.is_number(); }},
    TypeName{"integer", [](const Json& j) { return j.is_number() && j.get<double>() == std::floor(j.get<double>()); }},
    TypeName{"boolean", [](const Json& j) { return j.is_boolean(); }},
    TypeName{"null", [](const Json& j) { return j.is_null(); }},
};

const TypeName* find_type(const Json& name) {
  if (!name.is_string()) return nullptr;
  const auto* at = std::find_if(kTypes.begin(), kTypes.end(), [&name](const TypeName& type) {
    return type.name == name.get_ref<const std::string&>();
  });
  return at == kTypes.end() ? nullptr : at;
}

bool strings(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); });
}
bool any(const Json&) {
  return true;
}
bool is_number(const Json& value) {
  return value.is_number();
}
bool is_count(const Json& value) {
  return value.is_number_unsigned();
}
bool is_schema(const Json& value) {
  return check_schema(value).has_value();
}
std::string nothing(const Json&, const Json&, const std::string&) {
  return {};
}

size_t length_of(const Json& text) {
  const auto& bytes = text.get_ref<const std::string&>();
  return static_cast<size_t>(std::count_if(bytes.begin(), bytes.end(),
                                           [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// A bound on a number that only some kinds of values have. What the answer says is in no message: it may be private.
template <bool AtLeast>
std::string bound(double limit, double value, const std::string& path) {
  if (AtLeast ? value >= limit : value <= limit) return {};
  return told(path, say(AtLeast ? tr("is less than {:g}") : tr("is more than {:g}"), limit));
}
template <bool AtLeast>
std::string value_bound(const Json& limit, const Json& value, const std::string& path) {
  return value.is_number() ? bound<AtLeast>(limit.get<double>(), value.get<double>(), path) : std::string();
}
template <bool AtLeast>
std::string length_bound(const Json& limit, const Json& value, const std::string& path) {
  return value.is_string() ? bound<AtLeast>(limit.get<double>(), static_cast<double>(length_of(value)), path)
                           : std::string();
}
template <bool AtLeast>
std::string items_bound(const Json& limit, const Json& value, const std::string& path) {
  return value.is_array() ? bound<AtLeast>(limit.get<double>(), static_cast<double>(value.size()), path)
                          : std::string();
}

bool types_usable(const Json& value) {
  if (!value.is_array()) return find_type(value) != nullptr;
  return !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const Json& name) { return find_type(name) != nullptr; });
}
std::string type_fault(const Json& wanted, const Json& value, const std::string& path) {
  const Json names = wanted.is_array() ? wanted : Json::array({wanted});
  for (const auto& name : names)
    if (find_type(name)->is(value)) return {};
  return told(path, say(tr("must be {}"), wanted.is_string() ? wanted.get<std::string>() : wanted.dump()));
}

std::string required_fault(const Json& keys, const Json& value, const std::string& path) {
  if (!value.is_object()) return {};
  for (const auto& key : keys)
    if (!value.contains(key.get<std::string>()))
      return told(path, say(tr("has no {}"), printable(key.get<std::string>())));
  return {};
}

bool properties_usable(const Json& value) {
  return value.is_object() && std::all_of(value.begin(), value.end(), is_schema);
}
std::string properties_fault(const Json& properties, const Json& value, const std::string& path) {
  if (!value.is_object()) return {};
  for (const auto& [key, schema] : properties.items()) {
    if (!value.contains(key)) continue;
    if (auto fault = fault_at(schema, value.at(key), inside(path, key)); !fault.empty()) return fault;
  }
  return {};
}

std::string items_fault(const Json& schema, const Json& value, const std::string& path) {
  if (!value.is_array()) return {};
  for (size_t i = 0; i < value.size(); ++i)
    if (auto fault = fault_at(schema, value[i], fmt::format("{}[{}]", path, i)); !fault.empty()) return fault;
  return {};
}

std::string enum_fault(const Json& allowed, const Json& value, const std::string& path) {
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
  return told(path, say(tr("is none of {}"), printable(allowed.dump(-1, ' ', false, Json::error_handler_t::replace))));
}
std::string const_fault(const Json& wanted, const Json& value, const std::string& path) {
  return value == wanted ? std::string() : enum_fault(Json::array({wanted}), value, path);
}

std::string pattern_fault(const Json& pattern, const Json& value, const std::string& path) {
  if (!value.is_string() || pattern_found(pattern.get<std::string>(), value.get_ref<const std::string&>())) return {};
  return told(path, say(tr("does not match {}"), printable(pattern.get<std::string>())));
}

const std::array<Keyword, 18> kKeywords = {{
    {"$schema", any, nothing},
    {"title", any, nothing},
    {"description", any, nothing},
    {"type", types_usable, type_fault},
    {"required", strings, required_fault},
    {"properties", properties_usable, properties_fault},
    {"additionalProperties", [](const Json& v) { return v.is_boolean(); }, nothing},  // by fault_at, which has both
    {"items", is_schema, items_fault},
    {"enum", [](const Json& v) { return v.is_array() && !v.empty(); }, enum_fault},
    {"const", any, const_fault},
    {"minimum", is_number, value_bound<true>},
    {"maximum", is_number, value_bound<false>},
    {"minLength", is_count, length_bound<true>},
    {"maxLength", is_count, length_bound<false>},
    {"minItems", is_count, items_bound<true>},
    {"maxItems", is_count, items_bound<false>},
    {"pattern", [](const Json& v) { return v.is_string() && check_pattern(v.get<std::string>()).has_value(); },
     pattern_fault},
    {"examples", any, nothing},
}};

const Keyword* find_keyword(const std::string& name) {
  const auto* at =
      std::find_if(kKeywords.begin(), kKeywords.end(), [&name](const Keyword& k) { return k.name == name; });
  return at == kKeywords.end() ? nullptr : at;
}

/// No key beyond the named ones.
std::string unnamed_key(const Json& schema, const Json& value, const std::string& path) {
  if (!value.is_object() || schema.value("additionalProperties", true)) return {};
  for (const auto& [key, item] : value.items())
    if (!schema.contains("properties") || !schema.at("properties").contains(key))
      return told(path, tr("has a key that is not foreseen"));
  return {};
}

std::string fault_at(const Json& schema, const Json& value, const std::string& path) {
  for (const auto& [name, rule] : schema.items())
    if (auto fault = find_keyword(name)->fault(rule, value, path); !fault.empty()) return fault;
  return unnamed_key(schema, value, path);
}

}  // namespace

Result<Done> check_schema(const Json& schema) {
  if (!schema.is_object()) return Problem{tr("a schema is an object"), "", R"({"type": "object"})"};
  for (const auto& [name, rule] : schema.items()) {
    const Keyword* known = find_keyword(name);
    std::string all;
    for (const auto& keyword : kKeywords) all += (all.empty() ? "" : ", ") + std::string(keyword.name);
    if (known == nullptr)
      return Problem{say(tr("the keyword '{}' is not understood"), printable(name)), "",
                     say(tr("understood are {}"), all)};
    if (!known->usable(rule))
      return Problem{say(tr("the keyword '{}' has a value that is not understood"), printable(name)), "",
                     say(tr("understood are {}"), all)};
  }
  return Done{};
}

std::string schema_fault(const Json& schema, const Json& value) {
  return fault_at(schema, value, "");
}

}  // namespace edgefit
