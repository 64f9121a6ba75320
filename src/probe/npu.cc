#include "probe/npu.h"

#include "edgefit/text.h"
#include "probe/gpu.h"
#include "probe/scan.h"

namespace edgefit {
namespace {

constexpr unsigned kAny = 0xffff;

/// PCI ids from the drivers: amdxdna, ivpu, habanalabs, qaic, and vendors' pages. First match wins.
struct NpuRow {
  unsigned vendor, device;
  const char* kind;
  const char* runtime;
};
constexpr NpuRow kNpus[] = {
    {0x1022, 0x1502, "AMD XDNA", "Ryzen AI Software"},
    {0x1022, 0x17f0, "AMD XDNA 2", "Ryzen AI Software"},
    {kIntel, 0x7d1d, "Intel NPU (Meteor Lake)", "OpenVINO"},
    {kIntel, 0xad1d, "Intel NPU (Arrow Lake)", "OpenVINO"},
    {kIntel, 0x643e, "Intel NPU (Lunar Lake)", "OpenVINO"},
    {kIntel, 0xb03e, "Intel NPU (Panther Lake)", "OpenVINO"},
    {kIntel, 0x225c, "Intel Xeon Phi", ""},
    {0x1da3, kAny, "Habana Gaudi", "SynapseAI"},
    {0x17cb, 0xa100, "Qualcomm Cloud AI 100", "Qualcomm AIC SDK"},
    {0x1e60, 0x2864, "Hailo-8", "HailoRT"},
    {0x1ac1, 0x089a, "Google Coral", "libedgetpu"},
    {0x19e5, kAny, "Huawei Ascend", "CANN"},
    {0x1e52, kAny, "Tenstorrent", "tt-metal"},
    {0x1bcf, 0x001c, "NEC Vector Engine", "NEC SDK"},
};

const NpuRow* find_row(const PciFunction& function) {
  for (const auto& row : kNpus)
    if (row.vendor == function.vendor && (row.device == kAny || row.device == function.device)) return &row;
  return nullptr;
}

std::string device_node(const Root& root, const PciFunction& function) {
  const auto names = root.list(function.path() + "/accel");
  return names.empty() ? std::string() : "/dev/accel/" + names.front();
}

}  // namespace

std::vector<Npu> describe_npus(const Root& root, const std::vector<PciFunction>& functions) {
  std::vector<Npu> npus;
  for (const auto& function : functions) {
    const auto* row = find_row(function);
    const bool signal_processor = function.class_code == 0x1180;
    if (is_gpu(function) || (signal_processor && !row)) continue;
    Npu npu;
    npu.kind = row ? row->kind : "accelerator " + function.ids();
    npu.node = device_node(root, function);
    npu.runtime_needed = row ? row->runtime : "";
    npu.state = !function.driver.empty()   ? "driver-loaded"
                : function.driver_recorded ? name_of(GpuState::no_driver)
                                           : name_of(GpuState::driver_not_recorded);
    npu.driver = function.driver.empty()
                     ? Fact<std::string>::unknown(tr("no driver is bound"))
                     : Fact<std::string>(function.driver, {Origin::Kind::os, function.path() + "/driver"});
    npus.push_back(std::move(npu));
  }
  return npus;
}

void probe_npus(Scan& scan) {
  scan.host.npus = describe_npus(scan.root, scan.pci);
}

}  // namespace edgefit
