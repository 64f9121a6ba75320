// From a JSON report of edgefit to the record that is kept of it: statuses, the figures that criteria ask for, and what
// they are about. The report itself stays where -o put it; the record holds its checksum.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/days.h"
#include "base/json.h"
#include "base/parse.h"
#include "base/sha256.h"
#include "edgefit/evidence.h"
#include "edgefit/text.h"
#include "evidence/json_facts.h"

namespace edgefit {
namespace {

constexpr size_t kMostParts = 10000;

CheckStatus status_of(std::string_view word) {
  for (const auto status : {CheckStatus::pass, CheckStatus::warn, CheckStatus::fail, CheckStatus::not_applicable})
    if (word == name_of(status)) return status;
  return CheckStatus::unknown;
}

/// Of what a report says of a model. Two models that differ in none of these are told apart by nothing in it.
std::string model_digest(const Json& model) {
  Json known = Json::object();
  for (const char* key : {"name", "architecture", "parameters", "active_parameters", "weight_bytes", "precision"})
    known[key] = member(model, key);
  Sha256 sum;
  sum.add(known.dump(-1, ' ', false, Json::error_handler_t::replace));
  return sum.finish();
}

void add_model(const Json& report, Evidence& record) {
  const Json& model = member(report, "model");
  if (!model.is_object()) return;
  record.subject["model"] = model_digest(model);
  record.facts["model"] = bounded(text_at(model, "name") + " " + text_at(model, "precision"));
}

void add_checks(const Json& report, const char* key, Evidence& record) {
  for (const auto& check : items(member(report, key))) {
    EvidenceResult result;
    result.id = bounded(text_at(check, "id"));
    const std::string word = text_at(check, "status");
    result.status = status_of(word.empty() ? text_at(check, "verdict") : word);
    const std::string path = text_at(check, "path"), message = text_at(check, "message");
    result.text = bounded(path.empty() || path == "/" ? message : path + ": " + message);
    const Json& waiver = member(check, "waiver");
    if (waiver.is_object() && member(waiver, "in_force") == true) result.waived_until = text_at(waiver, "expires");
    if (!result.waived_until.empty() && !parse_day(result.waived_until)) result.waived_until.clear();
    if (!result.id.empty()) record.results.push_back(std::move(result));
  }
}

/// What is left of the fullest pool: a share, after what is needed without its margin of error.
void add_memory_margin(const Json& report, Evidence& record) {
  double least = 1;
  bool known = false;
  for (const auto& pool : items(member(report, "memory"))) {
    const auto need = number_at(member(pool, "need"), "value"), have = number_at(pool, "have");
    if (!need || *need <= 0) continue;
    if (!have || *have <= 0) return;  // one pool of unknown size: no margin can be told
    least = std::min(least, 1 - *need / *have);
    known = true;
  }
  if (known) record.metrics["memory_margin"] = least;
}

Result<Evidence> from_assessment(const Json& report, Evidence record) {
  record.kind = EvidenceKind::plan;
  record.facts["verdict"] = bounded(text_at(report, "verdict"));
  record.facts["runtime"] =
      bounded(text_at(member(report, "runtime"), "name") + " " + text_at(member(report, "runtime"), "release"));
  add_model(report, record);
  add_checks(report, "checks", record);
  add_memory_margin(report, record);
  double goals = 0;
  for (const auto& check : items(member(report, "checks")))
    if (text_at(check, "title").starts_with("Goal: ") && text_at(check, "verdict") != "not_applicable") ++goals;
  record.metrics["goals"] = goals;
  // The box as it is counts where it does.
  const std::string verdict = text_at(report, "verdict");
  record.metrics["alternatives"] =
      static_cast<double>(items(member(report, "options")).size()) + (verdict == "ready" || verdict == "tight" ? 1 : 0);
  const Json& speed = member(report, "speed");
  for (const char* key : {"decode_tokens_per_second", "time_to_first_token_seconds"})
    if (const auto value = number_at(member(speed, key), "value")) record.metrics[key] = *value;
  return record;
}

Result<Evidence> from_audit(const Json& report, Evidence record) {
  record.kind = EvidenceKind::audit;
  for (const char* key : {"profile", "mode"}) record.facts[key] = bounded(text_at(report, key));
  add_checks(report, "checks", record);
  return record;
}

/// A fact of host.json: {"v": ..., "src": ...}, as text; empty when it is unknown.
std::string fact_at(const Json& json, const char* key) {
  const Json& fact = member(json, key);
  return bounded(plain_text(fact.is_object() ? member(fact, "v") : fact));
}

void keep(std::map<std::string, std::string>& map, const std::string& key, const std::string& value) {
  if (!value.empty()) map[key] = value;
}

void add_gpus(const Json& report, Evidence& record) {
  size_t index = 0;
  std::string drivers;
  for (const auto& gpu : items(member(report, "gpus"))) {
    const std::string id = fmt::format("gpu{}", index++);
    keep(record.hardware, id, fact_at(gpu, "name"));
    keep(record.hardware, id + "_memory_bytes", fact_at(gpu, "vram_total"));
    keep(record.hardware, id + "_pcie_width", fact_at(member(gpu, "pcie"), "width_max"));
    const std::string driver = fact_at(gpu, "driver");
    if (!driver.empty() && drivers.find(driver) == std::string::npos) drivers += (drivers.empty() ? "" : ", ") + driver;
  }
  record.hardware["gpus"] = std::to_string(index);
  keep(record.subject, "driver", bounded(drivers));
}

Result<Evidence> from_host(const Json& report, Evidence record) {
  record.kind = EvidenceKind::inventory;
  const Json &cpu = member(report, "cpu"), &memory = member(report, "memory");
  keep(record.hardware, "cpu", fact_at(cpu, "model"));
  const std::string present = fact_at(cpu, "present_cores");
  keep(record.hardware, "cores", present.empty() ? fact_at(cpu, "cores") : present);
  const std::string installed = fact_at(memory, "installed");
  keep(record.hardware, "memory_bytes", installed.empty() ? fact_at(memory, "os_total") : installed);
  keep(record.hardware, "memory_channels", fact_at(memory, "channels"));
  for (const auto& disk : items(member(report, "storage"))) {
    keep(record.hardware, "storage", fact_at(disk, "kind"));
    break;
  }
  add_gpus(report, record);
  keep(record.subject, "kernel", fact_at(member(report, "os"), "kernel"));
  Sha256 sum;
  for (const auto& [key, value] : record.hardware) sum.add(key + "=" + value + "\n");
  record.subject["inventory"] = sum.finish();
  const Json& taken = member(report, "taken");
  keep(record.facts, "mode", bounded(text_at(taken, "mode")));
  record.as_of = text_at(taken, "utc").substr(0, 10);
  return record;
}

/// What the server says that it serves; two models that it describes alike are not told apart.
std::string served_digest(const Json& server) {
  Json known = Json::object();
  for (const char* key : {"model", "model_path", "digest", "quantization", "model_bytes", "template_sha256"})
    known[key] = member(server, key);
  Sha256 sum;
  sum.add(known.dump(-1, ' ', false, Json::error_handler_t::replace));
  return sum.finish();
}

/// Times by their medians, shares as they are. `users` marks a run with the planned load, `soak_minutes` one that
/// lasted.
void add_load(const Json& load, Evidence& record) {
  const Json& plan = member(load, "plan");
  const std::string shape = text_at(plan, "shape");
  if (shape.empty()) return;
  record.facts["shape"] = bounded(shape);
  for (const char* key : {"ttft_seconds", "tpot_seconds", "latency_seconds"})
    if (const auto median = number_at(member(load, key), "median")) record.metrics[key] = *median;
  for (const char* key : {"share_in_time", "tokens_per_second"})
    if (const auto value = number_at(load, key)) record.metrics[key] = *value;
  const auto users = number_at(plan, "users"), wall = number_at(load, "wall_seconds");
  if (users && (shape == "users" || shape == "open")) record.metrics["users"] = *users;
  if (wall && shape == "soak") record.metrics["soak_minutes"] = *wall / 60;
}

/// The gate of the golden cases and that of the critical ones among them, which no share of others makes up for.
void add_golden(const Json& golden, Evidence& record) {
  if (!golden.is_object()) return;
  keep(record.subject, "golden", bounded(text_at(golden, "sha256")));
  for (const char* key : {"total", "passed"})
    if (const auto value = number_at(golden, key)) record.metrics[std::string("golden_") + key] = *value;
  const bool cut_short = member(golden, "interrupted") == true;
  record.results.push_back(
      {"golden", cut_short ? CheckStatus::unknown : status_of(text_at(golden, "status")), "", "", ""});
  const auto &failed = items(member(golden, "critical_failed")), &unknown = items(member(golden, "critical_unknown"));
  const auto& cases = items(member(golden, "cases"));
  const bool any =
      std::any_of(cases.begin(), cases.end(), [](const Json& one) { return member(one, "critical") == true; });
  if (!any && failed.empty() && unknown.empty()) return;
  const bool open = cut_short || !unknown.empty();
  record.results.push_back({"critical",
                            !failed.empty() ? CheckStatus::fail
                            : open          ? CheckStatus::unknown
                                            : CheckStatus::pass,
                            bounded(plain_text(failed.empty() ? unknown : failed)), "", ""});
}

/// Slower than predicted fails; with a cause that was found it is explained and warns.
void add_prediction(const Json& prediction, Evidence& record) {
  if (!prediction.is_object()) return;
  auto status = status_of(text_at(prediction, "status"));
  std::string causes;
  for (const auto& cause : items(member(prediction, "causes")))
    causes += (causes.empty() ? "" : ", ") + text_at(cause, "id");
  if (status == CheckStatus::fail && !causes.empty()) status = CheckStatus::warn;
  record.results.push_back({"prediction", status, bounded(causes), "", ""});
  for (const auto& figure : items(member(prediction, "figures")))
    if (const auto speed = number_at(figure, "speed"))
      record.metrics[bounded("measured_over_predicted " + text_at(figure, "id"))] = *speed;
}

Result<Evidence> from_verification(const Json& report, Evidence record) {
  record.kind = EvidenceKind::verify;
  const Json& server = member(report, "server");
  record.subject["served"] = served_digest(server);
  keep(record.subject, "server", bounded(text_at(server, "kind") + " " + text_at(server, "version")));
  keep(record.facts, "status", bounded(text_at(report, "status")));
  add_load(member(report, "load"), record);
  add_checks(report, "checks", record);
  add_golden(member(report, "golden"), record);
  add_prediction(member(report, "prediction"), record);
  // A gate that was not asked for proves nothing, and must not stand in for an earlier run that did ask.
  std::erase_if(record.results,
                [](const EvidenceResult& result) { return result.status == CheckStatus::not_applicable; });
  return record;
}

/// Answers kept for later comparison: that there are some is what a plan asks for.
Result<Evidence> from_baseline(const Json& report, Evidence record) {
  record.kind = EvidenceKind::import;
  record.topic = "baseline";
  record.as_of = text_at(report, "created");
  record.metrics["baseline_cases"] = static_cast<double>(items(member(report, "cases")).size());
  keep(record.subject, "golden", bounded(text_at(report, "golden_sha256")));
  return record;
}

struct ReportForm {
  std::string_view format;
  Result<Evidence> (*read)(const Json&, Evidence);
};
constexpr std::array kForms = {
    ReportForm{"edgefit.assessment", from_assessment},
    ReportForm{"edgefit.audit", from_audit},
    ReportForm{"edgefit.host", from_host},
    ReportForm{"edgefit.verify", from_verification},
    ReportForm{"edgefit.golden_baseline", from_baseline},
};

}  // namespace

Result<Evidence> evidence_of_report(std::string_view json, const std::string& where) {
  const auto report = parse_json(json, where);
  if (!report) return report.error();
  const std::string format = text_at(*report, "format");
  const auto* const form =
      std::find_if(kForms.begin(), kForms.end(), [&format](const ReportForm& row) { return row.format == format; });
  if (form == kForms.end())
    return Problem{tr("this report is of no kind that is kept as evidence"), where,
                   tr("-o FILE.json of assess, plan, probe, audit and verify is")};
  Evidence record;
  record.as_of = text_at(*report, "as_of");
  Sha256 sum;
  sum.add(json);
  record.report_sha256 = sum.finish();
  auto made = form->read(*report, std::move(record));
  if (!made) return made.error();
  if (made->results.size() > kMostParts || made->hardware.size() > kMostParts)
    return Problem{tr("this report has too many parts"), where, ""};
  if (!made->as_of.empty() && !parse_day(made->as_of))
    return Problem{say(tr("'{}' is not a date"), printable(made->as_of)), where, tr("write it as 2026-11-23")};
  return made;
}

}  // namespace edgefit
