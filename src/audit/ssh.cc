#include "audit/ssh.h"

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr int kDeepestInclude = 8;

std::string same(std::string_view text) {
  return std::string(text);
}

void read_file(const Box& box, const std::string& path, SshConfig& config, int depth);

void include(const Box& box, const std::string& pattern, SshConfig& config, int depth) {
  const auto files = box.find(pattern.starts_with("/") ? pattern : "/etc/ssh/" + pattern);
  if (files.access == Access::denied) config.access = Access::denied;
  for (const auto& file : *files) read_file(box, file, config, depth + 1);
}

void read_file(const Box& box, const std::string& path, SshConfig& config, int depth) {
  const auto& text = box.read(path, same);
  if (text.access == Access::denied || depth > kDeepestInclude) config.access = Access::denied;
  if (!text || depth > kDeepestInclude) return;
  for (const auto line : split_lines(*text)) {
    const auto whole = trim(line);
    if (whole.empty() || whole[0] == '#') continue;
    const auto end = whole.find_first_of(" \t=");
    if (end == std::string_view::npos) continue;
    const auto key = lower(whole.substr(0, end));
    auto value = trim(whole.substr(end + 1));
    if (value.starts_with("=")) value = trim(value.substr(1));
    if (key == "match") {  // until the end of the file
      config.has_match = true;
      return;
    }
    if (key == "include") {
      for (const auto pattern : words(value)) include(box, std::string(pattern), config, depth);
    } else {
      config.values.try_emplace(key, lower(value));
    }
  }
}

}  // namespace

SshConfig read_ssh_config(const Box& box) {
  SshConfig config;
  constexpr const char* kMain = "/etc/ssh/sshd_config";
  config.access = box.access(kMain);
  if (config.access == Access::ok) read_file(box, kMain, config, 0);
  return config;
}

}  // namespace edgefit
