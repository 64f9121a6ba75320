// Writes a folder that replays as a machine's root: copies of what can be read, with ids made anonymous on the way.
// The probe and the audit record with it; what no file holds they add under /edgefit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "edgefit/result.h"

namespace edgefit {

/// Only a live machine can be recorded, and only into a folder that does not exist or is empty.
Result<Done> check_recording(const Root& root, const std::string& folder);

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

}  // namespace edgefit
