// All questions to foreign code together: started first and at once, joined last.
// A fork costs what memory was touched before it, so they start before anything else is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/inquiry.h"
#include "probe/nvidia.h"
#include "probe/pci.h"

namespace edgefit {

struct VendorOptions {
  NvidiaOptions nvidia;
  /// Where each library may lie; the first that exists is used.
  std::vector<std::string> rocm_smi, level_zero, vulkan;
  int deadline_ms = 2000;
};
/// Looks where the dynamic linker does and where vendors put their libraries. `search_path`: LD_LIBRARY_PATH.
VendorOptions usual_vendor_options(const Root& root, std::string_view search_path);

class Vendors {
 public:
  static Vendors start(const Root& root, const std::vector<PciFunction>& functions, VendorOptions options);
  /// Waits for every answer and joins it with what the PCI scan found.
  void finish(const Root& root, Host& host);
  /// After finish(): every question that was put.
  std::vector<const Inquiry*> inquiries() const;

 private:
  NvidiaQuery nvidia_;
  Inquiry drm_, rocm_smi_, level_zero_, vulkan_;
};

}  // namespace edgefit
