// A read-only view of one machine for the checks: its files, links, modes and a few answers of the kernel.
// Everything seen is kept, so that two checks never see two different machines and the recording holds exactly
// what was read. What must not leave the machine is taken out while reading: a live run sees what a replay will see.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/sight.h"
#include "edgefit/result.h"

namespace edgefit {

/// What lstat tells.
struct FileState {
  enum class Kind : uint8_t { file, folder, link, other };
  Kind kind = Kind::other;
  uint32_t mode = 0;  ///< permission bits
  uint32_t uid = 0, gid = 0;
  uint64_t size = 0;
  int64_t changed = 0;  ///< seconds since 1970, of the content
};

struct Space {
  double free = 0, total = 0;                ///< bytes; free to users
  double free_inodes = 0, total_inodes = 0;  ///< 0 of 0: the filesystem does not count them
};

/// adjtimex(2).
struct ClockState {
  bool synchronised = false;
  double error_seconds = 0;
};

/// SMART / Health Information of NVM Express, log page 02h.
struct DiskHealth {
  unsigned warning = 0;                           ///< bits of byte 0, Critical Warning
  unsigned spare = 0, least_spare = 0, used = 0;  ///< per cent; used may pass 100
};
/// Of the first bytes of the page.
DiskHealth health_of_page(const unsigned char (&page)[512]);

/// Answers that no file holds, as lines of /edgefit/audit in a recording: "kind<TAB>key<TAB>values".
inline constexpr const char* kAuditFile = "/edgefit/audit";

class Box final : public Sight {
 public:
  explicit Box(std::string sysroot);
  bool live() const { return root_.live(); }
  const Root& root() const { return root_; }

  const Seen<std::string>& read(const std::string& path, Filter filter = nullptr,
                                size_t limit = 64 << 10) const override;
  /// The first bytes of a file that may be binary, as they are.
  const Seen<std::string>& head(const std::string& path) const;
  const Seen<Names>& list(const std::string& path, size_t limit = 4096) const override;
  const Seen<FileState>& look(const std::string& path) const;
  const Seen<std::string>& resolve(const std::string& path) const override;
  const Seen<Space>& space(const std::string& path) const;
  const Seen<ClockState>& clock() const;
  /// "fscrypt" or "none"; absent when the filesystem has no such thing.
  const Seen<std::string>& file_encryption(const std::string& folder) const;
  /// Inodes of the sockets that a process holds open; root or its owner may ask.
  const Seen<Names>& sockets(const std::string& pid) const;
  /// Of a controller's node, "/dev/nvme0"; root may ask.
  const Seen<DiskHealth>& health(const std::string& node) const;
  /// Hexadecimal SHA-256 of the whole file. `progress` gets the bytes of each step.
  const Seen<std::string>& digest(const std::string& path, const std::function<void(double)>& progress) const;
  /// Words that a recording keeps beside what was read: which stores were looked at.
  const Seen<Names>& note(const std::string& key) const;
  void set_note(const std::string& key, Names words) const { notes_[key] = {Access::ok, std::move(words)}; }

  /// Paths that fit a pattern whose parts may hold one '*'. An unreadable folder gives none and `denied`.
  Seen<Names> find(const std::string& pattern) const;
  /// Is there something of this name? Unreadable counts as denied, not as absent.
  Access access(const std::string& path) const { return look(path).access; }

  Result<Done> record(const std::string& folder) const;

 private:
  template <class T>
  using Kept = std::map<std::string, Seen<T>, std::less<>>;
  void load();

  Root root_;
  mutable Kept<std::string> texts_, heads_, links_, policies_, digests_;
  mutable Kept<Names> lists_, sockets_, notes_;
  mutable Kept<FileState> states_;
  mutable Kept<Space> spaces_;
  mutable Kept<ClockState> clocks_;
  mutable Kept<DiskHealth> healths_;
};

}  // namespace edgefit
