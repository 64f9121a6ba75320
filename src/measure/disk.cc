#include "measure/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>

#include "edgefit/units.h"

namespace edgefit {
namespace {

constexpr uint64_t kWorthReading = 8 << 20;
constexpr size_t kMostEntries = 20000;
constexpr int kDeepest = 2;
constexpr std::chrono::milliseconds kSearching{250};
constexpr size_t kBlock = 4 << 20;
constexpr size_t kAlignment = 4096;  // of O_DIRECT, whatever the disk's sectors
constexpr double kMostBytes = kGiB;
constexpr size_t kBlocksAPass = 4;

/// Where every system has large files.
constexpr std::array kSystemFolders = {"/usr/lib", "/usr/lib64", "/usr/bin", "/usr/libexec", "/opt", "/boot"};

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : value_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | flags)) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  explicit operator bool() const { return value_ >= 0; }
  int get() const { return value_; }

 private:
  int value_;
};

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// Files of one disk below a folder; links are not followed.
class Search {
 public:
  explicit Search(dev_t disk) : disk_(disk) {}

  void look(const std::string& folder, int depth) {
    const std::unique_ptr<DIR, CloseFolder> open(::opendir(folder.c_str()));
    if (!open) return;
    std::vector<std::string> below;
    while (const dirent* entry = ::readdir(open.get())) {
      if (++seen_ > kMostEntries || Clock::now() > until_) return;
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat status {};
      if (::fstatat(::dirfd(open.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
      if (status.st_dev != disk_) continue;
      if (S_ISDIR(status.st_mode)) below.push_back(folder + "/" + name);
      if (S_ISREG(status.st_mode)) take(folder + "/" + name, status);
    }
    for (const auto& one : below)
      if (depth < kDeepest) look(one, depth + 1);
  }

  /// A file with holes reads faster than any disk.
  void take(const std::string& path, const struct stat& status) {
    const auto bytes = static_cast<uint64_t>(status.st_size);
    const bool whole = static_cast<uint64_t>(status.st_blocks) * 512 >= bytes / 10 * 9;
    if (bytes >= kWorthReading && whole && ::access(path.c_str(), R_OK) == 0) found.push_back({path, bytes});
  }

  std::vector<DiskFile> found;

 private:
  dev_t disk_;
  size_t seen_ = 0;
  Clock::time_point until_ = Clock::now() + kSearching;
};

struct FreeMemory {
  void operator()(char* memory) const { std::free(memory); }
};
using Block = std::unique_ptr<char, FreeMemory>;

/// Is this place of the file in memory? A read that may not wait says so (Linux 4.14 and later; others: not known).
bool in_memory(int file, off_t at) {
  char byte = 0;
  iovec to{&byte, 1};
  return ::preadv2(file, &to, 1, at, RWF_NOWAIT) == 1;
}

/// Reads one stretch of a file that is not in memory; bytes a second, or nothing.
class Reader {
 public:
  Reader(double seconds, DiskRates& out)
      : until_(Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds))),
        block_(static_cast<char*>(std::aligned_alloc(kAlignment, kBlock))),
        out_(out) {}

  bool over() const { return Clock::now() >= until_ || out_.bytes >= kMostBytes; }

  /// Every second stretch of the file: the read-ahead of one must not help the next.
  void read(const DiskFile& file, bool direct, Sample& sample) {
    const Descriptor open(file.path, direct ? O_DIRECT : 0);
    if (!open || !block_) return;
    constexpr uint64_t kStretch = kBlocksAPass * kBlock;
    for (uint64_t at = 0; at + kWorthReading <= file.bytes && !over(); at += 2 * kStretch) {
      const uint64_t length = std::min<uint64_t>(kStretch, (file.bytes - at) / kAlignment * kAlignment);
      if (!direct && !emptied(open.get(), static_cast<off_t>(at), length)) continue;
      const auto begin = Clock::now();
      const double read = read_stretch(open.get(), at, length);
      if (read <= 0) return;
      sample.rates.push_back(read / std::chrono::duration<double>(Clock::now() - begin).count());
      out_.bytes += read;
    }
  }

 private:
  bool emptied(int file, off_t at, uint64_t length) {
    ::posix_fadvise(file, at, static_cast<off_t>(length), POSIX_FADV_DONTNEED);
    ::posix_fadvise(file, at, static_cast<off_t>(length), POSIX_FADV_SEQUENTIAL);
    const auto last = at + static_cast<off_t>(length) - 1;
    const bool still =
        in_memory(file, at) || in_memory(file, at + static_cast<off_t>(length / 2)) || in_memory(file, last);
    out_.cached = out_.cached || still;
    return !still;
  }

  double read_stretch(int file, uint64_t at, uint64_t length) {
    double total = 0;
    while (length > 0) {
      const ssize_t got = ::pread(file, block_.get(), std::min<uint64_t>(kBlock, length), static_cast<off_t>(at));
      if (got <= 0) return total;
      total += static_cast<double>(got);
      at += static_cast<uint64_t>(got);
      length -= std::min<uint64_t>(length, static_cast<uint64_t>(got));
      if (over()) return total;
    }
    return total;
  }

  Clock::time_point until_;
  Block block_;
  DiskRates& out_;
};

}  // namespace

std::vector<DiskFile> files_to_read(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  Search search(status.st_dev);
  if (S_ISREG(status.st_mode)) search.take(path, status);
  if (S_ISDIR(status.st_mode)) search.look(path, 0);
  if (search.found.empty() && !S_ISREG(status.st_mode)) {
    for (const char* folder : kSystemFolders) search.look(folder, 0);
  }
  std::sort(search.found.begin(), search.found.end(), [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  return std::move(search.found);
}

DiskRates read_disk(const std::vector<DiskFile>& files, double seconds) {
  DiskRates out;
  // The page cache first: what is read past it is not kept there, the other way round it would be.
  Reader buffered(seconds / 2, out);
  for (const auto& file : files) {
    if (buffered.over()) break;
    buffered.read(file, false, out.buffered);
  }
  Reader direct(seconds / 2, out);
  for (const auto& file : files) {
    if (direct.over()) break;
    direct.read(file, true, out.direct);
  }
  out.cached = out.cached && out.buffered.empty();
  return out;
}

}  // namespace edgefit
