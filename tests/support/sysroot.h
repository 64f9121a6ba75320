// A machine's root folder made file by file in a temporary folder, for whatever reads /proc, /sys and /etc.
// Each test writes only what its source reads, so that it says what matters.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"
#include "support/temp_dir.h"

namespace edgefit::test {

class Sysroot {
 public:
  Sysroot() : root_(folder_.path()) {}
  const Root& root() const { return root_; }

  Sysroot& file(std::string_view path, std::string_view content) {
    folder_.write(path.substr(1), content);
    return *this;
  }
  Sysroot& folder(std::string_view path) {
    std::filesystem::create_directories(folder_.at(path.substr(1)));
    return *this;
  }
  /// A relative link, as sysfs has them; both are paths of the machine.
  Sysroot& link(std::string_view path, std::string_view target) {
    namespace fs = std::filesystem;
    const fs::path from = folder_.at(path.substr(1)), to = folder_.at(target.substr(1));
    fs::create_directories(from.parent_path());
    fs::create_directories(to);
    fs::create_symlink(fs::relative(to, from.parent_path()), from);
    return *this;
  }

 private:
  TempDir folder_;
  Root root_;
};

}  // namespace edgefit::test
