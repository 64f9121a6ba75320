// The recording of a Box: texts as files of the sysroot, all other answers as lines of one file.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "audit/box.h"
#include "base/parse.h"
#include "base/recorder.h"

namespace edgefit {
namespace {

constexpr size_t kLargestTable = 256 << 20;
constexpr std::array<std::string_view, 4> kKinds = {"file", "folder", "link", "other"};

/// Names may hold anything but NUL and '/': tabs, line ends and backslashes are written as mountinfo does.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\t' || c == '\n' || c == '\\' || c == '\r')
      out += fmt::format("\\{:03o}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else
      out += c;
  }
  return out;
}

std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const bool escaped = text[i] == '\\' && i + 3 < text.size() &&
                         std::from_chars(text.data() + i + 1, text.data() + i + 4, code, 8).ptr == text.data() + i + 4;
    out += escaped ? static_cast<char>(code) : text[i];
    if (escaped) i += 3;
  }
  return out;
}

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  for (size_t at = 0;;) {
    const auto tab = line.find('\t', at);
    fields.push_back(unescape(line.substr(at, tab == std::string_view::npos ? tab : tab - at)));
    if (tab == std::string_view::npos) return fields;
    at = tab + 1;
  }
}

template <class T>
bool number(const std::string& text, T& out) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && stop == text.data() + text.size();
}

using Values = std::vector<std::string>;

Values to_values(const std::string& text) {
  return {text};
}
Values to_values(const Box::Names& names) {
  return names;
}
Values to_values(const FileState& state) {
  return {std::string(kKinds.at(static_cast<size_t>(state.kind))),
          fmt::format("{}", state.mode),
          fmt::format("{}", state.uid),
          fmt::format("{}", state.gid),
          fmt::format("{}", state.size),
          fmt::format("{}", state.changed)};
}
Values to_values(const Space& space) {
  return {fmt::format("{}", space.free), fmt::format("{}", space.total), fmt::format("{}", space.free_inodes),
          fmt::format("{}", space.total_inodes)};
}
Values to_values(const ClockState& clock) {
  return {clock.synchronised ? "1" : "0", fmt::format("{}", clock.error_seconds)};
}

Values to_values(const DiskHealth& health) {
  return {fmt::format("{}", health.warning), fmt::format("{}", health.spare), fmt::format("{}", health.least_spare),
          fmt::format("{}", health.used)};
}

bool from_values(const Values& values, std::string& out) {
  if (values.size() != 1) return false;
  out = values[0];
  return true;
}
bool from_values(const Values& values, Box::Names& out) {
  out = values;
  return true;
}
bool from_values(const Values& values, FileState& out) {
  if (values.size() != 6) return false;
  const auto kind = std::find(kKinds.begin(), kKinds.end(), values[0]);
  if (kind == kKinds.end()) return false;
  out.kind = static_cast<FileState::Kind>(kind - kKinds.begin());
  return number(values[1], out.mode) && number(values[2], out.uid) && number(values[3], out.gid) &&
         number(values[4], out.size) && number(values[5], out.changed);
}
bool from_values(const Values& values, Space& out) {
  return values.size() == 4 && number(values[0], out.free) && number(values[1], out.total) &&
         number(values[2], out.free_inodes) && number(values[3], out.total_inodes);
}
bool from_values(const Values& values, ClockState& out) {
  if (values.size() != 2) return false;
  out.synchronised = values[0] == "1";
  return number(values[1], out.error_seconds);
}
bool from_values(const Values& values, DiskHealth& out) {
  return values.size() == 4 && number(values[0], out.warning) && number(values[1], out.spare) &&
         number(values[2], out.least_spare) && number(values[3], out.used);
}

/// "kind<TAB>key<TAB>values", or "kind<TAB>key" with the reason as the kind's ending: "list-denied".
template <class Kept>
void write_kept(std::string& out, std::string_view kind, const Kept& kept) {
  for (const auto& [key, seen] : kept) {
    out.append(kind);
    if (seen.access != Access::ok) out += seen.access == Access::denied ? "-denied" : "-absent";
    out += "\t" + escape(key);
    if (seen)
      for (const auto& value : to_values(*seen)) out += "\t" + escape(value);
    out += "\n";
  }
}

template <class Kept>
bool read_kept(std::string_view kind, const Values& fields, Kept& kept) {
  if (!fields[0].starts_with(kind)) return false;
  const std::string_view ending = std::string_view(fields[0]).substr(kind.size());
  typename Kept::mapped_type seen;
  if (ending == "-denied") {
    seen.access = Access::denied;
  } else if (ending.empty() && from_values({fields.begin() + 2, fields.end()}, seen.value)) {
    seen.access = Access::ok;
  } else if (ending != "-absent") {
    return false;
  }
  kept.insert_or_assign(fields[1], std::move(seen));
  return true;
}

/// Only what a plain file cannot say of a text: that it could not be read.
template <class Kept>
void write_denied(std::string& out, std::string_view kind, const Kept& kept) {
  for (const auto& [path, seen] : kept)
    if (seen.access == Access::denied) out += std::string(kind) + "-denied\t" + escape(path) + "\n";
}

}  // namespace

Result<Done> Box::record(const std::string& folder) const {
  if (auto good = check_recording(root_, folder); !good) return good;
  Recorder recorder(root_, folder);
  for (const auto* kept : {&heads_, &texts_})
    for (const auto& [path, seen] : *kept)
      if (seen) recorder.write(path, *seen);
  std::string table;
  write_denied(table, "text", texts_);
  write_denied(table, "head", heads_);
  write_kept(table, "link", links_);
  write_kept(table, "policy", policies_);
  write_kept(table, "digest", digests_);
  write_kept(table, "list", lists_);
  write_kept(table, "sockets", sockets_);
  write_kept(table, "note", notes_);
  write_kept(table, "state", states_);
  write_kept(table, "space", spaces_);
  write_kept(table, "clock", clocks_);
  write_kept(table, "health", healths_);
  recorder.write(kAuditFile, table);
  if (recorder.problem()) return *recorder.problem();
  return Done{};
}

void Box::load() {
  const auto table = root_.see(kAuditFile, kLargestTable);
  for (const auto line : split_lines(*table)) {
    const auto fields = fields_of(line);
    if (fields.size() < 2) continue;
    (void)(read_kept("text", fields, texts_) || read_kept("head", fields, heads_) ||
           read_kept("link", fields, links_) || read_kept("policy", fields, policies_) ||
           read_kept("digest", fields, digests_) || read_kept("list", fields, lists_) ||
           read_kept("sockets", fields, sockets_) || read_kept("note", fields, notes_) ||
           read_kept("state", fields, states_) || read_kept("space", fields, spaces_) ||
           read_kept("clock", fields, clocks_) || read_kept("health", fields, healths_));
  }
  // Whoever climbs up from a place relies on that it begins at the root.
  std::erase_if(links_, [](const auto& link) { return link.second && !link.second->starts_with("/"); });
}

}  // namespace edgefit
