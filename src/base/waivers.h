// Waivers: decisions to live with a finding for a while, each with a reason, an owner and a last day.
// One form of file for the checks of the audit and for the criteria of the roadmap.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edgefit/audit.h"
#include "edgefit/result.h"

namespace edgefit {

/// What may be waived, and what is said of anything else.
struct WaivedIds {
  const char* (*find)(std::string_view id);  ///< as it is written; null: there is none
  const char* unknown;                       ///< translated, with {} for the id
  const char* hint;
};
Result<std::vector<Waiver>> read_waivers_of(std::string_view text, const std::string& where, const WaivedIds& ids);

}  // namespace edgefit
