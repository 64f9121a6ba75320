// edgefit audit: is this box fit to hold models and data?
#include "edgefit/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/files.h"
#include "cli/build_case.h"
#include "cli/choices.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/evidence_flags.h"
#include "cli/output.h"
#include "cli/probe_options.h"
#include "cli/progress.h"
#include "edgefit/probe.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kFailOn = {FailOn::fail, FailOn::warn, FailOn::unknown, FailOn::never};

struct AuditFlags {
  std::string sysroot, record, profile = "server", as_of, fail_on = "fail", waivers, advisories, explain, retention;
  std::vector<std::string> stores, data, only;
  bool hash = false, ask_gpu = false, write_manifest = false, all = false, list = false;
  EvidenceFlags evidence;
  OutputFlags output;
};

std::vector<Form> forms() {
  std::vector<Form> out;
  for (const auto& reporter : audit_reporters()) out.push_back({reporter.name, reporter.extension});
  return out;
}

Problem bad_value(const std::string& value, const char* flag, const std::string& hint) {
  return {fmt::format(fmt::runtime(tr("bad value '{}'")), printable(value)), flag, hint};
}

Result<AuditOptions> options_of(const AuditFlags& flags) {
  AuditOptions options;
  auto date = report_date(flags.as_of);
  if (!date) return date.error();
  options.as_of = std::move(*date);
  const auto profile = find_profile(flags.profile);
  if (!profile) {
    std::string names;
    for (const auto known : profiles()) names += std::string(names.empty() ? "" : ", ") + name_of(known);
    return bad_value(flags.profile, "--profile", fmt::format(fmt::runtime(tr("profiles are {}")), names));
  }
  options.profile = *profile;
  if (!flags.sysroot.empty() && folder_of(flags.sysroot) != flags.sysroot)
    return Problem{tr("no such folder"), "--sysroot " + printable(flags.sysroot),
                   tr("the root of a recorded machine, with proc/ and sys/")};
  options.sysroot = flags.sysroot;
  options.stores = flags.stores;
  options.data = flags.data;
  options.only = flags.only;
  if (flags.ask_gpu) options.ask_nvidia = [path = probe_options({}).library_path] { return ask_nvidia_state(path); };
  options.hash = flags.hash || flags.write_manifest;
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') options.home = home;
  if (!flags.retention.empty() &&
      (!parse_count(flags.retention, options.log_retention_days) || options.log_retention_days < 1))
    return bad_value(flags.retention, "--log-retention-days", tr("say a number of days"));
  if (!flags.waivers.empty()) {
    const auto text = read_small_file(flags.waivers);
    if (!text) return text.error();
    auto waivers = read_waivers(*text, flags.waivers);
    if (!waivers) return waivers.error();
    options.waivers = std::move(*waivers);
  }
  if (!flags.advisories.empty()) {
    const auto text = read_small_file(flags.advisories);
    if (!text) return text.error();
    auto advisories = read_advisories(*text, flags.advisories);
    if (!advisories) return advisories.error();
    options.advisories = std::move(*advisories);
  }
  return options;
}

Result<int> print_text(const Outputs& outputs,
                       const std::function<std::string(const std::string&, const Style&)>& text) {
  const auto written =
      outputs.write([&](std::string_view form, const Style& style) { return text(std::string(form), style); });
  if (!written) return written.error();
  return 0;
}

Result<int> explain(const AuditFlags& flags) {
  const auto outputs = Outputs::make(flags.output, {forms().front()});
  if (!outputs) return outputs.error();
  const AuditCheck* check = find_audit_check(flags.explain);
  if (check == nullptr) {
    std::vector<std::string_view> ids;
    for (const auto* known : audit_checks()) ids.emplace_back(known->id);
    const auto near = did_you_mean(flags.explain, ids);
    return Problem{fmt::format(fmt::runtime(tr("no check is called '{}'")), printable(flags.explain)), "--explain",
                   near.empty() ? tr("edgefit audit --list names them") : near};
  }
  return print_text(*outputs, [check](const std::string&, const Style& style) { return render_check(*check, style); });
}

Result<int> list(const AuditFlags& flags) {
  const auto outputs = Outputs::make(flags.output, {{"terminal", "txt"}, {"markdown", "md"}});
  if (!outputs) return outputs.error();
  return print_text(*outputs, [](const std::string& form, const Style& style) {
    return form == "markdown" ? render_check_page(audit_checks()) : render_check_list(audit_checks(), style);
  });
}

Result<int> run(const AuditFlags& flags) {
  if (!flags.explain.empty()) return explain(flags);
  if (flags.list) return list(flags);
  const auto outputs = Outputs::make(flags.output, forms());
  if (!outputs) return outputs.error();
  const auto fail_on = find_fail_on(flags.fail_on);
  if (!fail_on) return bad_value(flags.fail_on, "--fail-on", tr("say fail, warn, unknown or never"));
  auto options = options_of(flags);
  if (!options) return options.error();
  Progress bar(tr("hashing"));
  options->progress = [&bar](double done, double total) { bar.show(total > 0 ? done / total : 1); };
  Auditor auditor(std::move(*options));
  const auto audit = auditor.run();
  if (!audit) return audit.error();
  if (flags.write_manifest) {
    const auto manifests = auditor.write_manifests();
    bar.clear();
    if (!manifests) return manifests.error();
    for (const auto& path : *manifests)
      std::fputs((fmt::format(fmt::runtime(tr("wrote {}")), printable(path)) + "\n").c_str(), stderr);
  }
  bar.clear();
  if (!flags.record.empty()) {
    const auto recorded = auditor.record(flags.record);
    if (!recorded) return recorded.error();
  }
  const AuditView view{*audit, exit_code_of(*audit, *fail_on), flags.all};
  const auto render = [&view](std::string_view form, const Style& style) {
    const auto all = audit_reporters();
    return std::find_if(all.begin(), all.end(), [form](const auto& row) { return row.name == form; })
        ->render(view, style);
  };
  const auto kept = keep_report(flags.evidence, render("json", {}), audit->as_of);
  if (!kept) return kept.error();
  const auto written = outputs->write(render);
  if (!written) return written.error();
  return view.exit_code;
}

}  // namespace

Run declare_audit(Flags& flags) {
  auto typed = std::make_shared<AuditFlags>();
  const Choices ids = names_of(audit_checks(), [](const AuditCheck* row) { return row->id; });
  flags.heading(tr("What to look at"));
  flags.list("--store", typed->stores, "DIR", tr("models are here; repeats (default: usual places)"));
  flags.list("--data", typed->data, "DIR", tr("a folder of prompts, vectors, documents; repeats"));
  flags.text("--profile", typed->profile, "NAME", tr("office-pc, edge-box, server, air-gap or dev"),
             names_of(profiles(), [](Profile profile) { return name_of(profile); }));
  flags.list("--only", typed->only, "IDS", tr("checks by id, such as 'EF-ENC-*'; repeats"), ids);
  flags.toggle("--hash", typed->hash, tr("read model files whole and compare checksums"));
  flags.toggle("--ask-gpu", typed->ask_gpu, tr("also ask NVIDIA's driver library; takes up to 2 s"));
  flags.text("--log-retention-days", typed->retention, "N", tr("prompt logs are kept on purpose, for so long"));
  flags.text("--waivers", typed->waivers, "FILE", tr("findings to live with: reason, owner, expiry"));
  flags.text("--advisories", typed->advisories, "FILE", tr("ends of support that go before those known here"));
  flags.text("--sysroot", typed->sysroot, "DIR", tr("look at a recorded root folder instead"));
  flags.text("--record", typed->record, "DIR", tr("also write what was read, for --sysroot"));
  flags.toggle("--write-manifest", typed->write_manifest, tr("write edgefit.models.json into each store"));
  flags.heading(tr("What to tell"));
  flags.toggle("--list", typed->list, tr("the checks; --format markdown is docs/checks.md"));
  flags.text("--explain", typed->explain, "ID", tr("why a check is there and what cures it"), ids);
  flags.toggle("--all", typed->all, tr("also what passes or does not apply, one by one"));
  flags.text("--fail-on", typed->fail_on, "STATUS", tr("exit 1 from: fail (default), warn, unknown, never"),
             names_of(kFailOn, [](FailOn row) { return name_of(row); }));
  declare_evidence(flags, typed->evidence);
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the report (default: today)"));
  declare_output(flags, typed->output, forms());
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
