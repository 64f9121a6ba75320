// Takes out of texts what would name a person, a box or a device: UUIDs, MAC addresses, long ids.
// The same id always becomes the same eight digits, so that two mentions still match.
#pragma once

#include <string>
#include <string_view>

namespace edgefit {

/// UUIDs, MAC addresses and runs of 32 or more hexadecimal digits become eight digits of a hash; the rest stays.
std::string hide_ids(std::string_view text);

}  // namespace edgefit
