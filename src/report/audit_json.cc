// The machine contract of an audit, version 1.0: docs/schema/audit.schema.json. Every key is always there, in this
// order.
#include "base/json.h"
#include "report/audit_reporters.h"

namespace edgefit {
namespace {

constexpr CheckStatus kStatuses[] = {CheckStatus::pass, CheckStatus::warn, CheckStatus::fail, CheckStatus::unknown,
                                     CheckStatus::not_applicable};

Json waiver_json(const AuditFinding& finding) {
  if (!finding.waiver) return nullptr;
  return {{"in_force", finding.waived},
          {"reason", finding.waiver->reason},
          {"owner", finding.waiver->owner},
          {"expires", finding.waiver->expires}};
}

Json finding_json(const AuditFinding& finding) {
  const AuditCheck& check = *finding.check;
  Json evidence = Json::array();
  for (const auto& entry : finding.evidence)
    evidence.push_back({{"path", entry.path}, {"status", name_of(entry.status)}, {"message", entry.text}});
  return {{"id", check.id},
          {"title", check.title},
          {"group", name_of(check.group)},
          {"severity", name_of(finding.severity)},
          {"status", name_of(finding.status)},
          {"path", finding.path},
          {"message", finding.message},
          {"why", check.why},
          {"fix", check.fix},
          {"references", references_of(check)},
          {"privilege", name_of(check.privilege)},
          {"repeat_days", check.repeat_days},
          {"waiver", waiver_json(finding)},
          {"evidence", std::move(evidence)}};
}

}  // namespace

std::string render_audit_json(const AuditView& view, const Style&) {
  const Audit& audit = view.audit;
  Json summary = Json::object();
  for (const auto status : kStatuses) summary[name_of(status)] = audit.count(status);
  summary["waived"] = waived_findings(audit).size();
  Json checks = Json::array();
  for (const auto& finding : audit.findings) checks.push_back(finding_json(finding));
  const Json report = {
      {"format", "edgefit.audit"},  {"format_version", "1.0"},           {"edgefit", EDGEFIT_VERSION},
      {"as_of", audit.as_of},       {"profile", name_of(audit.profile)}, {"mode", audit.live ? "live" : "sysroot"},
      {"stores", audit.stores},     {"exit_code", view.exit_code},       {"summary", std::move(summary)},
      {"checks", std::move(checks)}};
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit
