// Where a shared library lies: as the dynamic linker would find it, then where vendors put theirs.
// A library that programs find and edgefit calls missing would make a working GPU unusable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace edgefit {

inline constexpr const char* kLinkerCache = "/etc/ld.so.cache";

/// Places of `names` in /etc/ld.so.cache that fit this program's architecture, in its order. The cache is glibc's;
/// anything else, or a cache that is cut short or lies about its own size, gives what can be read of it.
std::vector<std::string> cached_libraries(std::string_view cache, const std::vector<const char*>& names);

/// Where the dynamic linker looks on a machine.
struct LinkerView {
  std::string search_path;  ///< LD_LIBRARY_PATH; folders that are not absolute are left out
  std::string cache;        ///< content of /etc/ld.so.cache
};
/// Reads the cache of a live machine; of a recording no library is loaded.
LinkerView linker_view(const Root& root, std::string_view search_path);

/// Every path where one of `names` may lie: the folders of the search path, those of the cache, then `folders`.
std::vector<std::string> library_paths(const LinkerView& linker, const std::vector<const char*>& names,
                                       const std::vector<const char*>& folders);

}  // namespace edgefit
