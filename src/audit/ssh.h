// sshd_config as sshd reads it: the first value of a keyword counts, Include stands where it stands.
// Match blocks may say otherwise for some; they are told, not followed.
#pragma once

#include <map>
#include <string>

#include "audit/box.h"

namespace edgefit {

struct SshConfig {
  Access access = Access::absent;
  std::map<std::string, std::string> values;  ///< keywords in lower case
  bool has_match = false;
};
SshConfig read_ssh_config(const Box& box);

}  // namespace edgefit
