// A box made file by file, with disks, volumes and mounts in a few words, and with what no file holds: modes, owners,
// free space, what this user may not read. Written as a recording that the audit replays.
#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/box.h"
#include "audit/checks.h"
#include "edgefit/audit.h"
#include "support/sysroot.h"

namespace edgefit::test {

inline constexpr const char* kToday = "2026-11-23";

class FakeBox {
 public:
  FakeBox& file(std::string_view path, std::string_view text) {
    root_.file(path, text);
    return *this;
  }
  FakeBox& folder(std::string_view path) {
    root_.folder(path);
    return *this;
  }
  FakeBox& link(std::string_view path, std::string_view target) {
    root_.link(path, target);
    return *this;
  }
  /// A line of the recording: "text-denied<TAB>/proc/swaps".
  FakeBox& answer(const std::string& line) {
    answers_ += line + "\n";
    root_.file(kAuditFile, answers_);
    return *this;
  }
  /// Nothing may be told of this path any more, whatever the tree holds.
  FakeBox& deny(const std::string& path) {
    for (const char* kind : {"text", "head", "list", "state", "link"}) answer(std::string(kind) + "-denied\t" + path);
    return *this;
  }
  /// The same for a while.
  template <class Run>
  void without(const std::string& path, Run run) {
    const std::string before = answers_;
    deny(path);
    run();
    answers_ = before;
    answer("note\t-");
  }
  /// Mode in octal, "0640".
  FakeBox& state(const std::string& path, const std::string& kind, unsigned mode, int uid = 0, int64_t changed = 0,
                 uint64_t size = 0) {
    return answer("state\t" + path + "\t" + kind + "\t" + std::to_string(mode) + "\t" + std::to_string(uid) + "\t0\t" +
                  std::to_string(size) + "\t" + std::to_string(changed));
  }

  FakeBox& disk(const std::string& name, const std::string& model = "Samsung SSD 990") {
    place(name, "/sys/devices/pci0000:00/0000:00:17.0/block/" + name);
    return file(places_[name] + "/device/model", model);
  }
  FakeBox& partition(const std::string& name, const std::string& of) {
    place(name, places_[of] + "/" + name);
    return file(places_[name] + "/partition", "1\n");
  }
  FakeBox& mapper(const std::string& name, const std::string& uuid, const std::vector<std::string>& legs,
                  const std::string& title = "vol") {
    place(name, "/sys/devices/virtual/block/" + name);
    file(places_[name] + "/dm/uuid", uuid + "\n").file(places_[name] + "/dm/name", title + "\n");
    return slaves(name, legs);
  }
  FakeBox& raid(const std::string& name, const std::vector<std::string>& legs) {
    place(name, "/sys/devices/virtual/block/" + name);
    return slaves(name, legs);
  }
  FakeBox& loop(const std::string& name, const std::string& backing) {
    place(name, "/sys/devices/virtual/block/" + name);
    return file(places_[name] + "/loop/backing_file", backing + "\n");
  }
  FakeBox& number(const std::string& number, const std::string& name) {
    return link("/sys/dev/block/" + number, places_[name]);
  }
  /// A mount on "/" or on an existing mount's folder; the root mount comes first.
  FakeBox& mount(const std::string& point, const std::string& filesystem, const std::string& source,
                 const std::string& number, const std::string& options = "rw") {
    const int id = ++mounts_count_;
    mounts_ += std::to_string(id) + " " + std::to_string(id == 1 ? 0 : 1) + " " + number + " / " + point + " rw - " +
               filesystem + " " + source + " " + options + "\n";
    return folder(point).file("/proc/self/mountinfo", mounts_);
  }
  /// Everything on one disk partition, sda1.
  FakeBox& plain_root() {
    return disk("sda").partition("sda1", "sda").number("8:1", "sda1").mount("/", "ext4", "/dev/sda1", "8:1");
  }
  /// Everything on a LUKS volume.
  FakeBox& secret_root() {
    return disk("sda")
        .mapper("dm-0", "CRYPT-LUKS2-0123-root", {"sda"})
        .number("253:0", "dm-0")
        .mount("/", "ext4", "/dev/mapper/vol", "253:0");
  }

  /// A process; the first one makes all of them visible.
  FakeBox& process(const std::string& pid, const std::vector<std::string>& arguments, int uid = 1000,
                   const std::string& capabilities = "0000000000000000", const std::string& cgroup = "0::/user.slice") {
    std::string command;
    for (const auto& argument : arguments) command += argument + '\0';
    const std::string id = std::to_string(uid), folder = "/proc/" + pid;
    file("/proc/1/status", "Uid:\t0\t0\t0\t0\n").file(folder + "/cmdline", command);
    file(folder + "/status", "Uid:\t" + id + "\t" + id + "\t" + id + "\t" + id + "\nGid:\t" + id + "\t" + id +
                                 "\nCapEff:\t" + capabilities + "\n");
    return file(folder + "/cgroup", cgroup + "\n")
        .file(folder + "/uid_map", "0 0 4294967295\n")
        .file(folder + "/environ", "");
  }
  FakeBox& variables(const std::string& pid, const std::string& line) {
    return file("/proc/" + pid + "/environ", line + '\0');
  }
  /// A listening socket; `address` as the kernel writes it, "0100007F". Its inode is the port.
  FakeBox& listen(const std::string& pid, const std::string& address, int port) {
    char hex[8];
    std::snprintf(hex, sizeof hex, "%04X", static_cast<unsigned>(port));
    sockets_ += "   0: " + address + ":" + hex + " 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 " +
                std::to_string(port) + " 1\n";
    if (!pid.empty()) answer("sockets\t" + pid + "\t" + std::to_string(port));
    return file("/proc/net/tcp", "  sl  local_address rem_address   st\n" + sockets_);
  }

  const std::string& place_of(const std::string& name) { return places_[name]; }
  const std::string& prefix() const { return root_.root().prefix(); }
  Box box() const { return Box(prefix()); }

  AuditOptions options() const {
    AuditOptions options;
    options.sysroot = prefix();
    options.as_of = kToday;
    return options;
  }
  /// The finding of one check.
  AuditFinding check(const std::string& id) const { return check(id, options()); }
  static AuditFinding check(const std::string& id, AuditOptions options) {
    options.only = {id};
    const auto audit = Auditor(std::move(options)).run();
    if (!audit || audit->findings.size() != 1) return {};
    return audit->findings[0];
  }

 private:
  void place(const std::string& name, const std::string& folder) {
    places_[name] = folder;
    link("/sys/class/block/" + name, folder);
    this->folder("/sys/block");
    if (folder.find("/block/" + name) != std::string::npos) this->folder("/sys/block/" + name);
  }
  FakeBox& slaves(const std::string& name, const std::vector<std::string>& legs) {
    folder(places_[name] + "/slaves");
    for (const auto& leg : legs) folder(places_[name] + "/slaves/" + leg);
    return *this;
  }

  Sysroot root_;
  std::map<std::string, std::string> places_;
  std::string answers_, mounts_, sockets_;
  int mounts_count_ = 0;
};

/// One line for a failed expectation.
inline std::string told(const AuditFinding& finding) {
  return std::string(finding.check == nullptr ? "?" : finding.check->id) + " " + name_of(finding.status) + " " +
         finding.path + ": " + finding.message;
}

#define EXPECT_STATUS(finding_expression, wanted)                                    \
  do {                                                                               \
    const auto finding_seen = (finding_expression);                                  \
    EXPECT_EQ(finding_seen.status, CheckStatus::wanted) << test::told(finding_seen); \
  } while (false)

}  // namespace edgefit::test
