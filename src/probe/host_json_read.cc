// Reads host.json from anyone: a wrong shape is a Problem with its JSON pointer, an absurd value is unknown plus a
// conflict, a missing key is unknown. Unknown keys are skipped, because later versions may add some.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/json.h"
#include "base/parse.h"
#include "edgefit/probe.h"
#include "edgefit/text.h"
#include "probe/host_fields.h"
#include "probe/host_words.h"

namespace edgefit {
namespace {

constexpr size_t kMaxItems = 4096;
constexpr size_t kMaxText = 64 << 10;

/// A visitor that fills a Host from JSON and remembers the first wrong shape.
class Reader {
 public:
  Reader(const Json& document, std::string file, std::vector<Conflict>& conflicts)
      : current_(&document), file_(std::move(file)), conflicts_(conflicts) {}
  const std::optional<Problem>& problem() const { return problem_; }

  template <class U>
  void leaf(const char* key, Fact<Quantity<U>>& fact, FactRange range) {
    const auto number = number_leaf(key, fact, range);
    if (number) fact.value = Quantity<U>{*number};
  }
  void leaf(const char* key, Fact<double>& fact, FactRange range) { fact.value = number_leaf(key, fact, range); }
  void leaf(const char* key, Fact<std::string>& fact) {
    const Json* value = leaf_value(key, fact);
    if (!value) return;
    if (!value->is_string()) return fail(pointer(key) + "/v", tr("expected text"));
    fact.value = text(pointer(key) + "/v", *value);
  }
  void leaf(const char* key, Fact<std::vector<std::string>>& fact) {
    const Json* value = leaf_value(key, fact);
    if (value) fact.value = text_list(pointer(key) + "/v", *value);
  }
  void number(const char* key, Fact<double>& fact, FactRange range) {
    fact.why = tr("not in the file");
    const Json* value = find(key);
    if (!value || value->is_null()) return;
    if (!value->is_number()) return fail(pointer(key), tr("expected a number"));
    fact.value = sane(key, value->get<double>(), range, fact);
    if (fact) fact.origin = {Origin::Kind::os, file_}, fact.why.clear();
  }
  void version(const char* key, Fact<double>& fact, FactRange range) {
    const Json* value = leaf_value(key, fact);
    if (!value) return;
    const auto number = value->is_string() ? to_number(value->get_ref<const std::string&>()) : std::nullopt;
    if (!number) return fail(pointer(key) + "/v", tr("expected a version like \"8.9\""));
    fact.value = sane(key, *number, range, fact);
  }
  void pairs(const char* key, std::vector<std::pair<std::string, std::string>>& list) {
    Fact<bool> fact;
    const Json* value = leaf_value(key, fact);
    if (!value) return;
    if (!value->is_object()) return fail(pointer(key) + "/v", tr("expected an object"));
    for (const auto& [name, version] : value->items()) {
      if (!version.is_string()) return fail(pointer(key) + "/v/" + name, tr("expected text"));
      list.emplace_back(name, version.get<std::string>());
    }
  }
  void words(const char* key, std::vector<std::string>& list) {
    if (const Json* value = find(key)) list = text_list(pointer(key), *value);
  }
  template <class Enum, class Find>
  void word(const char* key, Enum& out, const char* (*)(Enum), Find find_enum) {
    std::string name;
    plain(key, name);
    if (name.empty()) return;
    const auto found = find_enum(name);
    if (!found) return fail(pointer(key), say(tr("unknown word \"{}\""), printable(name.substr(0, 40))));
    out = *found;
  }
  void plain(const char* key, std::string& out) {
    const Json* value = find(key);
    if (!value || value->is_null()) return;
    if (!value->is_string()) return fail(pointer(key), tr("expected text"));
    out = text(pointer(key), *value);
  }
  void whole(const char* key, int& out) {
    if (const auto value = bare_number(key, kIntRange)) out = static_cast<int>(*value);
  }
  void bytes(const char* key, Bytes& out) {
    if (const auto value = bare_number(key, kByteRange)) out = Bytes{*value};
  }
  template <class Visit>
  void object(const char* key, Visit visit) {
    const Json* value = find(key);
    // A missing object is read as an empty one, so that each of its facts says why it is unknown.
    static const Json kEmpty = Json::object();
    if (!value || value->is_null()) value = &kEmpty;
    if (!value->is_object()) return fail(pointer(key), tr("expected an object"));
    inside(*value, std::string("/") + key, visit);
  }
  template <class Item, class Visit>
  void list(const char* key, std::vector<Item>& items, Visit visit) {
    const Json* value = find(key);
    if (!value || value->is_null()) return;
    if (!value->is_array()) return fail(pointer(key), tr("expected a list"));
    if (value->size() > kMaxItems) return fail(pointer(key), say(tr("more than {} entries"), kMaxItems));
    for (size_t i = 0; i < value->size(); ++i) {
      const Json& entry = (*value)[i];
      if (!entry.is_object()) return fail(fmt::format("{}/{}", pointer(key), i), tr("expected an object"));
      items.emplace_back();
      inside(entry, fmt::format("/{}/{}", key, i), [&] { visit(items.back()); });
    }
  }

 private:
  std::string pointer(std::string_view key) const { return path_ + "/" + std::string(key); }

  const Json* find(const char* key) const {
    const auto at = current_->find(key);
    return at == current_->end() ? nullptr : &*at;
  }

  void fail(const std::string& where, std::string what) {
    if (!problem_)
      problem_ = Problem{std::move(what), file_ + ": " + where, tr("edgefit probe -o host.json writes a valid file")};
  }

  template <class Visit>
  void inside(const Json& value, const std::string& step, Visit visit) {
    const Json* outer = std::exchange(current_, &value);
    const size_t length = path_.size();
    path_ += step;
    visit();
    path_.resize(length);
    current_ = outer;
  }

  std::string text(const std::string& where, const Json& value) {
    const auto& out = value.get_ref<const std::string&>();
    if (out.size() <= kMaxText) return out;
    fail(where, tr("text is too long"));
    return {};
  }

  std::vector<std::string> text_list(const std::string& where, const Json& value) {
    std::vector<std::string> out;
    if (!value.is_array() || value.size() > kMaxItems) {
      fail(where, tr("expected a list of words"));
      return out;
    }
    for (const auto& entry : value) {
      if (!entry.is_string()) {
        fail(where, tr("expected a list of words"));
        return out;
      }
      out.push_back(text(where, entry));
    }
    return out;
  }

  /// The value of a leaf with origin and reasons taken over; nothing when it is unknown or of a wrong shape.
  template <class T>
  const Json* leaf_value(const char* key, Fact<T>& fact) {
    const Json* leaf = find(key);
    if (!leaf || leaf->is_null()) {
      fact.why = tr("not in the file");
      return nullptr;
    }
    if (!leaf->is_object() || !leaf->contains("v")) {
      fail(pointer(key), tr("expected an object with \"v\", \"src\", \"conf\" and \"why\""));
      return nullptr;
    }
    std::string confidence, exact;
    inside(*leaf, std::string("/") + key, [&] {
      plain("src", fact.origin.text);
      plain("conf", confidence);
      plain("why", fact.why);
      plain("remedy", fact.remedy);
      plain("kind", exact);
    });
    const Json& value = leaf->at("v");
    if (value.is_null() || confidence == kNoConfidence) {
      fact.origin = {};
      if (fact.why.empty()) fact.why = tr("unknown in the file");
      return nullptr;
    }
    const auto kind = find_confidence(confidence);
    if (!kind)
      fail(pointer(key) + "/conf", tr("expected measured, driver, os, firmware, table, inferred, user or none"));
    const auto stated = find_origin_kind(exact);
    const bool told = stated && confidence_of(*stated) == confidence;
    fact.origin.kind = told ? *stated : kind.value_or(Origin::Kind::assumed);
    return &value;
  }

  template <class T>
  std::optional<double> number_leaf(const char* key, Fact<T>& fact, FactRange range) {
    const Json* value = leaf_value(key, fact);
    if (!value) return std::nullopt;
    if (!value->is_number()) {
      fail(pointer(key) + "/v", tr("expected a number"));
      return std::nullopt;
    }
    return sane(key, value->get<double>(), range, fact);
  }

  /// The number, or nothing and a conflict when no machine has such a value.
  template <class T>
  std::optional<double> sane(const char* key, double value, FactRange range, Fact<T>& fact) {
    if (std::isfinite(value) && value >= range.low && value <= range.high) return value;
    conflicts_.push_back(
        {pointer(key), fmt::format("{}", value), say(tr("possible: {} to {}"), range.low, range.high), "unknown"});
    fact.origin = {};
    fact.why = tr("the file gives a value that no machine has");
    return std::nullopt;
  }

  std::optional<double> bare_number(const char* key, FactRange range) {
    Fact<double> fact;
    number(key, fact, range);
    return fact.value;
  }

  const Json* current_;
  std::string path_, file_;
  std::vector<Conflict>& conflicts_;
  std::optional<Problem> problem_;
};

/// Facts that cannot both be true: the part becomes unknown.
void check_part(const char* name, Fact<Bytes>& part, const Fact<Bytes>& whole, Host& host) {
  if (!part || !whole || *part <= *whole) return;
  host.conflicts.push_back(
      {name, fmt::format("{:.0f} B", part->value), fmt::format("of {:.0f} B", whole->value), "unknown"});
  part = Fact<Bytes>::unknown(tr("the file gives more than there is"));
}

void check_consistency(Host& host) {
  Memory& memory = host.memory;
  check_part("memory.available", memory.available, memory.os_total, host);
  check_part("memory.usable", memory.usable, memory.os_total, host);
  check_part("memory.usable_sure", memory.usable_sure, memory.usable, host);
  check_part("memory.swap_free", memory.swap_free, memory.swap_total, host);
  for (auto& gpu : host.gpus) {
    check_part("gpus.vram_free", gpu.vram_free, gpu.vram_total, host);
    check_part("gpus.vram_reserved", gpu.vram_reserved, gpu.vram_total, host);
    check_part("gpus.vram_used", gpu.vram_used, gpu.vram_total ? gpu.vram_total : gpu.carveout, host);
    check_part("gpus.gtt_used", gpu.gtt_used, gpu.gtt_total, host);
  }
}

template <class V>
void visit_notes(V& v, Host& host) {
  v.list("conflicts", host.conflicts, [&](Conflict& c) {
    v.plain("fact", c.fact);
    v.object("a", [&] { v.plain("v", c.first); });
    v.object("b", [&] { v.plain("v", c.second); });
    v.plain("used", c.used);
  });
  v.list("errors", host.errors, [&](ProbeError& e) {
    v.plain("source", e.source);
    v.plain("call", e.call);
    v.plain("code", e.code);
    v.plain("text", e.text);
  });
}

std::optional<Problem> check_header(const Json& document, const std::string& where) {
  const char* hint = tr("edgefit probe -o host.json writes a valid file");
  if (!document.is_object()) return Problem{tr("not a host file: expected a JSON object"), where, hint};
  const auto format = document.find("format"), version = document.find("format_version");
  if (format == document.end() || *format != kHostFormat)
    return Problem{tr("not a host file: \"format\" is not \"edgefit.host\""), where + ": /format", hint};
  if (version == document.end() || !version->is_string() || !version->get_ref<const std::string&>().starts_with("1."))
    return Problem{tr("this host file needs another edgefit: \"format_version\" is not 1.x"),
                   where + ": /format_version", hint};
  return std::nullopt;
}

}  // namespace

Result<Host> read_host_json(std::string_view text, const std::string& where) {
  auto document = parse_json(text, where);
  if (!document) return document.error();
  if (auto problem = check_header(*document, where)) return *problem;
  Host host;
  std::vector<Conflict> absurd;
  Reader reader(*document, where, absurd);
  reader.plain("name", host.name);
  std::string mode;
  reader.object("taken", [&] {
    reader.plain("utc", host.taken);
    reader.plain("mode", mode);
  });
  visit_machine(reader, host);
  visit_devices(reader, host);
  visit_notes(reader, host);
  if (reader.problem()) return *reader.problem();
  if (const auto tool = document->find("tool"); tool != document->end() && tool->is_object())
    for (const auto& [name, version] : tool->items())
      if (version.is_string()) host.tools.emplace_back(name, version.get<std::string>());
  host.mode = find_mode(mode) == Host::Mode::described ? Host::Mode::described : Host::Mode::recorded;
  host.conflicts.insert(host.conflicts.end(), absurd.begin(), absurd.end());
  check_consistency(host);
  number_pools(host);
  return host;
}

}  // namespace edgefit
