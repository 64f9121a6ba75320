// --evidence DIR: the run is also kept as a record, for edgefit roadmap.
// Here clock and machine come in; what a record says of the run comes from its own JSON report.
#pragma once

#include <string>
#include <string_view>

#include "cli/flags.h"
#include "edgefit/evidence.h"
#include "edgefit/host.h"

namespace edgefit {

struct EvidenceFlags {
  std::string folder;
};
void declare_evidence(Flags& flags, EvidenceFlags& evidence);

/// Adds a record that has all but when, by what and where; `as_of` counts where the record has no day of its own.
/// Says on stderr which one it became. Nothing is done without --evidence.
Result<Done> keep_record(const EvidenceFlags& flags, Evidence record, const std::string& as_of);
/// The same of a JSON report, with the box that it is about when the report does not tell it itself.
Result<Done> keep_report(const EvidenceFlags& flags, std::string_view json, const std::string& as_of,
                         const Host* host = nullptr);
/// Of this machine: a hash, never its name. Empty when it has no id.
std::string machine_hash();

}  // namespace edgefit
