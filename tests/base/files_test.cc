#include "base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>

#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(File, ReadsPartsOfARegularFile) {
  const TempDir dir;
  const auto file = File::open(dir.write("a", "0123456789"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size(), 10U);
  EXPECT_EQ(*file->read_at(2, 3), "234");
  EXPECT_EQ(*file->read_at(8, 100), "89");
  EXPECT_EQ(*file->read_at(10, 1), "");
  char out[4] = {};
  EXPECT_EQ(*file->read_into(9, out, 4), 1U);
}

TEST(File, MovesItsDescriptor) {
  const TempDir dir;
  auto first = File::open(dir.write("a", "one"));
  auto second = File::open(dir.write("b", "two"));
  ASSERT_TRUE(first && second);
  *first = std::move(*second);
  const File third = std::move(*first);
  EXPECT_EQ(*third.read_at(0, 3), "two");
}

TEST(File, RefusesWhatIsNoRegularFile) {
  const TempDir dir;
  const std::string fifo = dir.at("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const auto start = std::chrono::steady_clock::now();
  const auto pipe = File::open(fifo);
  ASSERT_FALSE(pipe);
  EXPECT_EQ(pipe.error().what, "this is a pipe, not a file");
  EXPECT_EQ(pipe.error().where, fifo);
  EXPECT_FALSE(pipe.error().hint.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));

  EXPECT_EQ(File::open(dir.path()).error().what, "this is a folder, not a file");
  EXPECT_EQ(File::open("/dev/zero").error().what, "this is a device, not a file");
  const auto missing = File::open(dir.at("none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().what, "no such file");
  EXPECT_EQ(File::open(dir.write("x", "") + "/y").error().what, "no such file");
  EXPECT_EQ(File::open(std::string("/etc\0/passwd", 12)).error().what, "no such file");
}

TEST(File, RefusesASocket) {
  const TempDir dir;
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(dir.at("s").size(), sizeof address.sun_path);
  dir.at("s").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(File::open(dir.at("s")).error().what, "this is a socket, not a file");
  ::close(fd);
}

TEST(File, SaysWhenPermissionIsMissing) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TempDir dir;
  const std::string path = dir.write("secret", "x");
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  EXPECT_EQ(File::open(path).error().what, "no permission to read this file");
}

TEST(ReadSmallFile, RefusesALargerOne) {
  const TempDir dir;
  const std::string path = dir.write("a", "12345");
  EXPECT_EQ(*read_small_file(path, 5), "12345");
  const auto refused = read_small_file(path, 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "this file is too large");
  EXPECT_THAT(refused.error().hint, HasSubstr("4"));
}

TEST(Root, ReadsBelowItsPrefix) {
  const TempDir dir;
  dir.write("proc/meminfo", "MemTotal: 1 kB\n\n");
  dir.write("sys/vendor", "0x10de\n");
  dir.write("sys/number", "12.5\n");
  dir.write("sys/words", "12 apples\n");
  dir.write("dt/model", std::string("Board\0", 6));
  const Root root(dir.path());
  EXPECT_FALSE(root.live());
  EXPECT_EQ(root.read("/proc/meminfo"), "MemTotal: 1 kB");
  EXPECT_EQ(root.read("/proc/meminfo", 3), "Mem");
  EXPECT_EQ(root.read("/dt/model"), "Board");
  EXPECT_EQ(root.read("/proc/none"), std::nullopt);
  EXPECT_EQ(root.read_number("/sys/vendor"), 0x10de);
  EXPECT_EQ(root.read_number("/sys/number"), 12.5);
  EXPECT_EQ(root.read_number("/sys/words"), std::nullopt);
  EXPECT_THAT(root.list("/sys"), ElementsAre("number", "vendor", "words"));
  EXPECT_EQ(root.list("/sys", 2).size(), 2U);
  EXPECT_THAT(root.list("/sys/vendor"), IsEmpty());
  EXPECT_TRUE(root.exists("/sys"));
  EXPECT_FALSE(root.exists("/dev"));
  EXPECT_EQ(root.may_open("/sys/vendor"), std::nullopt);
  EXPECT_EQ(root.host_path("/sys/vendor"), dir.at("sys/vendor"));
}

TEST(Root, KeepsLinksInside) {
  const TempDir dir;
  const std::string secret = dir.write("secret", "outside");
  dir.write("root/sys/devices/pci0/uevent", "DRIVER=nvidia");
  dir.write("root/sys/bus/drivers/nvidia/bind", "");
  const auto link = [&](const std::string& target, const std::string& name) {
    ASSERT_EQ(::symlink(target.c_str(), dir.at("root/" + name).c_str()), 0);
  };
  link("../../secret", "sys/escape");
  link(secret, "sys/absolute_escape");
  link("/sys/devices/pci0", "sys/absolute");
  link("devices/pci0", "sys/relative");
  link("../../bus/drivers/nvidia", "sys/devices/pci0/driver");
  link("loop_b", "sys/loop_a");
  link("loop_a", "sys/loop_b");
  const Root root(dir.at("root"));
  EXPECT_EQ(root.read("/sys/escape"), std::nullopt);
  EXPECT_EQ(root.read("/sys/absolute_escape"), std::nullopt);
  EXPECT_EQ(root.read("/../../secret"), std::nullopt);
  EXPECT_EQ(root.read("/sys/loop_a"), std::nullopt);
  EXPECT_EQ(root.read("/sys/absolute/uevent"), "DRIVER=nvidia");
  EXPECT_EQ(root.read("/sys/relative/uevent"), "DRIVER=nvidia");
  EXPECT_EQ(root.resolve("/sys/relative"), "/sys/devices/pci0");
  EXPECT_EQ(root.resolve("/sys/loop_a"), std::nullopt);
  EXPECT_EQ(root.link_name("/sys/relative/driver"), "nvidia");
  EXPECT_EQ(root.link_name("/sys/devices"), std::nullopt);
}

TEST(Root, DoesNotBlockOnAFifo) {
  const TempDir dir;
  ASSERT_EQ(::mkfifo(dir.at("fifo").c_str(), 0600), 0);
  EXPECT_EQ(Root(dir.path()).read("/fifo"), std::nullopt);
  EXPECT_EQ(Root().read(dir.at("fifo")), std::nullopt);
}

TEST(Root, SeesTheLiveMachine) {
  const Root root;
  EXPECT_TRUE(root.live());
  EXPECT_EQ(root.may_open("/dev/null"), true);
  EXPECT_EQ(root.may_open("/dev/no-such-node"), std::nullopt);
  if (root.exists("/proc/self/status")) {
    const auto status = root.read("/proc/self/status");
    ASSERT_TRUE(status);
    EXPECT_THAT(*status, HasSubstr("Name:"));
  }
}

}  // namespace
}  // namespace edgefit
