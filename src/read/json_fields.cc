#include "read/json_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/limits.h"

namespace edgefit {

namespace {

/// A number without ".0" and without an exponent up to 2^53.
std::string plain(double n) {
  return std::abs(n) <= kMaxBytes && n == std::floor(n) ? fmt::format("{:.0f}", n) : fmt::format("{}", n);
}

std::string expected(Range range) {
  return fmt::format("{} {} - {}", range.whole ? tr("expected a whole number,") : tr("expected a number,"),
                     plain(range.low), plain(range.high));
}

const char* type_of(const Json& value) {
  return value.type_name();
}

}  // namespace

void JsonReport::fail(std::string what, const std::string& pointer, std::string hint) {
  if (!problem) problem = Problem{std::move(what), fmt::format("{}#{}", name, pointer), std::move(hint)};
}

JsonFields::JsonFields(const Json* value, std::string pointer, std::span<const std::string_view> known,
                       JsonReport& report)
    : pointer_(std::move(pointer)), report_(report) {
  if (value == nullptr || value->is_null()) return;
  if (!value->is_object()) {
    report_.fail(say(tr("expected an object, found {}"), type_of(*value)), pointer_, {});
    return;
  }
  object_ = value;
  constexpr size_t kMaxWarnings = 20;
  for (const auto& item : value->items()) {
    if (std::find(known.begin(), known.end(), item.key()) != known.end()) continue;
    if (report_.warnings.size() >= kMaxWarnings) break;
    std::string text = fmt::format("{}#{}: {}", report_.name, printable(this->pointer(item.key())), tr("unknown key"));
    const auto near = nearest(item.key(), {known.begin(), known.end()}, 1);
    if (!near.empty()) text += fmt::format("; {} \"{}\"?", tr("did you mean"), near.front());
    report_.warnings.push_back(std::move(text));
  }
}

std::string JsonFields::pointer(std::string_view key) const {
  return fmt::format("{}/{}", pointer_, key.substr(0, 80));
}

Origin JsonFields::origin(std::string_view key) const {
  return {Origin::Kind::file, fmt::format("{}: {}", report_.name, pointer(key).substr(1))};
}

const Json* JsonFields::child(std::string_view key) const {
  if (object_ == nullptr) return nullptr;
  const auto found = object_->find(std::string(key));
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

std::optional<double> JsonFields::check(const Json& value, const std::string& pointer, Range range) const {
  if (!value.is_number()) {
    report_.fail(say(tr("expected a number, found {}"), type_of(value)), pointer, expected(range));
    return {};
  }
  const double n = value.get<double>();
  if (std::isfinite(n) && n >= range.low && n <= range.high && (!range.whole || n == std::floor(n))) return n;
  report_.fail(say(tr("number out of range ({})"), plain(n)), pointer, expected(range));
  return {};
}

std::optional<double> JsonFields::number(std::string_view key, Range range) const {
  const Json* value = child(key);
  return value == nullptr ? std::nullopt : check(*value, pointer(key), range);
}

std::optional<double> JsonFields::count(std::string_view key, Range range) const {
  const Json* value = child(key);
  if (value == nullptr || !value->is_string()) return number(key, range);
  double n = 0;
  if (!parse_count(value->get_ref<const std::string&>(), n)) {
    report_.fail(tr("not a count"), pointer(key), tr("write a number, or a text such as \"8B\""));
    return {};
  }
  return check(Json(std::round(n)), pointer(key), range);
}

std::optional<Bytes> JsonFields::bytes(std::string_view key) const {
  const Json* value = child(key);
  if (value == nullptr) return {};
  Bytes size{};
  if (value->is_string() && !parse_bytes(value->get_ref<const std::string&>(), size)) {
    report_.fail(tr("not a size"), pointer(key), tr("write bytes, or a text such as \"24 GiB\""));
    return {};
  }
  const auto n = check(value->is_string() ? Json(std::floor(size.value)) : *value, pointer(key), {0, kMaxBytes});
  return n ? std::optional(Bytes{*n}) : std::nullopt;
}

std::optional<Seconds> JsonFields::seconds(std::string_view key) const {
  const Json* value = child(key);
  if (value == nullptr) return {};
  Seconds time{};
  if (value->is_string() && !parse_seconds(value->get_ref<const std::string&>(), time)) {
    report_.fail(tr("not a time"), pointer(key), tr("write seconds, or a text such as \"50 ms\""));
    return {};
  }
  const auto n = check(value->is_string() ? Json(time.value) : *value, pointer(key), {0, 1e9, false});
  return n ? std::optional(Seconds{*n}) : std::nullopt;
}

std::optional<bool> JsonFields::flag(std::string_view key) const {
  const Json* value = child(key);
  if (value == nullptr) return {};
  if (value->is_boolean()) return value->get<bool>();
  report_.fail(say(tr("expected true or false, found {}"), type_of(*value)), pointer(key), {});
  return {};
}

std::string JsonFields::text(std::string_view key) const {
  const Json* value = child(key);
  if (value == nullptr) return {};
  if (value->is_string()) return printable(value->get_ref<const std::string&>());
  report_.fail(say(tr("expected a text, found {}"), type_of(*value)), pointer(key), {});
  return {};
}

std::vector<std::string> JsonFields::texts(std::string_view key) const {
  std::vector<std::string> out;
  const Json* value = child(key);
  if (value == nullptr) return out;
  if (!value->is_array()) {
    report_.fail(say(tr("expected a list, found {}"), type_of(*value)), pointer(key), {});
    return out;
  }
  for (const auto& item : *value) {
    if (!item.is_string()) {
      report_.fail(say(tr("expected a text, found {}"), type_of(item)), fmt::format("{}/{}", pointer(key), out.size()),
                   {});
      return out;
    }
    out.push_back(printable(item.get_ref<const std::string&>()));
  }
  return out;
}

std::vector<double> JsonFields::numbers(std::string_view key, Range range) const {
  std::vector<double> out;
  const Json* value = child(key);
  if (value == nullptr) return out;
  if (!value->is_array()) {
    report_.fail(say(tr("expected a list, found {}"), type_of(*value)), pointer(key), {});
    return out;
  }
  for (const auto& item : *value) {
    const auto n = check(item, fmt::format("{}/{}", pointer(key), out.size()), range);
    if (!n) return out;
    out.push_back(*n);
  }
  return out;
}

void JsonFields::fill(Fact<double>& fact, std::string_view key, Range range) const {
  if (const auto n = number(key, range)) fact = {*n, origin(key)};
}

void JsonFields::fill_bytes(Fact<Bytes>& fact, std::string_view key) const {
  if (const auto n = bytes(key)) fact = {*n, origin(key)};
}

}  // namespace edgefit
