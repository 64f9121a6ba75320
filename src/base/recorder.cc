#include "base/recorder.h"

#include <filesystem>
#include <fstream>

#include "base/parse.h"
#include "base/redact.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

namespace fs = std::filesystem;

/// No file that can be recorded is larger; amdgpu.ids and cpuinfo of a large server are a few hundred kilobytes.
constexpr size_t kLargestFile = 4 << 20;
/// A terabyte has 8192 memory blocks.
constexpr size_t kMostNames = 1 << 18;

bool fits(std::string_view name, std::string_view pattern) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return name == pattern;
  const auto head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  return name.size() >= head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
}

}  // namespace

Result<Done> check_recording(const Root& root, const std::string& folder) {
  if (!root.live())
    return Problem{tr("only the live box can be recorded"), "--record " + printable(folder),
                   tr("leave out --sysroot and --hwloc-xml")};
  std::error_code error;
  if (fs::exists(folder, error) && !(fs::is_directory(folder, error) && fs::is_empty(folder, error)))
    return Problem{tr("this folder is not empty"), "--record " + printable(folder), tr("name a new one")};
  return Done{};
}

void Recorder::fail(const std::string& path, const std::string& why) {
  if (!problem_) problem_ = Problem{tr("this recording cannot be written"), folder_ + path, why};
}

void Recorder::write(const std::string& path, std::string_view text) {
  std::error_code error;
  const fs::path place = folder_ + path;
  fs::create_directories(place.parent_path(), error);
  std::ofstream file(place, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.flush()) fail(path, error ? error.message() : tr("check space and permission"));
}

void Recorder::make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(folder_ + path, error);
  if (error) fail(path, error.message());
}

void Recorder::link(const std::string& path, const std::string& target) {
  const fs::path from = folder_ + path;
  std::error_code error;
  if (fs::is_symlink(fs::symlink_status(from, error))) return;
  fs::create_directories(from.parent_path(), error);
  fs::create_symlink(fs::path(target).lexically_relative(fs::path(path).parent_path()), from, error);
  if (error) fail(path, error.message());
}

void Recorder::copy(const std::string& path, Filter filter) {
  const auto text = root_.read(path, kLargestFile);
  if (text) write(path, filter ? filter(*text) : hide_ids(*text) + "\n");
}

std::vector<std::string> Recorder::find(const std::string& pattern) const {
  std::vector<std::string> found = {""};
  for (const auto part : split(std::string_view(pattern).substr(1), '/')) {
    std::vector<std::string> next;
    for (const auto& path : found) {
      if (part.find('*') == std::string_view::npos) {
        next.push_back(path + "/" + std::string(part));
        continue;
      }
      for (const auto& name : root_.list(path, kMostNames))
        if (fits(name, part)) next.push_back(path + "/" + name);
    }
    found = std::move(next);
  }
  std::erase_if(found, [&](const std::string& path) { return !root_.exists(path); });
  return found;
}

}  // namespace edgefit
