#include "cli/probe_options.h"

#include <cstdlib>

#include "cli/date.h"

namespace edgefit {

ProbeOptions probe_options(std::vector<std::string> disk_paths) {
  ProbeOptions options;
  options.disk_paths = std::move(disk_paths);
  options.now_utc = utc_now();
  if (const char* folders = std::getenv("LD_LIBRARY_PATH")) options.library_path = folders;
  return options;
}

}  // namespace edgefit
