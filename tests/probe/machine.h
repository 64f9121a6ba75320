// A small machine in a temporary folder: a sysroot for the probe, made file by file.
// Each test writes only what its source reads, so that it says what matters.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"
#include "edgefit/probe.h"
#include "support/temp_dir.h"

namespace edgefit::test {

class Machine {
 public:
  Machine() : root_(folder_.path()) {}
  const Root& root() const { return root_; }

  Machine& file(std::string_view path, std::string_view content) {
    folder_.write(path.substr(1), content);
    return *this;
  }
  /// A relative link, as sysfs has them; both are paths of the machine.
  Machine& link(std::string_view path, std::string_view target) {
    namespace fs = std::filesystem;
    const fs::path from = folder_.at(path.substr(1)), to = folder_.at(target.substr(1));
    fs::create_directories(from.parent_path());
    fs::create_directories(to);
    fs::create_symlink(fs::relative(to, from.parent_path()), from);
    return *this;
  }
  /// A PCI function with its entry in /sys/bus/pci/devices; an empty driver is none.
  Machine& pci(const std::string& bdf, const std::string& class_code, const std::string& vendor,
               const std::string& device, const std::string& driver = {}) {
    const std::string folder = "/sys/devices/pci0000:00/" + bdf;
    file(folder + "/class", class_code + "\n").file(folder + "/vendor", vendor + "\n");
    file(folder + "/device", device + "\n");
    if (!driver.empty()) link(folder + "/driver", "/sys/bus/pci/drivers/" + driver);
    return link("/sys/bus/pci/devices/" + bdf, folder);
  }
  /// Two cores, one package, one node of `kib` KiB: what hwloc and the memory source need.
  Machine& small_box(const std::string& kib = "8388608") {
    for (const std::string cpu : {"0", "1"}) {
      const std::string topology = "/sys/devices/system/cpu/cpu" + cpu + "/topology/";
      file(topology + "core_id", cpu).file(topology + "physical_package_id", "0");
      file(topology + "core_cpus", cpu == "0" ? "1" : "2").file(topology + "package_cpus", "3");
      file(topology + "thread_siblings", cpu == "0" ? "1" : "2").file(topology + "core_siblings", "3");
    }
    file("/sys/devices/system/cpu/online", "0-1").file("/sys/devices/system/cpu/possible", "0-1");
    file("/sys/devices/system/cpu/present", "0-1").file("/sys/devices/system/node/online", "0");
    file("/sys/devices/system/node/node0/cpumap", "3").file("/sys/devices/system/node/node0/cpulist", "0-1");
    file("/sys/devices/system/node/node0/meminfo", "Node 0 MemTotal:       " + kib + " kB\n");
    file("/proc/meminfo", "MemTotal:       " + kib + " kB\nMemFree:  100 kB\nMemAvailable:    4194304 kB\n");
    return file(
        "/proc/cpuinfo",
        "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 158\nmodel name\t: Testium @ 2.00GHz\n"
        "flags\t\t: lm sse2 sse4_2 avx f16c fma avx2\n\nprocessor\t: 1\nflags\t\t: lm sse2 sse4_2 avx f16c fma avx2\n");
  }
  Host probe() const {
    ProbeOptions options;
    options.sysroot = folder_.path();
    return Probe(options).finish();
  }

 private:
  TempDir folder_;
  Root root_;
};

}  // namespace edgefit::test
