// What every source said, for a bug report: each fact under the file or call it comes from, each answer of a library
// word for word, each gap with its reason.
#pragma once

#include <string>

#include "edgefit/host.h"
#include "probe/vendors.h"

namespace edgefit {

/// `vendors` must be finished.
std::string doctor_text(const Host& host, const Vendors& vendors);

}  // namespace edgefit
