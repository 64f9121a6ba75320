#include "catalog/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/json.h"
#include "base/parse.h"
#include "catalog/columns.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kLongestText = 2000;
constexpr size_t kLongestList = 64;
/// No figure of the tables comes near; larger ones are mistakes of unit.
constexpr double kLargestNumber = 1e9;
constexpr double kMostParameters = 1e14;
constexpr std::string_view kHeaderKeys[] = {"format", "format_version", "rows"};
constexpr std::string_view kRuntimeKeys[] = {
    "format",         "format_version", "name",  "release",          "date",     "rules", "command",
    "fit_margin_mib", "source",         "as_of", "constant_seconds", "backends", "server"};
constexpr std::string_view kBackendKeys[] = {"backend", "memory",    "driver_reserve_fraction",
                                             "speed",   "inference", "source"};

/// Reads one file and remembers the first failure; after it every getter gives a default.
class Reader {
 public:
  Reader(const std::string& where, RowStore& store) : where_(where), store_(store) {}

  bool failed() const { return problem_.has_value(); }
  const Problem& problem() const { return *problem_; }

  void fail(std::string what, const std::string& pointer, std::string hint = {}) {
    if (!problem_) problem_ = Problem{std::move(what), fmt::format("{}, {}", where_, pointer), std::move(hint)};
  }

  /// The text at `value`, kept in the store.
  std::string_view text(const Json& value, const std::string& pointer) {
    if (!value.is_string()) return fail(tr("a text is needed here"), pointer), std::string_view{};
    const auto& raw = value.get_ref<const std::string&>();
    if (raw.empty() || raw.size() > kLongestText) {
      return fail(tr("this text is empty or too long"), pointer, tr("leave the key out when it is unknown")),
             std::string_view{};
    }
    if (printable(raw) != raw) return fail(tr("this text holds control characters"), pointer), std::string_view{};
    return store_.texts.emplace_back(raw);
  }

  double number(const Json& value, const std::string& pointer, double limit = kLargestNumber) {
    if (!value.is_number()) return fail(tr("a number is needed here"), pointer), 0.0;
    const double n = value.get<double>();
    if (!(n >= 0 && n < limit)) return fail(tr("this number is out of range"), pointer), 0.0;
    return n;
  }

  std::span<const double> list(const Json& value, const std::string& pointer) {
    if (!value.is_array() || value.size() < 2 || value.size() > kLongestList)
      return fail(tr("a list of two or more numbers is needed here"), pointer), std::span<const double>{};
    std::vector<double> numbers;
    for (const auto& item : value) numbers.push_back(number(item, fmt::format("{}/{}", pointer, numbers.size())));
    return store_.lists.emplace_back(std::move(numbers));
  }

  /// One of `words`, when there are any.
  std::string_view word(const Json& value, std::span<const std::string_view> words, const std::string& pointer) {
    const std::string_view said = text(value, pointer);
    if (failed() || words.empty() || std::find(words.begin(), words.end(), said) != words.end()) return said;
    fail(say(tr("unknown word \"{}\""), said), pointer, say(tr("one of {}"), fmt::join(words, ", ")));
    return {};
  }

  /// "2026", "2026-11" or "2026-11-23".
  std::string_view date(const Json& value, const std::string& pointer) {
    const std::string_view day = text(value, pointer);
    if (!failed() && !is_date(day)) fail(tr("a date is needed here: 2026, 2026-11 or 2026-11-23"), pointer);
    return day;
  }

  /// Fails on the first key of `object` that is not in `known`, with the nearest known one.
  template <class Keys>
  void check_keys(const Json& object, const Keys& known, const std::string& pointer) {
    if (!object.is_object()) return fail(tr("an object is needed here"), pointer);
    for (const auto& item : object.items()) {
      if (std::find(std::begin(known), std::end(known), std::string_view(item.key())) != std::end(known)) continue;
      const auto near = nearest(item.key(), std::vector<std::string_view>(std::begin(known), std::end(known)), 1);
      return fail(say(tr("unknown key \"{}\""), printable(item.key().substr(0, 80))), pointer,
                  near.empty() ? std::string() : say(tr("did you mean \"{}\"?"), near.front()));
    }
  }

  /// The value of a key that must be there; a null value after a failure.
  const Json& need(const Json& object, std::string_view key, const std::string& pointer) {
    const auto found = object.find(std::string(key));
    if (found != object.end()) return *found;
    fail(say(tr("missing key \"{}\""), key), pointer);
    return null_;
  }

 private:
  static bool is_date(std::string_view day) {
    constexpr std::string_view kShape = "dddd-dd-dd";
    if (day.size() != 4 && day.size() != 7 && day.size() != 10) return false;
    for (size_t i = 0; i < day.size(); ++i) {
      const bool digit = std::isdigit(static_cast<unsigned char>(day[i])) != 0;
      if (kShape[i] == 'd' ? !digit : day[i] != '-') return false;
    }
    return true;
  }

  const std::string& where_;
  RowStore& store_;
  std::optional<Problem> problem_;
  Json null_;
};

template <class Row, size_t N>
Row read_row(Reader& reader, const Json& object, const RowColumn<Row> (&columns)[N], const std::string& pointer) {
  Row row{};
  std::array<std::string_view, N> keys;
  std::transform(std::begin(columns), std::end(columns), keys.begin(), [](const auto& c) { return c.key; });
  reader.check_keys(object, keys, pointer);
  for (const auto& column : columns) {
    if (reader.failed()) return row;
    const auto found = object.find(std::string(column.key));
    if (found == object.end()) {
      if (column.presence == Presence::required) reader.need(object, column.key, pointer);
      continue;
    }
    const std::string at = fmt::format("{}/{}", pointer, column.key);
    if (const auto* text = std::get_if<std::string_view Row::*>(&column.member))
      row.** text = column.key == "as_of" ? reader.date(*found, at) : reader.word(*found, column.words, at);
    else if (const auto* number = std::get_if<Maybe Row::*>(&column.member))
      row.** number = reader.number(*found, at);
    else
      row.*std::get<std::span<const double> Row::*>(column.member) = reader.list(*found, at);
  }
  return row;
}

/// What a row is found by; nothing for prices, of which an item has many.
template <class Row>
std::string_view key_of(const Row& row) {
  return row.key;
}
std::string_view key_of(const RateRow& row) {
  return row.currency;
}
std::string_view key_of(const PriceRow&) {
  return {};
}

void check_currency(Reader& reader, std::string_view currency, const std::string& pointer) {
  const bool code = currency.size() == 3 &&
                    std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!reader.failed() && !code)
    reader.fail(tr("a currency is three capital letters"), pointer + "/currency", "USD, EUR, CHF, GBP");
}

/// What a row must keep beyond its columns.
template <class Row>
void check_row(Reader&, const Row&, const std::string&) {}
void check_row(Reader& reader, const PriceRow& row, const std::string& pointer) {
  check_currency(reader, row.currency, pointer);
  if (reader.failed()) return;
  if (!(*row.low > 0)) reader.fail(tr("a price is more than nothing"), pointer + "/low");
  if (*row.high < *row.low) reader.fail(tr("the high end of a price lies below its low end"), pointer + "/high");
  if (row.quantity && *row.quantity < 1) reader.fail(tr("this number is out of range"), pointer + "/quantity");
}
void check_row(Reader& reader, const RateRow& row, const std::string& pointer) {
  check_currency(reader, row.currency, pointer);
  if (!reader.failed() && !(*row.usd > 0)) reader.fail(tr("this number is out of range"), pointer + "/usd");
}

template <class Row, size_t N>
void read_table(Reader& reader, const Json& file, const RowColumn<Row> (&columns)[N], std::vector<Row>& out) {
  reader.check_keys(file, kHeaderKeys, "/");
  const Json& rows = reader.need(file, "rows", "/");
  if (!reader.failed() && !rows.is_array()) reader.fail(tr("a list is needed here"), "/rows");
  for (size_t i = 0; !reader.failed() && i < rows.size(); ++i) {
    const std::string pointer = fmt::format("/rows/{}", i);
    const Row row = read_row(reader, rows[i], columns, pointer);
    check_row(reader, row, pointer);
    const bool known = !key_of(row).empty() && std::any_of(out.begin(), out.end(), [&](const Row& other) {
      return key_of(other) == key_of(row);
    });
    if (!reader.failed() && known) reader.fail(say(tr("a second row with the key \"{}\""), key_of(row)), pointer);
    out.push_back(row);
  }
}

template <class Row, size_t N>
void read_numbers(Reader& reader, const Json& object, const NumberColumn<Row> (&columns)[N], const std::string& pointer,
                  Row& out) {
  std::array<std::string_view, N> keys;
  std::transform(std::begin(columns), std::end(columns), keys.begin(), [](const auto& c) { return c.key; });
  reader.check_keys(object, keys, pointer);
  for (const auto& column : columns) {
    if (reader.failed()) return;
    if (column.presence == Presence::optional && !object.contains(std::string(column.key))) continue;
    const Json& value = reader.need(object, column.key, pointer);
    out.*column.member = reader.number(value, fmt::format("{}/{}", pointer, column.key)) * column.scale;
  }
}

BackendProfile read_backend(Reader& reader, const Json& object, const std::string& pointer) {
  BackendProfile out{};
  reader.check_keys(object, kBackendKeys, pointer);
  if (reader.failed()) return out;
  const auto name = reader.text(reader.need(object, "backend", pointer), pointer + "/backend");
  const auto backend = find_backend(name);
  if (!backend) reader.fail(say(tr("unknown backend \"{}\""), name), pointer + "/backend");
  out.backend = backend.value_or(Backend::cpu);
  out.driver_reserve_fraction =
      reader.number(reader.need(object, "driver_reserve_fraction", pointer), pointer + "/driver_reserve_fraction");
  if (out.driver_reserve_fraction >= 1)
    reader.fail(tr("this number is out of range"), pointer + "/driver_reserve_fraction");
  out.source = reader.text(reader.need(object, "source", pointer), pointer + "/source");
  out.memory_known = object.contains("memory");
  if (out.memory_known) read_numbers(reader, object["memory"], kMemoryColumns, pointer + "/memory", out);
  out.speed_known = object.contains("speed");
  if (out.speed_known) read_numbers(reader, object["speed"], kSpeedColumns, pointer + "/speed", out);
  if (object.contains("inference"))
    read_numbers(reader, object["inference"], kInferenceColumns, pointer + "/inference", out);
  if (out.compute_efficiency_cc12 == 0) out.compute_efficiency_cc12 = out.compute_efficiency;
  return out;
}

void read_runtime(Reader& reader, const Json& file, RowStore& store) {
  reader.check_keys(file, kRuntimeKeys, "/");
  RuntimeProfile out{};
  const auto text = [&](const char* key) { return reader.text(reader.need(file, key, "/"), fmt::format("/{}", key)); };
  const auto date = [&](const char* key) { return reader.date(reader.need(file, key, "/"), fmt::format("/{}", key)); };
  out.name = text("name");
  out.release = text("release");
  out.date = date("date");
  const auto rules = find_engine_rules(text("rules"));
  if (!rules) reader.fail(tr("unknown rules"), "/rules", "llama.cpp, vllm, sglang, tensorrt-llm, onnxruntime, other");
  out.rules = rules.value_or(EngineRules::other);
  out.command = text("command");
  out.fit_margin = reader.number(reader.need(file, "fit_margin_mib", "/"), "/fit_margin_mib") * kMiB;
  out.constant_seconds = reader.number(reader.need(file, "constant_seconds", "/"), "/constant_seconds");
  out.source = text("source");
  out.as_of = date("as_of");
  const Json& list = reader.need(file, "backends", "/");
  if (!reader.failed() && !list.is_array()) reader.fail(tr("a list is needed here"), "/backends");
  std::vector<BackendProfile> backends;
  for (size_t i = 0; !reader.failed() && i < list.size(); ++i)
    backends.push_back(read_backend(reader, list[i], fmt::format("/backends/{}", i)));
  if (fills_cards(out.rules)) {
    const Json& settings = reader.need(file, "server", "/");
    if (!reader.failed()) read_numbers(reader, settings, kServerColumns, "/server", out.server);
  }
  for (const auto& other : store.runtimes)
    if (other.name == out.name && other.release == out.release)
      reader.fail(say(tr("a second profile of \"{}@{}\""), out.name, out.release), "/release");
  out.backends = store.backends.emplace_back(std::move(backends));
  store.runtimes.push_back(out);
}

/// "profiles/models/llama-3.1-8b.json" -> "llama-3.1-8b".
std::string_view stem_of(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);  // npos + 1 is 0
  return path.ends_with(".json") ? path.substr(0, path.size() - 5) : path;
}

/// Only what a row holds is judged here; read_model_profile judges the rest of the descriptor.
void read_model(Reader& reader, const Json& file, const std::string& where, RowStore& store) {
  constexpr std::string_view kHub = "https://huggingface.co/";
  const auto text = [&reader](const Json& object, const char* key, const std::string& at) {
    return reader.text(reader.need(object, key, at + "/"), fmt::format("{}/{}", at, key));
  };
  ModelProfile out{};
  out.key = store.texts.emplace_back(stem_of(where));
  if (out.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") != std::string_view::npos || out.key.empty())
    reader.fail(tr("the file of a model is named in lower case letters, digits, points and hyphens"), "/");
  out.name = text(file, "name", "");
  out.parameters = reader.number(reader.need(file, "parameters", "/"), "/parameters", kMostParameters);
  out.hub = text(reader.need(file, "lifecycle", "/"), "source_url", "/lifecycle");
  if (!reader.failed() && !out.hub.starts_with(kHub))
    reader.fail(say(tr("an address is needed here: {}..."), kHub), "/lifecycle/source_url");
  const Json& comment = reader.need(file, "comment", "/");
  out.source = text(comment, "source", "/comment");
  out.as_of = reader.date(reader.need(comment, "as_of", "/comment/"), "/comment/as_of");
  for (const auto& other : store.models)
    if (other.key == out.key) reader.fail(say(tr("a second model with the key \"{}\""), out.key), "/");
  if (reader.failed()) return;
  out.hub.remove_prefix(kHub.size());
  constexpr int kCompact = -1;
  constexpr bool kAscii = true;
  out.text = store.texts.emplace_back(file.dump(kCompact, ' ', kAscii));
  store.models.push_back(out);
}

}  // namespace

Result<Done> read_rows(std::string_view text, const std::string& where, RowStore& store) {
  const auto parsed = parse_json(text, where);
  if (!parsed) return parsed.error();
  Reader reader(where, store);
  if (!parsed->is_object()) return Problem{tr("an object is needed here"), fmt::format("{}, /", where), {}};
  const auto format = reader.text(reader.need(*parsed, "format", "/"), "/format");
  const auto version = reader.text(reader.need(*parsed, "format_version", "/"), "/format_version");
  if (!reader.failed() && version.substr(0, 2) != "1.")
    reader.fail(say(tr("this edgefit cannot read format version {}"), version), "/format_version");
  if (reader.failed()) return reader.problem();
  if (format == "edgefit.accelerators")
    read_table(reader, *parsed, kAcceleratorColumns, store.accelerators);
  else if (format == "edgefit.cpus")
    read_table(reader, *parsed, kCpuColumns, store.cpus);
  else if (format == "edgefit.systems")
    read_table(reader, *parsed, kSystemColumns, store.systems);
  else if (format == "edgefit.parts")
    read_table(reader, *parsed, kPartColumns, store.parts);
  else if (format == "edgefit.prices")
    read_table(reader, *parsed, kPriceColumns, store.prices);
  else if (format == "edgefit.rates")
    read_table(reader, *parsed, kRateColumns, store.rates);
  else if (format == "edgefit.runtime")
    read_runtime(reader, *parsed, store);
  else if (format == "edgefit.model")
    read_model(reader, *parsed, where, store);
  else
    reader.fail(say(tr("this is no catalog file but \"{}\""), format), "/format");
  if (reader.failed()) return reader.problem();
  return Done{};
}

std::string_view newest(const RowStore& store) {
  std::string_view date;
  const auto see = [&](const auto& rows) {
    for (const auto& row : rows) date = std::max(date, row.as_of);
  };
  see(store.accelerators);
  see(store.cpus);
  see(store.systems);
  see(store.parts);
  see(store.prices);
  see(store.rates);
  see(store.runtimes);
  see(store.models);
  return date;
}

}  // namespace edgefit
