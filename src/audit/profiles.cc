// What a box is for, and which severities that moves. The rules themselves look at the same things everywhere.

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/audit.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kTexts = {"one person's computer: what keeps services going warns only",
                               "unattended where strangers can reach it: start-up and disks must be closed",
                               "in a locked room, used by several people: the catalogue's own severities",
                               "without a network: updates by hand, with longer deadlines",
                               "for trying out: only what invites an attack fails"};

/// The last row that fits counts.
struct Move {
  Profile profile;
  const char* ids;
  Severity severity;
};
constexpr Move kMoves[] = {
    {Profile::office_pc, "EF-HW-*", Severity::medium},
    {Profile::office_pc, "EF-OPS-*", Severity::medium},
    {Profile::office_pc, "EF-MOD-006", Severity::medium},
    {Profile::edge_box, "EF-ENC-002", Severity::high},
    {Profile::edge_box, "EF-BOOT-*", Severity::high},
    {Profile::air_gap, "EF-NET-005", Severity::medium},
    {Profile::dev, "*", Severity::medium},
    {Profile::dev, "EF-MOD-004", Severity::high},
    {Profile::dev, "EF-NET-001", Severity::high},
    {Profile::dev, "EF-NET-003", Severity::high},
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
