// The one door to the file system. Every read is bounded; FIFOs, devices and folders are refused with a reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/result.h"

namespace edgefit {

/// Opens regular files only (never blocks on a FIFO, never reads a device), O_CLOEXEC, O_NONBLOCK.
/// Reads go through one window of pread; nothing is mapped.
class File {
 public:
  static Result<File> open(const std::string& path);
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }  ///< when opened; later reads re-check
  /// Up to `length` bytes at `offset`; fewer at the end of the file; a Problem on an I/O error.
  Result<std::string> read_at(uint64_t offset, size_t length) const;
  /// Fills `out`; the number of bytes really read.
  Result<size_t> read_into(uint64_t offset, char* out, size_t length) const;

 private:
  File() = default;
  int fd_ = -1;
  std::string path_;
  uint64_t size_ = 0;
};

/// A whole small file, at most `limit` bytes: larger is a Problem.
Result<std::string> read_small_file(const std::string& path, size_t limit = 16 << 20);

/// Writes a whole file beside its place and renames it: a reader sees the old text or the new one, never half of it.
Result<Done> replace_file(const std::string& path, std::string_view text);

/// Why a look at a machine gave nothing. `denied` is whatever is there and cannot be read: no permission, an input or
/// output error, a pipe where a file should be.
enum class Access : uint8_t { ok, absent, denied };

/// What a look at a machine gave, or why it gave nothing.
template <class T>
struct Seen {
  Access access = Access::absent;
  T value{};
  explicit operator bool() const { return access == Access::ok; }
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};

/// A machine's root folder: "" is the live one, else a recorded sysroot. Reads of /proc and /sys are
/// bounded, never follow links out of a sysroot, and return nothing when absent or unreadable.
class Root {
 public:
  explicit Root(std::string prefix = {}) : prefix_(std::move(prefix)) {}
  bool live() const { return prefix_.empty(); }
  const std::string& prefix() const { return prefix_; }

  /// Content with trailing white space cut; nothing when it cannot be read. At most `limit` bytes are read.
  std::optional<std::string> read(std::string_view path, size_t limit = 64 << 10) const;
  /// The bytes as they are, at most `limit` of them, or why there are none.
  Seen<std::string> see(std::string_view path, size_t limit = 64 << 10) const;
  Seen<std::vector<std::string>> see_names(std::string_view path, size_t limit = 4096) const;
  std::optional<double> read_number(std::string_view path) const;
  /// Sorted names, "." and ".." left out, at most `limit`.
  std::vector<std::string> list(std::string_view path, size_t limit = 4096) const;
  /// Last part of a link's target: the name of a driver; nothing when it is no link.
  std::optional<std::string> link_name(std::string_view path) const;
  /// The target resolved inside this root, as an absolute path of the machine ("/sys/devices/...").
  std::optional<std::string> resolve(std::string_view path) const;
  bool exists(std::string_view path) const;
  /// May this process open it for reading and writing? Nothing when the root is not live or the node is absent.
  std::optional<bool> may_open(std::string_view path) const;
  /// Where `path` lies on this machine.
  std::string host_path(std::string_view path) const;

 private:
  std::string prefix_;
};

}  // namespace edgefit
