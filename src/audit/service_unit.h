// A systemd unit as systemd puts it together: the file that wins among the folders, then its drop-ins by name.
// Only [Service]; an empty assignment takes back what was said before, as systemd.syntax(7) has it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "audit/box.h"

namespace edgefit {

struct ServiceUnit {
  Access access = Access::absent;
  std::string path;                                           ///< of the file that wins
  std::vector<std::pair<std::string, std::string>> settings;  ///< in the order in which they count

  /// The last value; empty when it is not set.
  std::string last(std::string_view key) const;
  std::vector<std::string> all(std::string_view key) const;
};
ServiceUnit read_unit(const Box& box, const std::string& name);

/// Environment="A=b c" D=e as NUL-separated assignments.
std::string environment_words(std::string_view line);

}  // namespace edgefit
