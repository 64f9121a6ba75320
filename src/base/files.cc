#include "base/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>

#include "base/error_text.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

namespace {

// Linux gives up after 40 links as well (path_resolution(7)).
constexpr int kMaxLinks = 40;
constexpr size_t kMaxLinkTarget = 4096;

struct KindText {
  mode_t kind;
  const char* what;
};
constexpr KindText kRefused[] = {{S_IFDIR, mark("this is a folder, not a file")},
                                 {S_IFIFO, mark("this is a pipe, not a file")},
                                 {S_IFCHR, mark("this is a device, not a file")},
                                 {S_IFBLK, mark("this is a device, not a file")},
                                 {S_IFSOCK, mark("this is a socket, not a file")}};

Problem refusal(mode_t mode, const std::string& path) {
  for (const auto& row : kRefused)
    if ((mode & S_IFMT) == row.kind) return {tr(row.what), printable(path), tr("name a regular file")};
  return {tr("this is not a regular file"), printable(path), tr("name a regular file")};
}

Problem open_failure(int error, const std::string& path) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {tr("no such file"), printable(path), tr("check the spelling and the folder")};
    case EACCES:
    case EPERM:
      return {tr("no permission to read this file"), printable(path), tr("ask its owner, or change its mode")};
    default:
      return {say(tr("cannot open this file: {}"), error_text(error)), printable(path), {}};
  }
}

/// Bytes read at `offset`, or -1 with errno set.
ssize_t read_fully(int fd, uint64_t offset, char* out, size_t length) {
  size_t done = 0;
  while (done < length) {
    const ssize_t n = ::pread(fd, out + done, length - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  return static_cast<ssize_t>(done);
}

/// A regular file's descriptor, or -1. The type is looked at before opening, because opening some devices has
/// effects, and again afterwards, because the name may have changed hands.
int open_regular(const char* path, int extra_flags, struct stat& info) {
  if (::stat(path, &info) != 0) return -1;
  if (!S_ISREG(info.st_mode)) {
    errno = EINVAL;
    return -1;
  }
  const int fd = ::open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | extra_flags);
  if (fd < 0) return -1;
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) return fd;
  ::close(fd);
  errno = EINVAL;
  return -1;
}

std::optional<std::string> read_link(const std::string& path) {
  std::string target(kMaxLinkTarget, '\0');
  const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());
  if (n < 0 || static_cast<size_t>(n) >= target.size()) return {};
  target.resize(static_cast<size_t>(n));
  return target;
}

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0 && path.substr(0, slash) != ".") parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

/// Walks `path` below `prefix` one component at a time, so that neither a link nor ".." can leave it.
/// The path inside the prefix without any link, or nothing when it does not exist.
std::optional<std::string> walk(const std::string& prefix, std::string_view path, bool follow_last) {
  std::vector<std::string> done;
  std::vector<std::string> todo = parts_of(path);
  std::reverse(todo.begin(), todo.end());
  int links = 0;
  const auto joined = [&done] {
    std::string text;
    for (const auto& part : done) text += "/" + part;
    return text;
  };
  while (!todo.empty()) {
    const std::string part = std::move(todo.back());
    todo.pop_back();
    if (part == "..") {
      if (!done.empty()) done.pop_back();
      continue;
    }
    done.push_back(part);
    const std::string here = prefix + joined();
    struct stat info {};
    if (::lstat(here.c_str(), &info) != 0) return {};
    if (!S_ISLNK(info.st_mode) || (todo.empty() && !follow_last)) continue;
    const auto target = read_link(here);
    if (!target || ++links > kMaxLinks) return {};
    done.pop_back();
    if (target->starts_with('/')) done.clear();
    auto more = parts_of(*target);
    todo.insert(todo.end(), more.rbegin(), more.rend());
  }
  return done.empty() ? "/" : joined();
}

/// Where to open `path` of a root: as it stands on a live machine, without links in a sysroot.
std::optional<std::string> place(const Root& root, std::string_view path) {
  if (root.live()) return std::string(path);
  const auto inside = walk(root.prefix(), path, true);
  if (!inside) return {};
  return root.prefix() + *inside;
}

/// A name that is not there, against one that is there and closed. Too many links lead nowhere.
Access access_of(int error) {
  return error == 0 || error == ENOENT || error == ENOTDIR || error == ELOOP ? Access::absent : Access::denied;
}

std::string_view cut_end(std::string_view text) {
  // Strings of the device tree end with NUL, those of sysfs with a line feed.
  const size_t last = text.find_last_not_of(std::string_view(" \t\r\n\0", 5));
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

}  // namespace

Result<File> File::open(const std::string& path) {
  struct stat info {};
  if (path.find('\0') != std::string::npos) return open_failure(ENOENT, path);
  const int fd = open_regular(path.c_str(), 0, info);
  if (fd < 0) {
    const int error = errno;
    if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) return refusal(info.st_mode, path);
    return open_failure(error, path);
  }
  File file;
  file.fd_ = fd;
  file.path_ = path;
  file.size_ = static_cast<uint64_t>(info.st_size);
  return file;
}

File::File(File&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), size_(other.size_) {}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(size_, other.size_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

Result<size_t> File::read_into(uint64_t offset, char* out, size_t length) const {
  const ssize_t n = read_fully(fd_, offset, out, length);
  if (n < 0) {
    return Problem{say(tr("cannot read this file: {}"), error_text(errno)),
                   fmt::format(fmt::runtime(tr("{}, byte {}")), printable(path_), offset),
                   {}};
  }
  return static_cast<size_t>(n);
}

Result<std::string> File::read_at(uint64_t offset, size_t length) const {
  if (offset >= size_) return std::string();
  std::string out(static_cast<size_t>(std::min<uint64_t>(length, size_ - offset)), '\0');
  const auto n = read_into(offset, out.data(), out.size());
  if (!n) return n.error();
  out.resize(*n);
  return out;
}

Result<std::string> read_small_file(const std::string& path, size_t limit) {
  auto file = File::open(path);
  if (!file) return file.error();
  if (file->size() > limit) {
    return Problem{tr("this file is too large"), printable(path),
                   say(tr("at most this many bytes are read: {}"), limit)};
  }
  return file->read_at(0, limit);
}

Result<Done> replace_file(const std::string& path, std::string_view text) {
  const std::string draft = path + ".new";
  const auto failed = [&] {
    const int error = errno;
    ::unlink(draft.c_str());
    return Problem{say(tr("cannot write this file: {}"), error_text(error)), printable(path),
                   tr("check that the folder exists, may be written and has room")};
  };
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return failed();
  bool good = true;
  while (good && !text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n > 0) text.remove_prefix(static_cast<size_t>(n));
    good = n >= 0 || errno == EINTR;
  }
  good = good && ::fsync(fd) == 0;
  if (::close(fd) != 0 || !good || ::rename(draft.c_str(), path.c_str()) != 0) return failed();
  return Done{};
}

std::string Root::host_path(std::string_view path) const {
  return prefix_ + std::string(path);
}

Seen<std::string> Root::see(std::string_view path, size_t limit) const {
  errno = 0;
  const auto where = place(*this, path);
  struct stat info {};
  const int fd = where ? open_regular(where->c_str(), live() ? 0 : O_NOFOLLOW, info) : -1;
  if (fd < 0) return {access_of(errno), {}};
  // Files of /proc and /sys say size 0 or 4096 whatever they hold; plain read, because some refuse pread.
  std::string text;
  while (text.size() < limit) {
    const size_t used = text.size();
    const size_t step = std::min<size_t>(limit - used, 4096);
    text.resize(used + step);
    const ssize_t n = ::read(fd, text.data() + used, step);
    const bool again = n < 0 && errno == EINTR;
    text.resize(used + (n > 0 ? static_cast<size_t>(n) : 0));
    if (again) continue;
    if (n < 0) {
      ::close(fd);
      return {Access::denied, {}};
    }
    if (n == 0) break;
  }
  ::close(fd);
  return {Access::ok, std::move(text)};
}

std::optional<std::string> Root::read(std::string_view path, size_t limit) const {
  const auto seen = see(path, limit);
  if (!seen) return {};
  return std::string(cut_end(*seen));
}

std::optional<double> Root::read_number(std::string_view path) const {
  const auto text = read(path, 64);
  if (!text || text->empty()) return {};
  const char* end = text->data() + text->size();
  if (text->starts_with("0x")) {
    uint64_t whole = 0;
    const auto [stop, error] = std::from_chars(text->data() + 2, end, whole, 16);
    return error == std::errc() && stop == end ? std::optional(static_cast<double>(whole)) : std::nullopt;
  }
  double number = 0;
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  const bool whole = error == std::errc() && stop == end && std::isfinite(number);
  return whole ? std::optional(number) : std::nullopt;
}

Seen<std::vector<std::string>> Root::see_names(std::string_view path, size_t limit) const {
  errno = 0;
  const auto where = place(*this, path);
  const int fd = where ? ::open(where->c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC) : -1;
  if (fd < 0) return {access_of(errno), {}};
  DIR* folder = ::fdopendir(fd);
  if (folder == nullptr) {
    ::close(fd);
    return {Access::denied, {}};
  }
  std::vector<std::string> names;
  while (names.size() < limit) {
    const dirent* entry = ::readdir(folder);
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(folder);
  std::sort(names.begin(), names.end());
  return {Access::ok, std::move(names)};
}

std::vector<std::string> Root::list(std::string_view path, size_t limit) const {
  return see_names(path, limit).value;
}

std::optional<std::string> Root::link_name(std::string_view path) const {
  const auto inside = walk(prefix_, path, false);
  if (!inside) return {};
  const auto target = read_link(prefix_ + *inside);
  if (!target || target->empty()) return {};
  return target->substr(target->find_last_of('/') + 1);
}

std::optional<std::string> Root::resolve(std::string_view path) const {
  return walk(prefix_, path, true);
}

bool Root::exists(std::string_view path) const {
  struct stat info {};
  const auto where = place(*this, path);
  return where && ::stat(where->c_str(), &info) == 0;
}

std::optional<bool> Root::may_open(std::string_view path) const {
  if (!live() || !exists(path)) return {};
  return ::faccessat(AT_FDCWD, host_path(path).c_str(), R_OK | W_OK, AT_EACCESS) == 0;
}

}  // namespace edgefit
