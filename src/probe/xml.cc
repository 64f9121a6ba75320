#include "probe/xml.h"

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/platform.h"

namespace edgefit {
namespace {

using Infos = std::vector<std::pair<std::string, std::string>>;

std::string info_of(const Infos& infos, std::string_view key) {
  const auto at = std::find_if(infos.begin(), infos.end(), [&](const auto& info) { return info.first == key; });
  return at == infos.end() ? std::string() : std::string(trim(at->second));
}

/// KiB as a bare number (hwloc 2) or "16671616KiB" (hwloc 3), as bytes.
std::optional<double> kibibytes(const std::string& text) {
  const auto number = leading_number(text);
  if (!number || *number <= 0 || *number * kKiB >= 0x1p46) return std::nullopt;
  return *number * kKiB;
}

/// hwloc's infos about memory of a GPU, the vendor's own library first.
constexpr const char* kMemoryInfos[] = {"CUDAGlobalMemorySize", "RSMIVRAMSize", "LevelZeroHBMSize", "LevelZeroDDRSize",
                                        "OpenCLGlobalMemorySize"};
constexpr const char* kNameInfos[] = {"GPUModel", "LevelZeroModel"};

Fact<std::string> text_fact(const Infos& infos, const char* key, const Fact<std::string>& otherwise) {
  const auto text = info_of(infos, key);
  return text.empty() ? otherwise : Fact<std::string>(text, {Origin::Kind::os, std::string("hwloc: ") + key});
}

/// Apple's processors hold a GPU that uses main memory, and macOS its driver. hwloc sees no PCI function of it.
void add_apple_gpu(Host& host) {
  const bool apple =
      host.os.name && *host.os.name == "macos" && host.cpu.model && host.cpu.model->starts_with("Apple M");
  if (!apple || host.cpu.model->find("irtual") != std::string::npos) return;
  Gpu gpu = shared_gpu("metal", "Apple");
  gpu.name = {*host.cpu.model, host.cpu.model.origin};
  gpu.kernel_driver = gpu.driver = Fact<std::string>::unknown(tr("the driver is part of macOS"));
  host.gpus.push_back(std::move(gpu));
}

}  // namespace

void take_xml(Scan& scan) {
  const Infos& infos = scan.topology.infos;
  CpuInfo& cpu = scan.cpuinfo;
  cpu.model_name = info_of(infos, "CPUModel");
  cpu.vendor = info_of(infos, "CPUVendor");
  cpu.source = "hwloc XML";
  Host& host = scan.host;
  const std::string system = info_of(infos, "OSName");
  if (!system.empty())
    host.os.name = {system == "Darwin" ? "macos" : lower(system), {Origin::Kind::os, "hwloc: OSName"}};
  host.os.kernel = text_fact(infos, "OSRelease", host.os.kernel);
  host.cpu.architecture = text_fact(infos, "Architecture", host.cpu.architecture);
  if (host.cpu.architecture && *host.cpu.architecture == "arm64") host.cpu.architecture.value = "aarch64";
  host.sys_vendor = text_fact(infos, "DMISysVendor", host.sys_vendor);
  host.product = text_fact(infos, "DMIProductName", host.product);
  host.board = text_fact(infos, "DMIBoardName", host.board);
  for (const auto& device : scan.topology.devices) {
    PciFunction function;
    function.bdf = device.bdf;
    function.class_code = device.class_code;
    function.vendor = device.vendor;
    function.device = device.device;
    scan.pci.push_back(std::move(function));
  }
  keep_wanted(scan.pci);
}

void describe_xml_devices(const Topology& topology, Host& host) {
  add_apple_gpu(host);
  for (const auto& device : topology.devices)
    for (auto& gpu : host.gpus) {
      if (gpu.bdf != normal_bdf(device.bdf)) continue;
      for (const char* key : kNameInfos)
        if (const auto name = info_of(device.infos, key); !name.empty() && !gpu.name)
          gpu.name = {name, {Origin::Kind::driver, std::string("hwloc: ") + key}};
      for (const char* key : kMemoryInfos)
        if (const auto bytes = kibibytes(info_of(device.infos, key)); bytes && !gpu.vram_total)
          gpu.vram_total = {Bytes{*bytes}, {Origin::Kind::driver, std::string("hwloc: ") + key}};
    }
}

}  // namespace edgefit
