// Writes host.json: a leaf is {"v","src","conf","why"}, plus "remedy" when an unknown fact has one
// and "kind" where "conf" does not tell the kind of origin.
#include <fmt/format.h>

#include <cmath>

#include "base/json.h"
#include "edgefit/probe.h"
#include "probe/host_fields.h"
#include "probe/host_words.h"

namespace edgefit {
namespace {

Json number_json(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (std::trunc(value) == value && std::abs(value) < 0x1p53) return static_cast<int64_t>(value);
  return value;
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

template <class T>
Json leaf_json(const Fact<T>& fact, Json value) {
  Json leaf = Json::object();
  leaf["v"] = fact ? std::move(value) : Json(nullptr);
  leaf["src"] = fact ? text_or_null(fact.origin.text) : Json(nullptr);
  leaf["conf"] = fact ? std::string_view(confidence_of(fact.origin.kind)) : kNoConfidence;
  leaf["why"] = text_or_null(fact.why);
  // Words of confidence that stand for several kinds of origin: the kind itself, so that nothing is read as surer.
  if (fact && find_confidence(confidence_of(fact.origin.kind)) != fact.origin.kind) {
    leaf["kind"] = name_of(fact.origin.kind);
  }
  if (!fact.remedy.empty()) leaf["remedy"] = fact.remedy;
  return leaf;
}

class Writer {
 public:
  Json take() { return std::move(current_); }

  template <class U>
  void leaf(const char* key, const Fact<Quantity<U>>& fact, FactRange) {
    current_[key] = leaf_json(fact, fact ? number_json(fact->value) : Json());
  }
  void leaf(const char* key, const Fact<double>& fact, FactRange) {
    current_[key] = leaf_json(fact, fact ? number_json(*fact) : Json());
  }
  void leaf(const char* key, const Fact<std::string>& fact) {
    current_[key] = leaf_json(fact, fact ? Json(*fact) : Json());
  }
  void leaf(const char* key, const Fact<std::vector<std::string>>& fact) {
    current_[key] = leaf_json(fact, fact ? Json(*fact) : Json());
  }
  void number(const char* key, const Fact<double>& fact, FactRange) {
    current_[key] = fact ? number_json(*fact) : Json(nullptr);
  }
  void version(const char* key, const Fact<double>& fact, FactRange) {
    current_[key] = leaf_json(fact, fact ? Json(fmt::format("{:.1f}", *fact)) : Json());
  }
  void pairs(const char* key, const std::vector<std::pair<std::string, std::string>>& list) {
    Fact<bool> fact;
    fact.why = "no runtime answered";
    Json value = Json::object();
    for (const auto& [name, text] : list) value[name] = text;
    if (!list.empty()) fact = {true, {Origin::Kind::driver, "driver"}};
    current_[key] = leaf_json(fact, std::move(value));
  }
  void words(const char* key, const std::vector<std::string>& list) { current_[key] = list; }
  template <class Enum, class Find>
  void word(const char* key, Enum value, const char* (*name)(Enum), Find) {
    current_[key] = name(value);
  }
  void plain(const char* key, const std::string& text) { current_[key] = text; }
  void whole(const char* key, int number) { current_[key] = number; }
  void bytes(const char* key, Bytes size) { current_[key] = number_json(size.value); }
  template <class Visit>
  void object(const char* key, Visit visit) {
    Json outer = std::exchange(current_, Json::object());
    visit();
    outer[key] = std::exchange(current_, Json());
    current_ = std::move(outer);
  }
  template <class Item, class Visit>
  void list(const char* key, const std::vector<Item>& items, Visit visit) {
    Json all = Json::array();
    for (const auto& item : items) {
      Json outer = std::exchange(current_, Json::object());
      visit(item);
      all.push_back(std::exchange(current_, Json()));
      current_ = std::move(outer);
    }
    current_[key] = std::move(all);
  }

 private:
  Json current_ = Json::object();
};

Json pools_json(const Host& host) {
  Json pools = Json::array();
  for (const auto& pool : pools_of(host)) {
    Json entry = Json::object();
    entry["id"] = pool.id;
    entry["kind"] = pool.gpu < 0 ? "system" : "device";
    entry["size"] = pool.total ? number_json(pool.total->value) : Json(nullptr);
    entry["free"] = pool.free ? number_json(pool.free->value) : Json(nullptr);
    pools.push_back(std::move(entry));
  }
  return pools;
}

Json conflicts_json(const Host& host) {
  Json conflicts = Json::array();
  for (const auto& conflict : host.conflicts) {
    Json entry = Json::object();
    entry["fact"] = conflict.fact;
    entry["a"] = Json{{"v", conflict.first}};
    entry["b"] = Json{{"v", conflict.second}};
    entry["used"] = conflict.used;
    conflicts.push_back(std::move(entry));
  }
  return conflicts;
}

Json errors_json(const Host& host) {
  Json errors = Json::array();
  for (const auto& error : host.errors) {
    Json entry = Json::object();
    entry["source"] = error.source;
    entry["call"] = error.call;
    entry["code"] = error.code;
    entry["text"] = error.text;
    errors.push_back(std::move(entry));
  }
  return errors;
}

}  // namespace

std::string write_host_json(const Host& host) {
  Json document = Json::object();
  document["format"] = kHostFormat;
  document["format_version"] = kHostVersion;
  document["name"] = host.name;
  Json tool = Json::object();
  for (const auto& [name, version] : host.tools) tool[name] = version;
  document["tool"] = std::move(tool);
  document["taken"] = Json::object();
  document["taken"]["utc"] = text_or_null(host.taken);
  document["taken"]["mode"] = mode_word(host.mode);
  Writer machine, devices;
  visit_machine(machine, host);
  visit_devices(devices, host);
  document.update(machine.take());
  document["pools"] = pools_json(host);
  document.update(devices.take());
  document["conflicts"] = conflicts_json(host);
  document["errors"] = errors_json(host);
  // Names come from files and firmware: bytes that are no UTF-8 are replaced, never thrown at.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit
