#include "probe/npu.h"

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/gpu.h"
#include "probe/nodes.h"
#include "probe/scan.h"

namespace edgefit {
namespace {

constexpr unsigned kAny = 0xffff;

/// PCI ids from the drivers: amdxdna, ivpu, habanalabs, qaic, and vendors' pages. First match wins.
struct NpuRow {
  unsigned vendor, device;
  const char* kind;
  const char* runtime;
  const char* node;  ///< when the driver does not use /dev/accel
};
constexpr NpuRow kNpus[] = {
    {0x1022, 0x1502, "AMD XDNA", "Ryzen AI Software", ""},
    {0x1022, 0x17f0, "AMD XDNA 2", "Ryzen AI Software", ""},
    {kIntel, 0x7d1d, "Intel NPU (Meteor Lake)", "OpenVINO", ""},
    {kIntel, 0xad1d, "Intel NPU (Arrow Lake)", "OpenVINO", ""},
    {kIntel, 0x643e, "Intel NPU (Lunar Lake)", "OpenVINO", ""},
    {kIntel, 0xb03e, "Intel NPU (Panther Lake)", "OpenVINO", ""},
    {kIntel, 0x225c, "Intel Xeon Phi", "", ""},
    {0x1da3, kAny, "Habana Gaudi", "SynapseAI", "/dev/hl0"},
    {0x17cb, 0xa100, "Qualcomm Cloud AI 100", "Qualcomm AIC SDK", ""},
    {0x1e60, 0x2864, "Hailo-8", "HailoRT", "/dev/hailo0"},
    {0x1e60, 0x45c4, "Hailo-10H", "HailoRT", "/dev/hailo0"},
    {0x1ac1, 0x089a, "Google Coral", "libedgetpu", "/dev/apex_0"},
    {0x19e5, kAny, "Huawei Ascend", "CANN", "/dev/davinci0"},
    {0x1e52, kAny, "Tenstorrent", "tt-metal", "/dev/tenstorrent/0"},
    {0x1bcf, 0x001c, "NEC Vector Engine", "NEC SDK", ""},
};

/// Devices of boards, by the driver of their entry in /sys/class/accel or the name of their entry in
/// /sys/class/devfreq.
struct BoardNpu {
  std::string_view sign;
  const char* kind;
  const char* runtime;
};
constexpr BoardNpu kBoardNpus[] = {{"rocket", "Rockchip NPU", "Mesa Teflon"},
                                   {"RKNPU", "Rockchip NPU", "RKNN Toolkit or RKLLM"},
                                   {"ethosu", "Arm Ethos-U", "Vela and TensorFlow Lite"},
                                   {"etnaviv", "VeriSilicon NPU", "Mesa Teflon"}};

/// The Coral stick before and after its firmware is loaded.
constexpr std::string_view kCoralUsb[] = {"1a6e:089a", "18d1:9302"};

constexpr const char* kAccelFolder = "/sys/class/accel/";
constexpr const char* kDriverLoaded = "driver-loaded";

const NpuRow* find_row(const PciFunction& function) {
  for (const auto& row : kNpus)
    if (row.vendor == function.vendor && (row.device == kAny || row.device == function.device)) return &row;
  return nullptr;
}

std::string device_node(const Root& root, const PciFunction& function, const NpuRow* row) {
  const auto names = root.list(function.path() + "/accel");
  if (!names.empty()) return "/dev/accel/" + names.front();
  return row ? row->node : "";
}

void set_npu_state(const Root& root, Npu& npu, bool driver_recorded) {
  if (!npu.driver) {
    npu.state = driver_recorded ? name_of(GpuState::no_driver) : name_of(GpuState::driver_not_recorded);
    if (driver_recorded)
      npu.state_text = tr("its driver is not loaded");
    else
      npu.driver.why = tr("this recording does not tell the driver");
    return;
  }
  if (const char* text = wrong_driver_text(*npu.driver)) {
    npu.state = name_of(GpuState::wrong_driver);
    npu.state_text = tr(text);
    return;
  }
  npu.state = kDriverLoaded;
  if (npu.node.empty()) return;
  if (auto problem = check_nodes(root, *npu.driver, {npu.node})) {
    npu.state = name_of(problem->state);
    npu.state_text = std::move(problem->text);
  }
}

Npu make_npu(std::string kind, std::string node, const char* runtime, const std::string& driver, std::string source) {
  Npu npu;
  npu.kind = std::move(kind);
  npu.node = std::move(node);
  npu.runtime_needed = runtime;
  npu.driver = driver.empty() ? Fact<std::string>::unknown(tr("no driver is bound"))
                              : Fact<std::string>(driver, {Origin::Kind::os, std::move(source)});
  return npu;
}

/// What drivers' own files tell: amdxdna (drivers/accel/amdxdna/amdxdna_sysfs.c), intel_vpu (drivers/accel/ivpu),
/// ve_drv, whose memory_size hwloc reads as GiB. Memory is only what a file gives; nothing tells that of the others.
void read_details(const Root& root, const std::string& path, Npu& npu) {
  const auto text = [&](const char* file) {
    const auto read = root.read(path + file, 256);
    return read && !read->empty() ? Fact<std::string>(*read, {Origin::Kind::driver, path + file})
                                  : Fact<std::string>::unknown(tr("its driver does not tell"));
  };
  npu.model = text("/vbnv");
  npu.firmware = text("/fw_version");
  npu.memory = npu.memory_used = Fact<Bytes>::unknown(tr("its driver does not tell"));
  constexpr double kMostBytes = 0x1p46;
  const std::string used = path + "/npu_memory_utilization";
  if (const auto bytes = root.read_number(used); bytes && *bytes >= 0 && *bytes < kMostBytes)
    npu.memory_used = {Bytes{*bytes}, {Origin::Kind::driver, used}};
  for (const auto& name : root.list(path + "/ve")) {
    const std::string file = path + "/ve/" + name + "/memory_size";
    if (const auto gib = root.read_number(file); gib && *gib > 0 && *gib * kGiB < kMostBytes)
      npu.memory = {Bytes{*gib * kGiB}, {Origin::Kind::driver, file}};
  }
}

std::vector<Npu> pci_npus(const Root& root, const std::vector<PciFunction>& functions) {
  std::vector<Npu> npus;
  for (const auto& function : functions) {
    const auto* row = find_row(function);
    const bool signal_processor = function.class_code == 0x1180;
    if (is_gpu(function) || (signal_processor && !row)) continue;
    npus.push_back(make_npu(row ? row->kind : "accelerator " + function.ids(), device_node(root, function, row),
                            row ? row->runtime : "", function.driver, function.path() + "/driver"));
    read_details(root, function.path(), npus.back());
    set_npu_state(root, npus.back(), function.driver_recorded);
  }
  return npus;
}

/// Entries of the accelerator class whose device is no PCI function, and NPUs that only show as a clock domain.
void add_board_npus(const Root& root, std::vector<Npu>& npus) {
  for (const auto& name : root.list(kAccelFolder)) {
    const std::string device = kAccelFolder + name + "/device";
    const auto place = root.resolve(device);
    const auto driver = root.link_name(device + "/driver");
    if (!place || !driver || !normal_bdf(place->substr(place->rfind('/') + 1)).empty()) continue;
    const auto row = std::find_if(std::begin(kBoardNpus), std::end(kBoardNpus),
                                  [&](const BoardNpu& known) { return known.sign == *driver; });
    const bool known = row != std::end(kBoardNpus);
    npus.push_back(make_npu(known ? row->kind : "accelerator of driver " + *driver, "/dev/accel/" + name,
                            known ? row->runtime : "", *driver, device + "/driver"));
    set_npu_state(root, npus.back(), true);
  }
  constexpr const char* kClocks = "/sys/class/devfreq/";
  for (const auto& name : root.list(kClocks)) {
    const auto driver = root.link_name(std::string(kClocks) + name + "/device/driver");
    if (!name.ends_with(".npu") || driver != "RKNPU") continue;
    npus.push_back(make_npu(kBoardNpus[1].kind, "", kBoardNpus[1].runtime, *driver, kClocks + name));
    set_npu_state(root, npus.back(), true);
  }
}

void add_usb_npus(const Root& root, std::vector<Npu>& npus) {
  constexpr const char* kUsb = "/sys/bus/usb/devices/";
  for (const auto& name : root.list(kUsb)) {
    if (name.find(':') != std::string::npos) continue;  // an interface
    const auto vendor = root.read(kUsb + name + "/idVendor", 64), product = root.read(kUsb + name + "/idProduct", 64);
    if (!vendor || !product) continue;
    const std::string ids = *vendor + ":" + *product;
    if (std::find(std::begin(kCoralUsb), std::end(kCoralUsb), ids) == std::end(kCoralUsb)) continue;
    npus.push_back(make_npu("Google Coral USB", "", "libedgetpu", "usb", kUsb + name));
    npus.back().state = kDriverLoaded;  // driven from user space
  }
}

}  // namespace

std::vector<Npu> describe_npus(const Root& root, const std::vector<PciFunction>& functions) {
  auto npus = pci_npus(root, functions);
  add_board_npus(root, npus);
  add_usb_npus(root, npus);
  return npus;
}

std::vector<std::string> npu_nodes(const Root& root) {
  std::vector<std::string> nodes;
  for (const auto& name : root.list(kAccelFolder)) nodes.push_back("/dev/accel/" + name);
  for (const auto& row : kNpus)
    if (const std::string node = row.node; !node.empty()) nodes.push_back(node);
  return nodes;
}

void probe_npus(Scan& scan) {
  scan.host.npus = describe_npus(scan.root, scan.pci);
}

}  // namespace edgefit
