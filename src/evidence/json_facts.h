// Texts from the JSON of others, cut to what a record may hold.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace edgefit {

/// Texts as they are, whole numbers without a point, lists joined; empty for the rest.
std::string plain_text(const Json& json);
/// At most as long as a record may hold, cut between characters, and printable.
std::string bounded(std::string_view text);

}  // namespace edgefit
