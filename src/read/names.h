// Names of files in paths and messages.
#pragma once

#include <string>
#include <string_view>

namespace edgefit {

/// What follows the last slash.
inline std::string last_part(std::string_view path) {
  return std::string(path.substr(path.find_last_of('/') + 1));  // npos + 1 is 0
}

}  // namespace edgefit
