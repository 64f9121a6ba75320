#include "audit/box.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fscrypt.h>
#include <linux/nvme_ioctl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/parse.h"
#include "base/sha256.h"

namespace edgefit {
namespace {

constexpr size_t kHead = 512;  // model formats show themselves in their first bytes
constexpr size_t kHashStep = 1 << 20;
constexpr double kMicro = 1e-6;

Access access_of(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP ? Access::absent : Access::denied;
}

FileState::Kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileState::Kind::file;
  if (S_ISDIR(mode)) return FileState::Kind::folder;
  return S_ISLNK(mode) ? FileState::Kind::link : FileState::Kind::other;
}

/// Where the folder of `path` lies on this machine, without following links out of a sysroot; the last part stays.
std::optional<std::string> place_of(const Root& root, const std::string& path) {
  if (root.live()) return path;
  const auto slash = path.rfind('/');
  const auto folder = root.resolve(path.substr(0, std::max<size_t>(slash, 1)));
  if (!folder) return std::nullopt;
  return root.host_path(*folder == "/" ? path.substr(slash) : *folder + path.substr(slash));
}

Seen<FileState> look_at(const Root& root, const std::string& path) {
  errno = 0;
  const auto place = place_of(root, path);
  struct stat info {};
  if (!place || ::lstat(place->c_str(), &info) != 0) return {access_of(errno == 0 ? ENOENT : errno), {}};
  return {Access::ok,
          {kind_of(info.st_mode), info.st_mode & 07777U, info.st_uid, info.st_gid, static_cast<uint64_t>(info.st_size),
           info.st_mtim.tv_sec}};
}

Seen<Space> ask_space(const std::string& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0) return {access_of(errno), {}};
  const auto unit = static_cast<double>(info.f_frsize);
  return {Access::ok,
          {static_cast<double>(info.f_bavail) * unit, static_cast<double>(info.f_blocks) * unit,
           static_cast<double>(info.f_favail), static_cast<double>(info.f_files)}};
}

Seen<ClockState> ask_clock() {
  timex answer{};
  if (::adjtimex(&answer) < 0) return {Access::denied, {}};
  return {Access::ok, {(answer.status & STA_UNSYNC) == 0, static_cast<double>(answer.maxerror) * kMicro}};
}

/// Linux Documentation/filesystems/fscrypt.rst: ENODATA = not encrypted, EOPNOTSUPP and ENOTTY = cannot be.
Seen<std::string> ask_policy(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return {access_of(errno), {}};
  fscrypt_get_policy_ex_arg answer{};
  answer.policy_size = sizeof answer.policy;
  const int failed = ::ioctl(fd, FS_IOC_GET_ENCRYPTION_POLICY_EX, &answer);
  const int error = errno;
  ::close(fd);
  if (failed == 0) return {Access::ok, "fscrypt"};
  if (error == ENODATA) return {Access::ok, "none"};
  return {error == EACCES || error == EPERM ? Access::denied : Access::absent, {}};
}

/// NVM Express Base Specification: Get Log Page is admin command 02h; dword 10 holds the length in dwords less one and
/// the page. Reads only.
Seen<DiskHealth> ask_health(const std::string& node) {
  const int fd = ::open(node.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return {access_of(errno), {}};
  alignas(8) unsigned char page[512] = {};
  nvme_admin_cmd command{};
  command.opcode = 0x02;
  command.nsid = 0xffffffff;
  command.addr = reinterpret_cast<uintptr_t>(page);
  command.data_len = sizeof page;
  command.cdw10 = (sizeof page / 4 - 1) << 16U | 0x02U;
  const bool answered = ::ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command) == 0;
  ::close(fd);
  if (!answered) return {Access::denied, {}};
  return {Access::ok, health_of_page(page)};
}

Seen<Box::Names> ask_sockets(const std::string& pid) {
  const Root live;
  const std::string folder = "/proc/" + pid + "/fd";
  const auto names = live.see_names(folder);
  if (!names) return {names.access, {}};
  Box::Names inodes;
  for (const auto& name : *names) {
    const auto target = live.link_name(folder + "/" + name).value_or("");
    if (target.starts_with("socket:[") && target.ends_with("]")) inodes.push_back(target.substr(8, target.size() - 9));
  }
  return {Access::ok, std::move(inodes)};
}

bool fits(std::string_view name, std::string_view pattern) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return name == pattern;
  const auto head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  return name.size() >= head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
}

/// The kept answer of `key`, asked for when it is new. Nothing beyond what was recorded is asked of a sysroot.
template <class T, class Ask>
const Seen<T>& keep(std::map<std::string, Seen<T>, std::less<>>& kept, const std::string& key, Ask ask) {
  const auto at = kept.find(key);
  if (at != kept.end()) return at->second;
  return kept.emplace(key, ask()).first->second;
}

}  // namespace

DiskHealth health_of_page(const unsigned char (&page)[512]) {
  return {page[0], page[3], page[4], page[5]};
}

Box::Box(std::string sysroot) : root_(std::move(sysroot)) {
  if (!root_.live()) load();
}

const Seen<std::string>& Box::read(const std::string& path, Filter filter, size_t limit) const {
  return keep(texts_, path, [&] { return read_whole(root_, path, filter, limit); });
}

const Seen<std::string>& Box::head(const std::string& path) const {
  return keep(heads_, path, [&] { return root_.see(path, kHead); });
}

const Seen<Box::Names>& Box::list(const std::string& path, size_t limit) const {
  return keep(lists_, path, [&] { return root_.see_names(path, limit); });
}

const Seen<FileState>& Box::look(const std::string& path) const {
  return keep(states_, path, [&] { return look_at(root_, path); });
}

const Seen<std::string>& Box::resolve(const std::string& path) const {
  return keep(links_, path, [&] { return resolve_in(root_, path); });
}

const Seen<Space>& Box::space(const std::string& path) const {
  return keep(spaces_, path, [&] { return live() ? ask_space(path) : Seen<Space>{Access::denied, {}}; });
}

const Seen<ClockState>& Box::clock() const {
  return keep(clocks_, std::string("-"), [&] { return live() ? ask_clock() : Seen<ClockState>{Access::denied, {}}; });
}

const Seen<DiskHealth>& Box::health(const std::string& node) const {
  return keep(healths_, node, [&] { return live() ? ask_health(node) : Seen<DiskHealth>{Access::denied, {}}; });
}

const Seen<std::string>& Box::file_encryption(const std::string& folder) const {
  return keep(policies_, folder, [&] { return live() ? ask_policy(folder) : Seen<std::string>{Access::denied, {}}; });
}

const Seen<Box::Names>& Box::sockets(const std::string& pid) const {
  return keep(sockets_, pid, [&] { return live() ? ask_sockets(pid) : Seen<Names>{Access::denied, {}}; });
}

const Seen<Box::Names>& Box::note(const std::string& key) const {
  return keep(notes_, key, [] { return Seen<Names>{}; });
}

const Seen<std::string>& Box::digest(const std::string& path, const std::function<void(double)>& progress) const {
  return keep(digests_, path, [&]() -> Seen<std::string> {
    const auto place = resolve(path);
    if (!place) return {place.access, {}};
    const auto file = File::open(root_.host_path(*place));
    if (!file) return {Access::denied, {}};
    Sha256 hash;
    std::string window(std::min<size_t>(kHashStep, file->size() + 1), '\0');
    for (uint64_t at = 0;;) {
      const auto n = file->read_into(at, window.data(), window.size());
      if (!n) return {Access::denied, {}};
      if (*n == 0) break;
      hash.add(std::string_view(window).substr(0, *n));
      at += *n;
      if (progress) progress(static_cast<double>(*n));
    }
    return {Access::ok, hash.finish()};
  });
}

Seen<Box::Names> Box::find(const std::string& pattern) const {
  Seen<Names> found{Access::ok, {""}};
  for (const auto part : split(std::string_view(pattern).substr(1), '/')) {
    Names next;
    for (const auto& path : *found) {
      if (part.find('*') == std::string_view::npos) {
        next.push_back(path + "/" + std::string(part));
        continue;
      }
      const auto& names = list(path);
      if (names.access == Access::denied) found.access = Access::denied;
      for (const auto& name : *names)
        if (fits(name, part)) next.push_back(path + "/" + name);
    }
    found.value = std::move(next);
  }
  std::erase_if(found.value, [&](const std::string& path) { return access(path) == Access::absent; });
  return found;
}

}  // namespace edgefit
