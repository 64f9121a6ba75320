// One record as JSON and back. Files of the store may have been written by anybody: sizes, types and dates are checked.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/days.h"
#include "base/json.h"
#include "base/parse.h"
#include "edgefit/evidence.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kFormat = "edgefit.evidence";
constexpr size_t kMostText = 4096, kMostEntries = 20000;
constexpr std::array kKinds = {"start", "inventory", "plan", "audit", "verify", "attest", "import", "calendar"};
constexpr std::array kStatuses = {CheckStatus::pass, CheckStatus::warn, CheckStatus::fail, CheckStatus::unknown,
                                  CheckStatus::not_applicable};

using Texts = std::map<std::string, std::string>;

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

template <class Map>
Json object_of(const Map& map) {
  Json out = Json::object();
  for (const auto& [key, value] : map) out[key] = value;
  return out;
}

Json results_json(const std::vector<EvidenceResult>& results) {
  Json out = Json::array();
  for (const auto& result : results)
    out.push_back({{"id", result.id},
                   {"status", name_of(result.status)},
                   {"text", result.text},
                   {"since", or_null(result.since)},
                   {"waived_until", or_null(result.waived_until)}});
  return out;
}

/// Reads the keys of one object; the first that is wrong is remembered.
class Reader {
 public:
  Reader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

  const std::optional<Problem>& problem() const { return problem_; }

  void text(const char* key, std::string& out, bool needed = false) {
    const auto at = json_.find(key);
    if (at == json_.end() || at->is_null()) {
      if (needed) wrong(key);
      return;
    }
    if (!at->is_string() || at->get_ref<const std::string&>().size() > kMostText) return wrong(key);
    out = at->get<std::string>();
  }
  void day(const char* key, std::string& out, bool needed = false) {
    text(key, out, needed);
    if (!problem_ && !out.empty() && !parse_day(out)) wrong(key);
  }
  void texts(const char* key, Texts& out) {
    each(key, [&](const std::string& name, const Json& value) {
      if (!value.is_string() || value.get_ref<const std::string&>().size() > kMostText) return wrong(key);
      out[name] = value.get<std::string>();
    });
  }
  void days(const char* key, Texts& out) {
    texts(key, out);
    for (const auto& [name, value] : out)
      if (!parse_day(value)) wrong(key);
  }
  void numbers(const char* key, std::map<std::string, double>& out) {
    each(key, [&](const std::string& name, const Json& value) {
      if (!value.is_number() || !std::isfinite(value.get<double>())) return wrong(key);
      out[name] = value.get<double>();
    });
  }
  void lists(const char* key, std::map<std::string, std::vector<std::string>>& out) {
    each(key, [&](const std::string& name, const Json& value) {
      if (!value.is_array() || value.size() > kMostEntries) return wrong(key);
      for (const auto& entry : value) {
        if (!entry.is_string() || entry.get_ref<const std::string&>().size() > kMostText) return wrong(key);
        out[name].push_back(entry.get<std::string>());
      }
    });
  }
  void number(const char* key, uint64_t& out) {
    const auto at = json_.find(key);
    if (at == json_.end() || !at->is_number_unsigned()) return wrong(key);
    out = at->get<uint64_t>();
  }
  void wrong(const char* key) {
    if (!problem_) problem_ = Problem{say(tr("'{}' of this record is missing or no such value"), key), where_, ""};
  }

 private:
  template <class Visit>
  void each(const char* key, Visit visit) {
    const auto at = json_.find(key);
    if (at == json_.end() || !at->is_object() || at->size() > kMostEntries) return wrong(key);
    for (const auto& [name, value] : at->items()) {
      if (name.empty() || name.size() > kMostText) return wrong(key);
      visit(name, value);
    }
  }

  const Json& json_;
  std::string where_;
  std::optional<Problem> problem_;
};

std::optional<CheckStatus> find_status(std::string_view name) {
  for (const auto status : kStatuses)
    if (name == name_of(status)) return status;
  return std::nullopt;
}

void read_results(const Json& json, const std::string& where, Reader& record, std::vector<EvidenceResult>& out) {
  const auto list = json.find("results");
  if (list == json.end() || !list->is_array() || list->size() > kMostEntries) return record.wrong("results");
  for (const auto& entry : *list) {
    if (!entry.is_object()) return record.wrong("results");
    EvidenceResult result;
    std::string status;
    Reader reader(entry, where);
    reader.text("id", result.id, true);
    reader.text("status", status, true);
    reader.text("text", result.text);
    reader.day("since", result.since);
    reader.day("waived_until", result.waived_until);
    const auto known = find_status(status);
    if (reader.problem() || !known) return record.wrong("results");
    result.status = *known;
    out.push_back(std::move(result));
  }
}

}  // namespace

const char* name_of(EvidenceKind kind) {
  return kKinds[static_cast<size_t>(kind)];
}

std::optional<EvidenceKind> find_evidence_kind(std::string_view name) {
  const auto* const at = std::find(kKinds.begin(), kKinds.end(), name);
  if (at == kKinds.end()) return std::nullopt;
  return static_cast<EvidenceKind>(at - kKinds.begin());
}

std::string topic_of(EvidenceKind kind, std::string_view topic) {
  return topic.empty() ? name_of(kind) : fmt::format("{}/{}", name_of(kind), topic);
}

std::string topic_of(const Evidence& record) {
  return topic_of(record.kind, record.topic);
}

std::string write_evidence_json(const Evidence& record) {
  const Json json = {{"format", kFormat},
                     {"format_version", "1.0"},
                     {"number", record.number},
                     {"kind", name_of(record.kind)},
                     {"topic", or_null(record.topic)},
                     {"created", record.created},
                     {"as_of", record.as_of},
                     {"tool", record.tool},
                     {"host", or_null(record.host)},
                     {"valid_until", or_null(record.valid_until)},
                     {"by", or_null(record.by)},
                     {"note", or_null(record.note)},
                     {"document", or_null(record.document)},
                     {"document_sha256", or_null(record.document_sha256)},
                     {"report_sha256", or_null(record.report_sha256)},
                     {"subject", object_of(record.subject)},
                     {"hardware", object_of(record.hardware)},
                     {"facts", object_of(record.facts)},
                     {"metrics", object_of(record.metrics)},
                     {"dates", object_of(record.dates)},
                     {"lists", object_of(record.lists)},
                     {"results", results_json(record.results)},
                     {"prev", or_null(record.prev)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Evidence> read_evidence_json(std::string_view text, const std::string& where) {
  const auto json = parse_json(text, where, {8, 400'000});
  if (!json) return json.error();
  if (!json->is_object() || json->value("format", Json()) != kFormat)
    return Problem{tr("this is no record of evidence"), where, ""};
  const auto version = json->value("format_version", Json());
  if (!version.is_string() || !version.get_ref<const std::string&>().starts_with("1."))
    return Problem{tr("this record is of another version of the format"), where, tr("use a newer edgefit")};
  Evidence record;
  std::string kind;
  Reader reader(*json, where);
  reader.number("number", record.number);
  reader.text("kind", kind, true);
  reader.text("topic", record.topic);
  reader.text("created", record.created, true);
  reader.day("as_of", record.as_of, true);
  reader.text("tool", record.tool, true);
  reader.text("host", record.host);
  reader.day("valid_until", record.valid_until);
  reader.text("by", record.by);
  reader.text("note", record.note);
  reader.text("document", record.document);
  reader.text("document_sha256", record.document_sha256);
  reader.text("report_sha256", record.report_sha256);
  reader.texts("subject", record.subject);
  reader.texts("hardware", record.hardware);
  reader.texts("facts", record.facts);
  reader.numbers("metrics", record.metrics);
  reader.days("dates", record.dates);
  reader.lists("lists", record.lists);
  reader.text("prev", record.prev);
  read_results(*json, where, reader, record.results);
  const auto known = find_evidence_kind(kind);
  if (!known) reader.wrong("kind");
  if (record.created.size() != 20 || !parse_day(record.created.substr(0, 10))) reader.wrong("created");
  if (reader.problem()) return *reader.problem();
  record.kind = *known;
  return record;
}

}  // namespace edgefit
