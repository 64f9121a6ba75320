#include "probe/os.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

TEST(Os, KernelAndDistributionOfTheRecording) {
  Machine machine;
  machine.small_box().file("/proc/sys/kernel/osrelease", "6.1.0-13-amd64\n");
  machine.file("/etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
  const auto host = machine.probe();
  EXPECT_EQ(*host.os.kernel, "6.1.0-13-amd64");
  EXPECT_EQ(*host.os.distro, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(*host.cpu.architecture, "x86_64");
  EXPECT_FALSE(host.os.libc);  // that of this program is not the recording's
  EXPECT_EQ(host.mode, Host::Mode::sysroot);
}

TEST(Os, VersionLineGivesTheReleaseOnly) {
  Machine machine;
  machine.file("/proc/version", "Linux version 4.14.0-49.el7a (builder@secret-host) (gcc) #1 SMP\n");
  const auto host = machine.probe();
  EXPECT_EQ(*host.os.kernel, "4.14.0-49.el7a");
  EXPECT_EQ(write_host_json(host).find("secret-host"), std::string::npos);
}

TEST(Os, ArchitectureIsNeverTheRunners) {
  Machine machine;
  machine.file("/proc/hwloc-nofile-info", "OSName: Linux\nHostName: secret-host\nArchitecture: ia64\n");
  const auto host = machine.probe();
  EXPECT_EQ(*host.cpu.architecture, "ia64");
  EXPECT_EQ(write_host_json(host).find("secret-host"), std::string::npos);
  EXPECT_FALSE(Machine().probe().cpu.architecture);
}

TEST(Os, VirtualMachines) {
  Machine kvm;
  kvm.small_box().file("/sys/class/dmi/id/sys_vendor", "QEMU\n");
  EXPECT_EQ(*kvm.probe().os.virtualization, "qemu");
  Machine metal;
  metal.small_box()
      .file("/sys/class/dmi/id/sys_vendor", "Dell Inc.\n")
      .file("/sys/class/dmi/id/product_name", "R750\n");
  const auto host = metal.probe();
  EXPECT_EQ(*host.os.virtualization, "none");
  EXPECT_EQ(*host.product, "R750");
  metal.file("/sys/class/dmi/id/sys_vendor", "Amazon EC2\n").file("/sys/class/dmi/id/product_name", "m5.metal\n");
  EXPECT_EQ(*metal.probe().os.virtualization, "none");
  metal.file("/sys/class/dmi/id/product_name", "m5.large\n");
  EXPECT_EQ(*metal.probe().os.virtualization, "amazon");
  Machine unnamed;
  unnamed.small_box().file("/proc/cpuinfo", "flags : lm hypervisor\n");
  EXPECT_EQ(*unnamed.probe().os.virtualization, "vm");
}

TEST(Os, Containers) {
  Machine docker;
  docker.small_box().file("/.dockerenv", "");
  EXPECT_EQ(*docker.probe().os.container, "docker");
  Machine pod;
  pod.small_box().file("/proc/self/cgroup", "0::/kubepods.slice/pod1\n");
  EXPECT_EQ(*pod.probe().os.container, "k8s");
  Machine lxc;
  lxc.small_box().file("/proc/1/environ", std::string("PATH=/bin\0container=lxc\0", 23));
  EXPECT_EQ(*lxc.probe().os.container, "lxc");
  Machine nspawn;
  nspawn.small_box().file("/run/systemd/container", "systemd-nspawn\n");
  EXPECT_EQ(*nspawn.probe().os.container, "systemd-nspawn");
  Machine user;  // of an LXC container, who may not read the environment of its first process
  user.small_box().file("/proc/self/cgroup", "0::/user.slice\n");
  user.file("/proc/self/mountinfo", "99 20 0:50 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n");
  EXPECT_EQ(*user.probe().os.container, "lxc");
  user.file("/proc/self/mountinfo", "99 20 0:50 / /var/lib/lxcfs rw - fuse.lxcfs lxcfs rw\n");
  EXPECT_EQ(*user.probe().os.container, "none");  // the host of containers
  Machine wsl;
  wsl.small_box().file("/run/systemd/container", "wsl\n");
  wsl.file("/proc/sys/kernel/osrelease", "5.15.90.1-Microsoft-standard-WSL2\n");
  EXPECT_EQ(*wsl.probe().os.container, "wsl2");
  Machine plain;
  plain.small_box().file("/proc/self/cgroup", "0::/user.slice\n");
  EXPECT_EQ(*plain.probe().os.container, "none");
  EXPECT_FALSE(Machine().probe().os.container);
}

TEST(Os, TheFirstWslHasNoKernelOfItsOwn) {
  Machine machine;
  machine.small_box().file("/proc/sys/kernel/osrelease", "4.4.0-19041-Microsoft\n");
  const auto first = machine.probe();
  EXPECT_EQ(*first.os.container, "wsl1");
  const auto by_wsl2 = [](const Limit& limit) { return limit.kind == "wsl2"; };
  EXPECT_TRUE(std::none_of(first.os.limits.begin(), first.os.limits.end(), by_wsl2));
  machine.file("/proc/sys/kernel/osrelease", "6.6.87.2-microsoft-standard\n");
  const auto second = machine.probe();
  EXPECT_EQ(*second.os.container, "wsl2");
  EXPECT_TRUE(std::any_of(second.os.limits.begin(), second.os.limits.end(), by_wsl2));
}

TEST(Os, AffinityIsALimit) {
  Machine machine;
  machine.small_box().file("/proc/self/status", "Name:\tx\nCpus_allowed_list:\t0-1\n");
  const auto by_affinity = [](const Limit& limit) { return limit.what == "cpus" && limit.kind == "affinity"; };
  auto host = machine.probe();
  EXPECT_TRUE(std::none_of(host.os.limits.begin(), host.os.limits.end(), by_affinity));
  host = machine.file("/proc/self/status", "Cpus_allowed_list:\t1\n").probe();
  EXPECT_EQ(std::count_if(host.os.limits.begin(), host.os.limits.end(), by_affinity), 1);
  EXPECT_EQ(*host.cpu.pus, 2);
  EXPECT_EQ(*host.cpu.threads_recommended, 1);
}

TEST(Os, VectorLengthOfArmIsThatOfTheRecording) {
  Machine machine;
  machine.small_box().file("/proc/cpuinfo", "processor : 0\nFeatures : asimd sve\nCPU implementer : 0x41\n");
  EXPECT_FALSE(machine.probe().cpu.sve_bits);
  machine.file(kSystemFile, "machine\taarch64\nsve_bits\t256\n");
  EXPECT_EQ(*machine.probe().cpu.sve_bits, 256);
  machine.file("/proc/cpuinfo", "processor : 0\nFeatures : asimd\nCPU implementer : 0x41\n");
  EXPECT_FALSE(machine.probe().cpu.sve_bits);
}

}  // namespace
}  // namespace edgefit
