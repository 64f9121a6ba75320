// The date of a report: said by the user, fixed by the build environment, or today. The only clock of edgefit.
#pragma once

#include <string>

#include "edgefit/result.h"

namespace edgefit {

/// `flag` (--as-of, ISO date) or, when empty, SOURCE_DATE_EPOCH or today, in UTC: "2026-11-23".
Result<std::string> report_date(const std::string& flag);
/// SOURCE_DATE_EPOCH or now: "2026-11-23T10:30:00Z".
std::string utc_now();

}  // namespace edgefit
