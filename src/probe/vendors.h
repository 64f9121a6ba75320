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
  NvidiaOptions nvidia = usual_nvidia_options();
  /// Where each library may lie; the first that exists is used.
  std::vector<std::string> rocm_smi = usual_paths("rocm_smi"), level_zero = usual_paths("level_zero"),
                           vulkan = usual_paths("vulkan");
  int deadline_ms = 2000;
  static std::vector<std::string> usual_paths(std::string_view source);
};

class Vendors {
 public:
  static Vendors start(const Root& root, const std::vector<PciFunction>& functions, VendorOptions options = {});
  /// Waits for every answer and joins it with what the PCI scan found.
  void finish(const Root& root, Host& host);
  /// After finish(): every question that was put.
  std::vector<const Inquiry*> inquiries() const;

 private:
  NvidiaQuery nvidia_;
  Inquiry drm_, rocm_smi_, level_zero_, vulkan_;
};

}  // namespace edgefit
