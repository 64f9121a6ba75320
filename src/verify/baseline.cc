// The states of a golden run kept for the next one, and the two compared case by case.
#include <fmt/format.h>

#include <array>
#include <map>

#include "base/json.h"
#include "base/parse.h"
#include "edgefit/golden.h"
#include "edgefit/text.h"
#include "verify/statistics.h"

namespace edgefit {
namespace {

constexpr std::string_view kFormat = "edgefit.golden_baseline";
constexpr size_t kMostEntries = 10'000;

struct SubjectField {
  const char* key;
  std::string GoldenSubject::*member;
};
constexpr std::array kSubject = {
    SubjectField{"model", &GoldenSubject::model},
    SubjectField{"model_digest", &GoldenSubject::model_digest},
    SubjectField{"server", &GoldenSubject::server},
    SubjectField{"template_sha256", &GoldenSubject::template_sha256},
};
constexpr GoldenState kStates[] = {GoldenState::pass, GoldenState::fail, GoldenState::flaky, GoldenState::unknown};

std::optional<GoldenState> find_state(std::string_view name) {
  for (const auto state : kStates)
    if (name == name_of(state)) return state;
  return std::nullopt;
}

Result<GoldenBaseline::Entry> entry_of(const Json& json, const std::string& where) {
  const std::string id = text_at(json, "id"), digest = text_at(json, "digest");
  const auto state = find_state(text_at(json, "state"));
  if (id.empty() || digest.empty() || !state)
    return Problem{tr("a case has no id, digest or state that is understood"), where, {}};
  return GoldenBaseline::Entry{id, digest, *state};
}

}  // namespace

std::string write_golden_baseline(const GoldenRun& run, const GoldenSubject& subject, const std::string& date) {
  Json of = Json::object(), cases = Json::array();
  for (const auto& field : kSubject) {
    const auto& text = subject.*(field.member);
    of[field.key] = text.empty() ? Json(nullptr) : Json(text);
  }
  for (const auto& result : run.results)
    cases.push_back({{"id", result.id}, {"digest", result.digest}, {"state", name_of(result.state)}});
  const Json out = {{"format", kFormat},           {"format_version", "1.0"}, {"created", date},
                    {"golden_sha256", run.sha256}, {"repeats", run.repeats},  {"subject", std::move(of)},
                    {"cases", std::move(cases)}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<GoldenBaseline> read_golden_baseline(std::string_view text, const std::string& where) {
  const auto json = parse_json(text, where);
  if (!json) return json.error();
  const std::string hint = tr("edgefit verify --golden FILE --save-baseline FILE writes one");
  if (text_at(*json, "format") != kFormat)
    return Problem{say(tr("this is no baseline: \"format\" is not \"{}\""), kFormat), where, hint};
  if (!text_at(*json, "format_version").starts_with("1."))
    return Problem{tr("this baseline needs another edgefit: \"format_version\" is not 1.x"), where, hint};
  GoldenBaseline out;
  out.created = text_at(*json, "created");
  out.golden_sha256 = text_at(*json, "golden_sha256");
  for (const auto& field : kSubject) out.subject.*(field.member) = text_at(member(*json, "subject"), field.key);
  const Json& cases = member(*json, "cases");
  if (!cases.is_array() || cases.size() > kMostEntries)
    return Problem{tr("this baseline has no list of cases"), where, hint};
  std::map<std::string, bool> seen;
  for (const auto& item : cases) {
    auto entry = entry_of(item, where);
    if (!entry) return entry.error();
    if (!seen.emplace(entry->id, true).second)
      return Problem{say(tr("the id '{}' stands there twice"), printable(entry->id)), where, hint};
    out.entries.push_back(std::move(*entry));
  }
  return out;
}

GoldenComparison compare(const GoldenRun& run, const GoldenSubject& subject, const GoldenBaseline& baseline) {
  GoldenComparison out;
  out.created = baseline.created;
  out.before = baseline.subject;
  std::map<std::string_view, const GoldenBaseline::Entry*> before;
  for (const auto& entry : baseline.entries) before[entry.id] = &entry;
  for (const auto& result : run.results) {
    const auto at = before.find(result.id);
    if (at == before.end()) {
      ++out.added;
      continue;
    }
    const GoldenBaseline::Entry& was = *at->second;
    before.erase(at);
    if (was.digest != result.digest) {
      ++out.changed;
      continue;
    }
    ++out.paired;
    if (was.state == GoldenState::unknown || result.state == GoldenState::unknown) {
      ++out.undecided;
      continue;
    }
    const bool passed = was.state == GoldenState::pass, passes = result.state == GoldenState::pass;
    if (passed && !passes) out.broken.push_back(result.id);
    if (!passed && passes) out.mended.push_back(result.id);
  }
  out.gone = before.size();
  out.p = mcnemar_one_sided(out.broken.size(), out.mended.size());
  out.alarm = out.p < kAlarm;
  for (const auto& field : kSubject)
    if (subject.*(field.member) != baseline.subject.*(field.member)) out.moved.emplace_back(field.key);
  return out;
}

}  // namespace edgefit
