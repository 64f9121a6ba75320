// edgefit probe: what this box is, as text or as host.json for another day.
#include "edgefit/probe.h"

#include <memory>

#include "cli/build_case.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/output.h"
#include "edgefit/catalog.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct ProbeFlags {
  std::string host, sysroot;
  OutputFlags output;
};

const std::vector<Form>& forms() {
  static const std::vector<Form> kForms = {{"terminal", "txt"}, {"json", "json"}};
  return kForms;
}

Result<Host> find_host(const ProbeFlags& flags) {
  if (!flags.host.empty() && !flags.sysroot.empty()) {
    return Problem{tr("two boxes at once: --host and --sysroot"), "", tr("leave one out")};
  }
  if (!flags.host.empty()) return read_host(flags.host);
  if (!flags.sysroot.empty() && folder_of(flags.sysroot) != flags.sysroot) {
    return Problem{tr("no such folder"), "--sysroot " + flags.sysroot,
                   tr("the root of a recorded machine, with proc/ and sys/")};
  }
  return Probe({flags.sysroot, {"."}, utc_now()}).finish();
}

Result<int> run(const ProbeFlags& flags) {
  const auto outputs = Outputs::make(flags.output, forms());
  if (!outputs) return outputs.error();
  auto host = find_host(flags);
  if (!host) return host.error();
  fill_from_catalog(*host);
  const auto written = outputs->write([&host](std::string_view form, const Style& style) {
    return form == "json" ? write_host_json(*host) : render_host(*host, style);
  });
  if (!written) return written.error();
  return 0;
}

}  // namespace

Run declare_probe(Flags& flags) {
  auto typed = std::make_shared<ProbeFlags>();
  flags.text("--host", typed->host, "FILE", tr("show a recorded box instead"));
  flags.text("--sysroot", typed->sysroot, "DIR", tr("look at a recorded root folder instead"));
  declare_output(flags, typed->output, forms());
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
