// systemd units for what comes back by itself: the audit every week, the accuracy test every month.
// A run that finds something ends with exit code 1, so that the unit fails and whatever watches units sees it.
#include <fmt/format.h>

#include "edgefit/roadmap.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// As one word of a unit file (systemd.syntax, systemd.service): quoted, with its specifiers taken as they are.
std::string quoted(const std::string& text, bool command) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '%' || (c == '$' && command)) out += c;
    out += c;
  }
  return out + "\"";
}

struct UnitRow {
  const char *name, *title, *when, *keeps;
};
constexpr UnitRow kAudit = {"edgefit-audit", mark("edgefit: security audit"), "Mon *-*-* 03:00:00", mark("weekly")};
constexpr UnitRow kAccuracy = {"edgefit-accuracy", mark("edgefit: accuracy test"), "Mon *-*-01..07 04:00:00",
                               mark("monthly")};

UnitFile service(const UnitRow& row, const std::string& command, const UnitOptions& options) {
  return {std::string(row.name) + ".service",
          fmt::format(R"([Unit]
Description={} ({})
After=network.target time-sync.target

[Service]
Type=oneshot
ExecStart={} {} --evidence {}
Nice=10
UMask=0027
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
)",
                      tr(row.title), tr(row.keeps), quoted(options.program, true), command,
                      quoted(options.evidence, true), quoted(options.evidence, false))};
}

UnitFile timer(const UnitRow& row) {
  return {std::string(row.name) + ".timer", fmt::format(R"([Unit]
Description={} ({})

[Timer]
OnCalendar={}
RandomizedDelaySec=30min
Persistent=true

[Install]
WantedBy=timers.target
)",
                                                        tr(row.title), tr(row.keeps), row.when)};
}

}  // namespace

std::vector<UnitFile> make_units(const UnitOptions& options) {
  std::vector<UnitFile> units = {service(kAudit, "audit", options), timer(kAudit)};
  if (options.verify.empty()) return units;
  units.push_back(service(kAccuracy, "verify " + options.verify, options));
  units.push_back(timer(kAccuracy));
  return units;
}

}  // namespace edgefit
