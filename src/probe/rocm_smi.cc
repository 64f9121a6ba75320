#include "probe/rocm_smi.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "edgefit/text.h"
#include "probe/amd.h"
#include "probe/gpu.h"
#include "probe/vendor_library.h"

namespace edgefit {
namespace {

// rocm_smi.h: rsmi_memory_type_t, rsmi_sw_component_t.
constexpr int kVram = 0, kGtt = 2, kDriver = 0;
constexpr int kNotSupported = 2;
constexpr uint32_t kMaxCards = 256, kTextSize = 256;
constexpr double kMostBytes = 0x1p46;

struct CodeRow {
  std::string_view code;
  const char* text;
};
constexpr CodeRow kCodes[] = {
    {"1", mark("ROCm SMI refused an argument")},
    {"2", mark("this device or driver does not tell it")},
    {"3", mark("a file of the driver could not be read")},
    {"4", mark("ROCm SMI has no permission to ask this device")},
    {"5", mark("ROCm SMI ran out of resources")},
    {"6", mark("ROCm SMI failed inside")},
    {"7", mark("a value is out of bounds")},
    {"8", mark("ROCm SMI did not start: check the groups render and video and the driver amdgpu")},
    {"9", mark("ROCm SMI cannot tell it yet")},
    {"10", mark("ROCm SMI did not find it")},
    {"11", mark("an answer was longer than expected")},
    {"12", mark("the call was interrupted")},
    {"13", mark("a file of the driver has an unexpected size")},
    {"14", mark("there is no data")},
    {"15", mark("a file of the driver has unexpected contents")},
    {"16", mark("another program holds the device")},
    {"17", mark("a counter of ROCm SMI overflowed")},
    {"18", mark("this setting is not available")},
    {"19", mark("the driver could not be restarted")},
    {"20", mark("libdrm failed")},
    {"21", mark("a library that ROCm SMI needs could not be loaded")},
    {"22", mark("a library that ROCm SMI needs is of another version")},
    {"-1", mark("ROCm SMI failed without saying why")},
};

/// The bits of rsmi_dev_pci_id_get: domain 63-32, partition 31-28, bus 15-8, device 7-3, function 2-0.
std::string bdf_text(uint64_t id) {
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", id >> 32U, id >> 8U & 0xffU, id >> 3U & 0x1fU, id & 7U);
}

/// The partitions of one card (MI300) share its address and its memory: the first speaks for all.
bool is_later_partition(uint64_t id) {
  return (id >> 28U & 0xfU) != 0;
}

void report_bytes(const VendorLibrary& smi, const std::string& card, uint32_t index, const char* key, const char* call,
                  int kind) {
  uint64_t bytes = 0;
  if (smi.call(card, call, index, kind, &bytes)) smi.value(card, key, bytes);
}

void report_card(const VendorLibrary& smi, const std::string& card, uint32_t index) {
  uint64_t id = 0;
  if (!smi.call(card, "rsmi_dev_pci_id_get", index, &id) || is_later_partition(id)) return;
  smi.value(card, "bdf", bdf_text(id));
  char text[kTextSize] = {};
  // The name on the box is known from ROCm 6 on; before it there is the name of the chip.
  if (smi.call("?", "rsmi_dev_market_name_get", index, text, kTextSize - 1) ||
      smi.call(card, "rsmi_dev_name_get", index, text, static_cast<size_t>(kTextSize - 1)))
    smi.value(card, "name", text);
  report_bytes(smi, card, index, "memory.total", "rsmi_dev_memory_total_get", kVram);
  report_bytes(smi, card, index, "memory.used", "rsmi_dev_memory_usage_get", kVram);
  report_bytes(smi, card, index, "gtt.total", "rsmi_dev_memory_total_get", kGtt);
  report_bytes(smi, card, index, "gtt.used", "rsmi_dev_memory_usage_get", kGtt);
}

Fact<Bytes> bytes_of(const VendorCard& card, const char* key, const char* call) {
  const auto bytes = number_value(card, key);
  if (!bytes || *bytes < 0 || *bytes > kMostBytes) return Fact<Bytes>::unknown(tr("ROCm SMI did not tell"));
  return {Bytes{*bytes}, {Origin::Kind::driver, call}};
}

void join_card(const VendorCard& card, const VendorCard& system, Gpu& gpu) {
  const auto name = text_value(card, "name");
  if (!gpu.name && !name.empty()) gpu.name = {std::string(name), {Origin::Kind::driver, "rsmi_dev_name_get"}};
  const auto total = bytes_of(card, "memory.total", "rsmi_dev_memory_total_get");
  const auto used = bytes_of(card, "memory.used", "rsmi_dev_memory_usage_get");
  if (!gpu.vram_total && total && total->value > 0) gpu.vram_total = total;
  if (!gpu.vram_free && gpu.vram_total && used && *used <= *gpu.vram_total)
    gpu.vram_free = {*gpu.vram_total - *used, used.origin};
  if (!gpu.vram_used && gpu.vram_total && used && *used <= *gpu.vram_total) gpu.vram_used = used;
  if (!gpu.gtt_total) gpu.gtt_total = bytes_of(card, "gtt.total", "rsmi_dev_memory_total_get");
  const auto mapped = bytes_of(card, "gtt.used", "rsmi_dev_memory_usage_get");
  if (!gpu.gtt_used && gpu.gtt_total && mapped && *mapped <= *gpu.gtt_total) gpu.gtt_used = mapped;
  const auto driver = text_value(system, "driver");
  if (!gpu.driver && !driver.empty())
    gpu.driver = {std::string(driver), {Origin::Kind::driver, "rsmi_version_str_get"}};
}

void note_errors(const VendorCard& card, const std::string& source, Host& host) {
  for (const auto& [call, code] : card.failures) {
    const char* text = rocm_smi_text(code);
    if (code != std::to_string(kNotSupported)) host.errors.push_back({source, call, code, text ? tr(text) : ""});
  }
}

}  // namespace

const char* rocm_smi_text(std::string_view code) {
  for (const auto& row : kCodes)
    if (code == row.code) return row.text;
  return nullptr;
}

bool wants_rocm_smi(const Root& root, const std::vector<PciFunction>& functions) {
  bool any = false;
  for (const auto& function : functions) {
    if (!is_gpu(function) || function.vendor != kAmd) continue;
    any = true;
    if (function.driver != "amdgpu") continue;
    const auto told = [&](const char* file) { return root.read_number(function.path() + file).has_value(); };
    if (!told("/mem_info_vram_total") || !told("/mem_info_vram_used") || !amd_name(root, function)) return true;
  }
  return !any && root.exists("/dev/kfd");
}

void report_rocm_smi(const std::string& library, const Child::Write& write) {
  const VendorLibrary smi(library, write, kNotSupported);
  const std::string all = "-";
  if (!smi || !smi.call(all, "rsmi_init", static_cast<uint64_t>(0))) return;
  char version[kTextSize] = {};
  // Only the driver that AMD ships has a version of its own; the kernel's answers "not supported".
  if (smi.call("?", "rsmi_version_str_get", kDriver, version, kTextSize - 1)) smi.value(all, "driver", version);
  uint32_t count = 0;
  if (!smi.call(all, "rsmi_num_monitor_devices", &count)) return;
  for (uint32_t i = 0; i < count && i < kMaxCards; ++i) report_card(smi, std::to_string(i), i);
}

void join_rocm_smi(const VendorReport& report, Host& host) {
  note_errors(report.system, "rocm_smi", host);
  const bool shown =
      std::any_of(host.gpus.begin(), host.gpus.end(), [](const Gpu& gpu) { return gpu.vendor == "AMD"; });
  for (const auto& [number, card] : report.cards) {
    note_errors(card, "rocm_smi " + number, host);
    const auto bdf = normal_bdf(text_value(card, "bdf"));
    if (bdf.empty()) continue;
    const bool same = std::any_of(host.gpus.begin(), host.gpus.end(), [&](const Gpu& gpu) { return gpu.bdf == bdf; });
    if (!same && shown) continue;  // a partition under an address of its own: its memory is counted already
    Gpu& gpu = gpu_at(bdf, "rocm_smi", number, host);
    gpu.vendor = "AMD";
    join_card(card, report.system, gpu);
  }
}

}  // namespace edgefit
