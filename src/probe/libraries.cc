#include "probe/libraries.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/parse.h"

namespace edgefit {
namespace {

// glibc, sysdeps/generic/dl-cache.h: struct cache_file_new and file_entry_new.
constexpr std::string_view kMagic = "glibc-ld.so.cache1.1";
struct CacheHeader {
  char magic[20];
  uint32_t count, string_bytes;
  uint8_t flags, padding[3];
  uint32_t extension, unused[3];
};
struct CacheEntry {
  int32_t flags;
  uint32_t name, path, os_version;  ///< name and path: offsets from the header
  uint64_t hardware;
};
static_assert(sizeof(CacheHeader) == 48 && sizeof(CacheEntry) == 24);
constexpr uint32_t kMostEntries = 1 << 17;
constexpr size_t kMostCache = 16 << 20;

/// The word size and processor of an entry: a 64-bit program cannot load the 32-bit library of the same name.
#if defined(__x86_64__) && defined(__LP64__)
constexpr int32_t kOwnKind = 0x0300;
#elif defined(__aarch64__)
constexpr int32_t kOwnKind = 0x0a00;
#else
constexpr int32_t kOwnKind = -1;
#endif
constexpr int32_t kKindMask = 0xff00;

/// The text at an offset, up to its zero; empty when it has none inside the cache.
std::string_view text_at(std::string_view cache, uint32_t offset) {
  if (offset >= cache.size()) return {};
  const auto rest = cache.substr(offset);
  const auto end = rest.find('\0');
  return end == std::string_view::npos ? std::string_view() : rest.substr(0, end);
}

}  // namespace

std::vector<std::string> cached_libraries(std::string_view cache, const std::vector<const char*>& names) {
  std::vector<std::string> paths;
  // Caches for old and new linkers hold the old format first.
  const auto start = cache.find(kMagic);
  if (start == std::string_view::npos) return paths;
  cache.remove_prefix(start);
  CacheHeader header{};
  if (cache.size() < sizeof header) return paths;
  std::memcpy(&header, cache.data(), sizeof header);
  for (uint32_t i = 0; i < std::min(header.count, kMostEntries); ++i) {
    CacheEntry entry{};
    const size_t at = sizeof header + i * sizeof entry;
    if (at + sizeof entry > cache.size()) break;
    std::memcpy(&entry, cache.data() + at, sizeof entry);
    if (kOwnKind >= 0 && (entry.flags & kKindMask) != kOwnKind) continue;
    const auto name = text_at(cache, entry.name), path = text_at(cache, entry.path);
    if (path.starts_with("/") && std::find(names.begin(), names.end(), name) != names.end()) paths.emplace_back(path);
  }
  return paths;
}

LinkerView linker_view(const Root& root, std::string_view search_path) {
  if (!root.live()) return {};
  auto cache = root.see(kLinkerCache, kMostCache);
  return {std::string(search_path), std::move(cache.value)};
}

std::vector<std::string> library_paths(const LinkerView& linker, const std::vector<const char*>& names,
                                       const std::vector<const char*>& folders) {
  std::vector<std::string> paths;
  const auto add = [&](std::string_view folder) {
    for (const char* name : names) paths.push_back(std::string(folder) + "/" + name);
  };
  std::string both = linker.search_path;  // the linker takes either sign between folders
  std::replace(both.begin(), both.end(), ';', ':');
  for (const auto folder : split(both, ':'))
    if (folder.starts_with("/")) add(folder);
  for (auto& path : cached_libraries(linker.cache, names)) paths.push_back(std::move(path));
  for (const char* folder : folders) add(folder);
  return paths;
}

}  // namespace edgefit
