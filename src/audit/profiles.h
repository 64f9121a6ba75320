// What a box is for, and which severities that moves. The rules themselves look at the same things everywhere.
#pragma once

#include <string_view>

namespace edgefit {

/// '*' stands for any letters, once or more often.
bool matches(std::string_view id, std::string_view pattern);

}  // namespace edgefit
