// edgefit probe: what this box is, as text or as host.json for another day.
#include "edgefit/probe.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <utility>

#include "base/files.h"
#include "cli/build_case.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/evidence_flags.h"
#include "cli/output.h"
#include "cli/probe_options.h"
#include "cli/progress.h"
#include "edgefit/catalog.h"
#include "edgefit/measure.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct ProbeFlags {
  std::string host, sysroot, hwloc_xml, record, path = ".";
  bool doctor = false, measure = false;
  EvidenceFlags evidence;
  OutputFlags output;
};

/// At most one of the flags that name another box.
Result<Done> check_flags(const ProbeFlags& flags) {
  const std::pair<const char*, const std::string*> boxes[] = {
      {"--host", &flags.host}, {"--sysroot", &flags.sysroot}, {"--hwloc-xml", &flags.hwloc_xml}};
  const char* named = nullptr;
  for (const auto& [name, value] : boxes) {
    if (value->empty()) continue;
    if (named != nullptr)
      return Problem{fmt::format(fmt::runtime(tr("two boxes at once: {} and {}")), named, name), "",
                     tr("leave one out")};
    named = name;
  }
  const char* live_only = flags.measure                         ? "--measure"
                          : !flags.record.empty()               ? "--record"
                          : flags.doctor && !flags.host.empty() ? "--doctor"
                                                                : nullptr;
  if (live_only != nullptr && named != nullptr)
    return Problem{fmt::format(fmt::runtime(tr("{} and {} do not go together")), live_only, named), "",
                   tr("leave one out")};
  if (!flags.sysroot.empty() && folder_of(flags.sysroot) != flags.sysroot)
    return Problem{tr("no such folder"), "--sysroot " + printable(flags.sysroot),
                   tr("the root of a recorded machine, with proc/ and sys/")};
  return Done{};
}

/// The rates of the live box, with a bar while it takes its two seconds.
void measure_rates(Host& host, const ProbeFlags& flags) {
  Progress progress(tr("measuring"), std::chrono::seconds(0));
  measure(host, {flags.path, [&progress](double share) { progress.show(share); }});
}

Result<Done> check_xml(const std::string& path) {
  if (path.empty()) return Done{};
  const auto file = File::open(path);
  if (!file) return file.error();
  return Done{};
}

Result<int> show(const Host& host, const std::string* doctor, const EvidenceFlags& evidence, const Outputs& outputs) {
  if (!evidence.folder.empty()) {
    const auto kept = keep_report(evidence, write_host_json(host), utc_now().substr(0, 10));
    if (!kept) return kept.error();
  }
  const auto written = outputs.write([&](std::string_view form, const Style& style) {
    if (form == "json") return write_host_json(host);
    return doctor != nullptr ? *doctor : render_host(host, style);
  });
  if (!written) return written.error();
  return 0;
}

/// A file that should be hwloc's but is not leaves nothing but an error of hwloc.
Result<Done> check_answer(const Host& host) {
  if (host.mode != Host::Mode::xml || host.cpu.pus || host.errors.empty()) return Done{};
  return Problem{host.errors.front().text, host.errors.front().call,
                 tr("lstopo --of xml FILE writes one; hwloc 3 needs --export-xml-flags v2")};
}

Result<int> run(const ProbeFlags& flags) {
  const auto outputs = Outputs::make(flags.output, text_and_json());
  if (!outputs) return outputs.error();
  if (const auto good = check_flags(flags); !good) return good.error();
  if (const auto good = check_xml(flags.hwloc_xml); !good) return good.error();
  if (!flags.host.empty()) {
    auto host = read_host(flags.host);
    if (!host) return host.error();
    fill_from_catalog(*host);
    return show(*host, nullptr, flags.evidence, *outputs);
  }
  ProbeOptions options = probe_options({flags.path});
  options.sysroot = flags.sysroot;
  options.hwloc_xml = flags.hwloc_xml;
  Probe probe(std::move(options));
  Host host = probe.finish();
  if (const auto good = check_answer(host); !good) return good.error();
  if (!flags.record.empty()) {
    const auto recorded = probe.record(flags.record);
    if (!recorded) return recorded.error();
  }
  if (flags.measure) measure_rates(host, flags);
  const std::string doctor = flags.doctor ? probe.doctor(host) : std::string();
  fill_from_catalog(host);
  return show(host, flags.doctor ? &doctor : nullptr, flags.evidence, *outputs);
}

}  // namespace

Run declare_probe(Flags& flags) {
  auto typed = std::make_shared<ProbeFlags>();
  flags.text("--host", typed->host, "FILE", tr("show a recorded box instead"));
  flags.text("--sysroot", typed->sysroot, "DIR", tr("look at a recorded root folder instead"));
  flags.text("--hwloc-xml", typed->hwloc_xml, "FILE", tr("look at a file of lstopo --of xml instead"));
  flags.toggle("--measure", typed->measure, tr("also time memory, arithmetic and disk, under 3 s"));
  flags.text("--path", typed->path, "PATH", tr("a folder or file of the disk that counts"));
  flags.text("--record", typed->record, "DIR", tr("also write this box for --sysroot, without serials"));
  flags.toggle("--doctor", typed->doctor, tr("say what every source said, for a bug report"));
  declare_evidence(flags, typed->evidence);
  declare_output(flags, typed->output, text_and_json());
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
