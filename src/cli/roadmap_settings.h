// What edgefit roadmap was asked, and the settings of the plan: those of its newest `init`, changed by flags.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "cli/evidence_flags.h"
#include "cli/output.h"
#include "edgefit/roadmap.h"

namespace edgefit {

/// What --calendar takes: every day counts, or only days of work.
inline constexpr std::array<std::string_view, 2> kCalendars = {"all", "working"};

struct RoadmapFlags {
  std::string action, start, calendar, holidays, waivers, into, verify, as_of;
  std::vector<std::string> files, owners;
  EvidenceFlags evidence;
  bool todo = false;
  OutputFlags output;
};

Result<RoadmapOptions> settings_of(const RoadmapFlags& flags, const EvidenceChain& chain);
/// The record that keeps them.
Evidence start_record(const RoadmapOptions& settings);
/// Absolute paths for unit files.
Result<UnitOptions> unit_options(const RoadmapFlags& flags);

}  // namespace edgefit
