// NVIDIA's answers joined with what sysfs shows, by PCI address, never by name.
// NVML speaks first; the CUDA driver is asked when NVML is missing, fails, or cannot tell whose memory it is.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/inquiry.h"
#include "probe/libraries.h"
#include "probe/vendor_report.h"

namespace edgefit {

struct NvidiaOptions {
  /// Where libnvidia-ml.so.1 and libcuda.so.1 may lie; the first that exists is used.
  std::vector<std::string> nvml, cuda;
  /// Device nodes of which one must exist before the CUDA driver is asked without NVML.
  std::vector<std::string> nodes = {"/dev/nvidiactl", "/dev/dxg", "/dev/nvhost-gpu", "/dev/nvgpu", "/dev/nvmap"};
  int deadline_ms = 2000;
};
/// Where the linker looks, then the usual places on Debian, Fedora, WSL, Jetson, NixOS, Kubernetes and in driver
/// containers.
NvidiaOptions usual_nvidia_options(const LinkerView& linker);

/// A query under way, or the reason why there is none.
class NvidiaQuery {
 public:
  /// Forks only on the live machine and only when a library file exists. The CUDA driver starts here as well when there
  /// is no NVML; on other machines it takes up to seconds for what NVML tells in milliseconds.
  static NvidiaQuery start(const Root& root, NvidiaOptions options);
  /// Waits for the answers and joins them with the cards that the PCI scan found.
  void finish(const Root& root, Host& host);
  /// The two inquiries, for a recording and for the doctor.
  std::vector<const Inquiry*> inquiries() const { return {&nvml_, &cuda_}; }

 private:
  void ask(const Root& root, Host& host);
  void ask_cuda(const Root& root);
  void settle_memory(const Root& root, const VendorReport& nvml, Host& host);
  NvidiaOptions options_;
  Inquiry nvml_, cuda_;
};

/// Joins a report of NVML: fills cards, adds those that PCI does not show (WSL), sets states, notes errors.
/// False when the library did not start.
bool join_nvml(const VendorReport& report, Host& host);
/// The same for the CUDA driver.
bool join_cuda(const VendorReport& report, Host& host);

}  // namespace edgefit
