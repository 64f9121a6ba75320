// A small machine in a temporary folder: a sysroot for the probe, with its PCI functions and processors.
// Each test writes only what its source reads, so that it says what matters.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/probe.h"
#include "support/sysroot.h"

namespace edgefit::test {

class Machine : public Sysroot {
 public:
  Machine& file(std::string_view path, std::string_view content) {
    Sysroot::file(path, content);
    return *this;
  }
  Machine& link(std::string_view path, std::string_view target) {
    Sysroot::link(path, target);
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
    options.sysroot = root().prefix();
    return Probe(options).finish();
  }
};

}  // namespace edgefit::test
