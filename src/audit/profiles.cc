// What a box is for, and which severities that moves. The rules themselves look at the same things everywhere.

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/audit.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kTexts = {mark("one person's computer: what keeps services going warns only"),
                               mark("unattended where strangers can reach it: start-up and disks must be closed"),
                               mark("in a locked room, used by several people: the catalogue's own severities"),
                               mark("without a network: updates by hand, with longer deadlines"),
                               mark("for trying out: only what invites an attack fails")};

/// The last row that fits counts.
struct Move {
  const char* ids;
  Profile profile;
  Severity severity;
};
constexpr Move kMoves[] = {
    {"EF-HW-*", Profile::office_pc, Severity::medium},
    {"EF-OPS-*", Profile::office_pc, Severity::medium},
    {"EF-MOD-006", Profile::office_pc, Severity::medium},
    {"EF-ENC-002", Profile::edge_box, Severity::high},
    {"EF-BOOT-*", Profile::edge_box, Severity::high},
    {"EF-NET-005", Profile::air_gap, Severity::medium},
    {"*", Profile::dev, Severity::medium},
    {"EF-MOD-004", Profile::dev, Severity::high},
    {"EF-NET-001", Profile::dev, Severity::high},
    {"EF-NET-003", Profile::dev, Severity::high},
};

}  // namespace

const char* describe(Profile profile) {
  return tr(kTexts.at(static_cast<size_t>(profile)));
}

Severity severity_of(const AuditCheck& check, Profile profile) {
  Severity severity = check.severity;
  for (const auto& move : kMoves)
    if (move.profile == profile && matches(check.id, move.ids)) severity = move.severity;
  return severity;
}

}  // namespace edgefit
