// Writes a machine down as a folder that --sysroot replays: the files that the sources read, and under edgefit/ what no
// file holds (answers of libraries, device nodes, free disk space). Ids are made anonymous on the way.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "edgefit/probe.h"
#include "edgefit/result.h"
#include "probe/pci.h"
#include "probe/vendors.h"

namespace edgefit {

/// `vendors` must be finished. Only a live machine can be recorded; `folder` must not exist or be empty.
Result<Done> record_machine(const Root& root, const ProbeOptions& options, const std::vector<PciFunction>& functions,
                            const Vendors& vendors, const std::string& folder);

/// Writes below one folder and remembers the first failure.
class Recorder {
 public:
  /// What of a file's text is kept.
  using Filter = std::string (*)(std::string_view text);

  Recorder(const Root& root, std::string folder) : root_(root), folder_(std::move(folder)) {}
  const Root& root() const { return root_; }
  const std::optional<Problem>& problem() const { return problem_; }

  void write(const std::string& path, std::string_view text);
  void make_folder(const std::string& path);
  /// A relative link between two paths of the machine.
  void link(const std::string& path, const std::string& target);
  /// Copies a file if it can be read; `filter` takes out what must not leave the box.
  void copy(const std::string& path, Filter filter = nullptr);
  /// The paths that fit a pattern whose parts may hold one '*'.
  std::vector<std::string> find(const std::string& pattern) const;

 private:
  void fail(const std::string& path, const std::string& why);
  const Root& root_;
  std::string folder_;
  std::optional<Problem> problem_;
};

/// PCI functions with their bridges, disks below the asked paths, control groups: chains of links that are followed.
void record_pci(Recorder& recorder, const std::vector<PciFunction>& functions);
void record_disks(Recorder& recorder, const std::vector<std::string>& paths);
void record_cgroups(Recorder& recorder);

}  // namespace edgefit
