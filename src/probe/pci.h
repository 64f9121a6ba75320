// PCI functions by sysfs: address, ids, class, driver, and the narrowest link up to the root port.
// hwloc is not asked: its PCI walk costs 20-60 ms, drops class 1180 and never names the driver.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "edgefit/fact.h"
#include "edgefit/units.h"

namespace edgefit {

inline constexpr const char* kPciFolder = "/sys/bus/pci/devices/";

struct PciFunction {
  std::string bdf;          ///< 0000:01:00.0
  unsigned class_code = 0;  ///< base class and subclass: 0x0300
  unsigned vendor = 0, device = 0;
  std::string driver;            ///< empty = none bound, or not recorded
  bool driver_recorded = false;  ///< false: this root cannot tell whether one is bound
  std::string ids() const;       ///< "10de:2684"
  std::string path() const { return kPciFolder + bdf; }
};

/// Display (03), accelerator (12), co-processor (0b40) and signal processing (1180) functions, in PCI order.
std::vector<PciFunction> scan_pci(const Root& root);

/// Keeps the classes that scan_pci() keeps, in PCI order.
void keep_wanted(std::vector<PciFunction>& functions);

/// The path's weakest link: generation and lanes that the slot and every switch above the function can do.
/// An on-card switch shows 32 GT/s x16 while the slot is 16 GT/s x8 (RDNA), an idle link shows less than it can.
struct PciLink {
  Fact<double> generation, width;
  Fact<double> generation_now, width_now;  ///< an idle link is slower
  Fact<BytesPerSecond> bandwidth;
};
PciLink pci_link(const Root& root, const std::string& bdf);
/// Payload bytes a second of one lane; 0 for an unknown generation.
double pci_lane_bandwidth(int generation);

/// "0000:01:00.0" from any spelling ("00000000:01:00.0", upper case); empty when it is no address.
std::string normal_bdf(std::string_view text);
bool bdf_before(const std::string& a, const std::string& b);

}  // namespace edgefit
