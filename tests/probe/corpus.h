// Recorded machines of the shared corpus: archives and XML files with what lstopo says of them in manifest.csv.
// The corpus is not part of the repository; EDGEFIT_CORPUS names it, and tests that need it skip without it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "edgefit/probe.h"
#include "support/csv.h"
#include "support/temp_dir.h"

namespace edgefit::test {

inline std::filesystem::path corpus_hosts() {
  const char* corpus = std::getenv("EDGEFIT_CORPUS");
  return corpus == nullptr ? std::filesystem::path() : std::filesystem::path(corpus) / "hosts";
}
/// Why there is nothing to compare with; empty when there is.
inline std::string no_hosts_because() {
  if (corpus_hosts().empty()) return "EDGEFIT_CORPUS is not set";
  if (!std::filesystem::exists(corpus_hosts() / "manifest.csv")) return "no hosts/manifest.csv in EDGEFIT_CORPUS";
  return std::system("bzip2 --help >/dev/null 2>&1") == 0 ? "" : "bzip2 is not installed";
}

/// The one folder inside an archive, unpacked with the system's tar and bzip2.
inline std::optional<std::filesystem::path> unpack(const std::filesystem::path& archive, const TempDir& folder) {
  const std::string command = "tar xjf '" + archive.string() + "' -C '" + folder.path() + "'";
  if (std::system(command.c_str()) != 0) return std::nullopt;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) return entry.path();
  return std::nullopt;
}

/// The host of a row: a sysroot or a dump of CPUID in an archive, or an XML file.
inline std::optional<Host> probe_row(const CsvRow& row, const std::filesystem::path& file, const TempDir& folder) {
  ProbeOptions options;
  if (row.at("kind") == "xml") {
    options.hwloc_xml = file.string();
  } else {
    const auto root = unpack(file, folder);
    if (!root) return std::nullopt;
    options.sysroot = root->string();
  }
  return Probe(options).finish();
}

}  // namespace edgefit::test
