// The machine contract of a roadmap, version 1.0: docs/schema/roadmap.schema.json. Every key is always there, in this
// order.
#include "base/json.h"
#include "base/parse.h"
#include "report/roadmap_reporters.h"

namespace edgefit {
namespace {

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json waiver_json(const CriterionAnswer& answer) {
  if (!answer.waiver) return nullptr;
  return {{"in_force", answer.state == CriterionState::waived},
          {"reason", answer.waiver->reason},
          {"owner", answer.waiver->owner},
          {"expires", answer.waiver->expires}};
}

Json list_json(std::string_view text, char separator) {
  Json list = Json::array();
  for (const auto part : split(text, separator)) list.push_back(part);
  return list;
}

Json criterion_json(const CriterionAnswer& answer) {
  const Criterion& row = *answer.criterion;
  return {{"id", row.id},
          {"title", row.title},
          {"state", name_of(answer.state)},
          {"why", or_null(answer.why)},
          {"records", answer.records},
          {"proven", or_null(answer.proven)},
          {"blocked_by", answer.blocked_by},
          {"overdue_days", answer.overdue_days},
          {"waiver", waiver_json(answer)},
          {"minutes", row.minutes},
          {"command", row.command},
          {"references", list_json(row.references, ',')}};
}

Json phase_json(const PhaseAnswer& answer) {
  Json criteria = Json::array();
  for (const auto& one : answer.criteria) criteria.push_back(criterion_json(one));
  return {{"number", answer.phase->number},
          {"key", answer.phase->key},
          {"title", answer.phase->title},
          {"start", answer.start},
          {"end", answer.end},
          {"owner", or_null(answer.owner)},
          {"state", name_of(answer.state)},
          {"overdue_days", answer.overdue_days},
          {"criteria", std::move(criteria)}};
}

Json upkeep_json(const std::vector<UpkeepAnswer>& all) {
  Json list = Json::array();
  for (const auto& answer : all)
    list.push_back({{"id", answer.upkeep->id},
                    {"title", answer.upkeep->title},
                    {"days", answer.upkeep->days},
                    {"last", or_null(answer.last)},
                    {"due", answer.due},
                    {"overdue_days", answer.overdue_days},
                    {"first", answer.first},
                    {"command", answer.upkeep->command}});
  return list;
}

Json records_json(const std::vector<Evidence>& records) {
  Json list = Json::array();
  for (const auto& record : records)
    list.push_back({{"number", record.number},
                    {"kind", name_of(record.kind)},
                    {"topic", or_null(record.topic)},
                    {"as_of", record.as_of},
                    {"created", record.created},
                    {"by", or_null(record.by)},
                    {"valid_until", or_null(record.valid_until)},
                    {"sha256", record.sha256}});
  return list;
}

Json next_json(const std::vector<NextStep>& steps) {
  Json list = Json::array();
  for (const auto& step : steps)
    list.push_back({{"id", step.answer.criterion->id},
                    {"title", step.answer.criterion->title},
                    {"minutes", step.answer.criterion->minutes},
                    {"unblocks", step.unblocks},
                    {"command", step.answer.criterion->command}});
  return list;
}

}  // namespace

std::string render_roadmap_json(const Roadmap& roadmap, const Style&) {
  Json summary = Json::object(), phases = Json::array(), gaps = Json::array();
  for (const auto state : kCriterionStates) summary[name_of(state)] = roadmap.count(state);
  for (const auto& phase : roadmap.phases) phases.push_back(phase_json(phase));
  for (const auto& gap : roadmap.gaps)
    gaps.push_back({{"number", gap.number}, {"topic", or_null(gap.topic)}, {"text", gap.text}});
  const Json report = {{"format", "edgefit.roadmap"},
                       {"format_version", "1.0"},
                       {"edgefit", EDGEFIT_VERSION},
                       {"as_of", roadmap.options.as_of},
                       {"start", roadmap.phases.front().start},
                       {"end", roadmap.phases.back().end},
                       {"calendar", roadmap.options.working_days ? "working" : "all"},
                       {"exit_code", exit_code_of(roadmap)},
                       {"summary", std::move(summary)},
                       {"phases", std::move(phases)},
                       {"upkeep", upkeep_json(roadmap.upkeep)},
                       {"next", next_json(roadmap.next)},
                       {"records", records_json(roadmap.records)},
                       {"gaps", std::move(gaps)},
                       {"head", or_null(roadmap.head)},
                       {"warnings", roadmap.warnings}};
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit
