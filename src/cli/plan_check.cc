#include "cli/plan_check.h"

#include <fmt/format.h>

#include <memory>

#include "base/files.h"
#include "cli/build_case.h"
#include "cli/date.h"
#include "cli/facts.h"
#include "cli/probe_options.h"
#include "cli/stored_case.h"
#include "edgefit/inventory.h"
#include "edgefit/probe.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// The delivered box, with what its owner states of it.
Result<Host> delivered_box(const PlanCheckFlags& flags, const Catalog& catalog) {
  if (!flags.host.empty() && !flags.sysroot.empty())
    return Problem{fmt::format(fmt::runtime(tr("two boxes at once: {} and {}")), "--host", "--sysroot"), "",
                   tr("leave one out")};
  if (!flags.sysroot.empty() && folder_of(flags.sysroot) != flags.sysroot)
    return Problem{tr("no such folder"), "--sysroot " + printable(flags.sysroot),
                   tr("the root of a recorded machine, with proc/ and sys/")};
  ProbeOptions options = probe_options({flags.path});
  options.sysroot = flags.sysroot;
  auto host = flags.host.empty() ? Result<Host>(Probe(std::move(options)).finish()) : read_host(flags.host);
  if (!host) return host;
  fill_from_catalog(*host, catalog);
  for (const auto& fact : flags.facts)
    if (auto stated = state_fact(*host, fact); !stated) return stated.error();
  return host;
}

}  // namespace

const std::vector<Form>& plan_check_forms() {
  static const std::vector<Form> kForms = {{"terminal", "txt"}, {"json", "json"}, {"markdown", "md"}, {"junit", "xml"}};
  return kForms;
}

Result<int> run_plan_check(const PlanCheckFlags& flags) {
  const auto outputs = Outputs::make(flags.output, plan_check_forms());
  if (!outputs) return outputs.error();
  const auto date = report_date(flags.as_of);
  if (!date) return date.error();
  const auto catalog = find_catalog(flags.catalog);
  if (!catalog) return catalog.error();
  if (const auto file = File::open(flags.case_file); !file) return file.error();
  const auto planned = find_stored_case(flags.case_file);
  if (!planned) return planned.error();
  if (!*planned)
    return Problem{tr("this is no case: \"format\" is not \"edgefit.case\""), printable(flags.case_file),
                   tr("edgefit assess MODEL -o case.json writes one")};
  auto host = delivered_box(flags, **catalog);
  if (!host) return host.error();
  const Inventory inventory = take_inventory(**planned, std::make_shared<const Host>(std::move(*host)));
  const auto written = outputs->write(
      [&](std::string_view form, const Style& style) { return render_inventory(inventory, *date, form, style); });
  if (!written) return written.error();
  return exit_code_of(inventory);
}

}  // namespace edgefit
