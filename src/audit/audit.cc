#include "edgefit/audit.h"

#include <algorithm>
#include <array>
#include <utility>

#include "audit/checks.h"
#include "audit/lifetimes.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

using Group = std::span<const Check> (*)();
constexpr Group kGroups[] = {encryption_checks, boot_checks, update_checks,   model_checks,    network_checks,
                             service_checks,    gpu_checks,  hardware_checks, operation_checks};

const std::vector<const Check*>& all_checks() {
  static const std::vector<const Check*> kAll = [] {
    std::vector<const Check*> all;
    for (const auto group : kGroups)
      for (const auto& check : group()) all.push_back(&check);
    return all;
  }();
  return kAll;
}

/// Worse first: what fails, then what nobody knows, then what warns.
int rank(CheckStatus status) {
  constexpr std::array kRanks = {3, 2, 0, 1, 4};  // pass warn fail unknown not_applicable
  return kRanks.at(static_cast<size_t>(status));
}

/// What a status counts as in this profile: only a broken rule of high severity fails.
CheckStatus weighed(CheckStatus status, Severity severity) {
  return status == CheckStatus::fail && severity != Severity::high ? CheckStatus::warn : status;
}

void apply_waiver(AuditFinding& finding, const std::vector<Waiver>& waivers, const std::string& as_of) {
  const auto at =
      std::find_if(waivers.begin(), waivers.end(), [&](const Waiver& w) { return w.check == finding.check->id; });
  if (at == waivers.end()) return;
  finding.waiver = *at;
  if (finding.status == CheckStatus::pass || finding.status == CheckStatus::not_applicable) return;
  finding.waived = as_of <= at->expires;
  if (finding.waived) return;
  finding.status = CheckStatus::fail;
  finding.message = say(tr("waived until {} by {}: {}"), at->expires, at->owner, finding.message);
}

AuditFinding judge(const Check& check, const Scene& scene) {
  AuditFinding finding;
  finding.check = &check.about;
  finding.severity = severity_of(check.about, scene.options.profile);
  finding.evidence = check.run(scene);
  for (auto& entry : finding.evidence) entry.status = weighed(entry.status, finding.severity);
  std::stable_sort(finding.evidence.begin(), finding.evidence.end(),
                   [](const AuditEvidence& a, const AuditEvidence& b) { return rank(a.status) < rank(b.status); });
  const auto& worst = finding.evidence.front();
  finding.status = worst.status;
  finding.path = worst.path;
  finding.message = worst.text;
  if (finding.status != CheckStatus::pass && finding.status != CheckStatus::not_applicable)
    finding.fix = tr(check.about.fix);
  apply_waiver(finding, scene.options.waivers, scene.options.as_of);
  return finding;
}

bool is_asked(const AuditOptions& options, std::string_view id) {
  return options.only.empty() || std::any_of(options.only.begin(), options.only.end(),
                                             [id](const std::string& pattern) { return matches(id, pattern); });
}

Result<Done> check_question(const Box& box, const AuditOptions& options) {
  if (!parse_day(options.as_of))
    return Problem{say(tr("'{}' is not a date"), options.as_of), "--as-of", tr("write it as 2026-11-23")};
  if (newest_day(options.advisories) > options.as_of)
    return Problem{tr("an advisory is dated after the day of this report"), "--advisories",
                   tr("correct its as_of, or say a later --as-of")};
  for (const auto* folders : {&options.stores, &options.data})
    for (const auto& path : *folders) {
      const char* flag = folders == &options.stores ? "--store " : "--data ";
      if (!path.starts_with("/"))
        return Problem{tr("this path is not absolute"), flag + printable(path), tr("begin it with /")};
      if (box.access(path) == Access::absent)
        return Problem{tr("no such folder"), flag + printable(path), tr("check the spelling")};
    }
  for (const auto& pattern : options.only) {
    const auto all = audit_checks();
    if (std::none_of(all.begin(), all.end(), [&](const AuditCheck* c) { return matches(c->id, pattern); }))
      return Problem{say(tr("no check is called '{}'"), pattern), "--only", tr("edgefit audit --list names them")};
  }
  return Done{};
}

}  // namespace

std::span<const AuditCheck* const> audit_checks() {
  static const std::vector<const AuditCheck*> kAll = [] {
    std::vector<const AuditCheck*> all;
    for (const auto* check : all_checks()) all.push_back(&check->about);
    return all;
  }();
  return kAll;
}

const AuditCheck* find_audit_check(std::string_view id) {
  const auto all = audit_checks();
  const auto at = std::find_if(all.begin(), all.end(),
                               [id](const AuditCheck* check) { return equals_ignoring_case(check->id, id); });
  return at == all.end() ? nullptr : *at;
}

struct Auditor::State {
  explicit State(AuditOptions given) : options(std::move(given)), box(options.sysroot) {}
  AuditOptions options;
  Box box;
};

Auditor::Auditor(AuditOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Auditor::~Auditor() = default;
Auditor::Auditor(Auditor&&) noexcept = default;
Auditor& Auditor::operator=(Auditor&&) noexcept = default;

Result<Audit> Auditor::run() {
  const auto& options = state_->options;
  if (const auto good = check_question(state_->box, options); !good) return good.error();
  const Scene scene = make_scene(state_->box, options);
  Audit audit{options.as_of, options.profile, state_->box.live(), scene.stores, {}};
  for (const auto* check : all_checks())
    if (is_asked(options, check->about.id)) audit.findings.push_back(judge(*check, scene));
  return audit;
}

Result<std::vector<std::string>> Auditor::write_manifests() const {
  const auto& options = state_->options;
  if (!state_->box.live())
    return Problem{tr("only the live box takes a manifest"), "--write-manifest", tr("leave out --sysroot")};
  std::vector<Store> stores;
  double bytes = 0;
  for (const auto& path : *state_->box.note("stores")) {
    stores.push_back(read_store(state_->box, path));
    bytes += weight_bytes(stores.back());
  }
  const auto count_bytes = byte_counter(options, bytes);
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& store : stores) {
    auto text = write_manifest(state_->box, store, options.as_of, count_bytes);
    if (!text) return text.error();
    texts.emplace_back(store.path + "/" + kManifestName, std::move(*text));
  }
  std::vector<std::string> written;
  for (const auto& [path, text] : texts) {
    if (auto done = replace_file(path, text); !done) return done.error();
    written.push_back(path);
  }
  if (written.empty())
    return Problem{tr("no folder of models is known here"), "--write-manifest", tr("name one with --store")};
  return written;
}

Result<Done> Auditor::record(const std::string& folder) const {
  return state_->box.record(folder);
}

}  // namespace edgefit
