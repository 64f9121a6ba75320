// The functions behind the rows of the roadmap's reporters, and the words that they share.
// Each is pure: a Roadmap and a Style in, the whole text out.
#pragma once

#include <array>
#include <string>

#include "edgefit/report.h"
#include "edgefit/roadmap.h"
#include "report/page.h"

namespace edgefit {

std::string render_roadmap_terminal(const Roadmap& roadmap, const Style& style);  // roadmap_terminal.cc
std::string render_roadmap_json(const Roadmap& roadmap, const Style& style);      // roadmap_json.cc
std::string render_roadmap_markdown(const Roadmap& roadmap, const Style& style);  // roadmap_markdown.cc

inline constexpr std::array kCriterionStates = {CriterionState::done,    CriterionState::waived,  CriterionState::open,
                                                CriterionState::blocked, CriterionState::overdue, CriterionState::stale,
                                                CriterionState::unknown};

/// "done", "overdue".
const char* state_word(CriterionState state);
/// Columns of the longest state and a space.
size_t state_width();
Paint paint_of(CriterionState state);
/// What there is to say of a criterion beside its title: what proves it, what is missing, what it waits for.
std::string detail_of(const CriterionAnswer& answer);
/// "12 of 27 done, 1 waived, 2 overdue".
std::string roadmap_counts(const Roadmap& roadmap);
/// "due 2027-01-31, last 2026-12-31"; "3 days overdue, ...".
std::string upkeep_text(const UpkeepAnswer& answer);

}  // namespace edgefit
