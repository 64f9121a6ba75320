#include "probe/drm.h"

#include <fcntl.h>
#include <linux/ioctl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/amd.h"
#include "probe/gpu.h"
#include "probe/intel.h"

namespace edgefit {
namespace {

// Layouts of Linux include/uapi/drm/amdgpu_drm.h, i915_drm.h and xe_drm.h, as far as they are read here.
struct AmdInfo {
  uint64_t pointer;
  uint32_t size, query, parameters[4];
};
struct AmdHeap {
  uint64_t total, usable, used, largest;
};
struct AmdMemory {
  AmdHeap vram, visible_vram, gtt;
};
struct AmdDevice {
  uint32_t ids[8];
  uint64_t engine_clock, memory_clock;
  uint32_t compute_units, mask, bitmap[16], backends[4];
  uint64_t flags, address_start, address_end;
  uint32_t page[4], memory_type, bus_width;
};
static_assert(sizeof(AmdInfo) == 32 && offsetof(AmdDevice, memory_type) == 176);
struct I915Query {
  uint32_t items, flags;
  uint64_t pointer;
};
struct I915Item {
  uint64_t query;
  int32_t length;
  uint32_t flags;
  uint64_t pointer;
};
struct I915Region {
  uint16_t kind, instance;
  uint32_t reserved;
  uint64_t total, free, more[8];
};
struct XeQuery {
  uint64_t extensions;
  uint32_t query, size;
  uint64_t pointer, reserved[2];
};
struct XeRegion {
  uint16_t kind, instance;
  uint32_t page;
  uint64_t total, used, more[8];
};
static_assert(sizeof(I915Region) == 88 && sizeof(XeRegion) == 88);

constexpr unsigned long kAmdRequest = _IOW('d', 0x45, AmdInfo), kI915Request = _IOWR('d', 0x79, I915Query),
                        kXeRequest = _IOWR('d', 0x40, XeQuery);
constexpr uint32_t kAmdDeviceQuery = 0x16, kAmdMemoryQuery = 0x19, kXeRegionsQuery = 1;
constexpr uint64_t kAmdFusion = 1, kI915RegionsQuery = 4;
constexpr uint16_t kLocalMemory = 1;  // the same number in both of Intel's drivers

/// AMDGPU_VRAM_TYPE_*.
constexpr const char* kMemoryTypes[] = {"",      "GDDR", "DDR2",   "GDDR3",  "GDDR4", "GDDR5", "HBM",   "DDR3", "DDR4",
                                        "GDDR6", "DDR5", "LPDDR4", "LPDDR5", "HBM3E", "HBM4",  "HBM4E", "GDDR7"};

class DrmFile {
 public:
  DrmFile(const DrmCard& card, Ioctl control, const Child::Write& write)
      : card_(card), control_(control), write_(write), file_(::open(card.node.c_str(), O_RDWR | O_CLOEXEC)) {
    if (file_ < 0) failed("open");
  }
  ~DrmFile() {
    if (file_ >= 0) ::close(file_);
  }
  DrmFile(const DrmFile&) = delete;
  DrmFile& operator=(const DrmFile&) = delete;
  bool is_open() const { return file_ >= 0; }

  bool call(const char* name, unsigned long request, void* argument) const {
    if (control_(file_, request, argument) == 0) return true;
    failed(name);
    return false;
  }
  void value(const char* key, uint64_t number) const { write_(card_.bdf + "\t" + key + "\t" + std::to_string(number)); }
  void value(const char* key, const char* text) const { write_(card_.bdf + "\t" + key + "\t" + text); }

 private:
  void failed(const char* call) const { write_(card_.bdf + "\t!" + call + "\t" + std::strerror(errno)); }
  const DrmCard& card_;
  Ioctl control_;
  const Child::Write& write_;
  int file_;
};

uint64_t address(void* memory) {
  return reinterpret_cast<uintptr_t>(memory);
}

void report_amd(const DrmFile& file) {
  AmdDevice device{};
  AmdInfo ask{address(&device), sizeof device, kAmdDeviceQuery, {}};
  if (file.call("AMDGPU_INFO_DEV_INFO", kAmdRequest, &ask)) {
    file.value("apu", device.flags & kAmdFusion);
    file.value("compute_units", device.compute_units);
    file.value("memory_clock_khz", device.memory_clock);
    file.value("bus_width", device.bus_width);
    if (device.memory_type > 0 && device.memory_type < std::size(kMemoryTypes))
      file.value("memory_type", kMemoryTypes[device.memory_type]);
  }
  AmdMemory memory{};
  AmdInfo ask_memory{address(&memory), sizeof memory, kAmdMemoryQuery, {}};
  if (file.call("AMDGPU_INFO_MEMORY", kAmdRequest, &ask_memory)) file.value("max_alloc", memory.vram.largest);
}

constexpr size_t kMostAnswer = 1 << 16;

/// The regions behind a header of `header` bytes that starts with their number; local memory is summed.
template <class Region, class Free>
void report_regions(const DrmFile& file, const std::vector<char>& answer, size_t header, Free free_of) {
  uint32_t count = 0;
  if (answer.size() < header) return;
  std::memcpy(&count, answer.data(), sizeof count);
  uint64_t total = 0, free = 0;
  for (uint32_t i = 0; i < count && header + (i + 1) * sizeof(Region) <= answer.size(); ++i) {
    Region region{};
    std::memcpy(&region, answer.data() + header + i * sizeof region, sizeof region);
    if (region.kind != kLocalMemory) continue;
    total += region.total;
    free += free_of(region);
  }
  if (total == 0) return;
  file.value("memory.total", total);
  file.value("memory.free", free);
}

void report_i915(const DrmFile& file) {
  // The first call tells the length of the answer.
  I915Item item{kI915RegionsQuery, 0, 0, 0};
  I915Query query{1, 0, address(&item)};
  if (!file.call("DRM_I915_QUERY", kI915Request, &query)) return;
  if (item.length <= 0 || static_cast<size_t>(item.length) > kMostAnswer) return;
  std::vector<char> answer(static_cast<size_t>(item.length));
  item.pointer = address(answer.data());
  if (!file.call("DRM_I915_QUERY", kI915Request, &query)) return;
  constexpr size_t kHeader = 16;
  report_regions<I915Region>(file, answer, kHeader, [](const I915Region& region) { return region.free; });
}

void report_xe(const DrmFile& file) {
  XeQuery query{0, kXeRegionsQuery, 0, 0, {}};
  if (!file.call("DRM_XE_DEVICE_QUERY", kXeRequest, &query) || query.size == 0 || query.size > kMostAnswer) return;
  std::vector<char> answer(query.size);
  query.pointer = address(answer.data());
  if (!file.call("DRM_XE_DEVICE_QUERY", kXeRequest, &query)) return;
  constexpr size_t kHeader = 8;
  report_regions<XeRegion>(file, answer, kHeader, [](const XeRegion& region) {
    return region.used <= region.total ? region.total - region.used : 0;
  });
}

/// Whether the node opens is all there is to know of it.
void report_nothing(const DrmFile&) {}
void join_nothing(const VendorCard&, Gpu&) {}

constexpr const char* kKfd = "/dev/kfd";

struct DriverRow {
  std::string_view driver;
  void (*report)(const DrmFile&);
  void (*join)(const VendorCard&, Gpu&);
};
constexpr DriverRow kDrivers[] = {{"amdgpu", report_amd, join_amd_drm},
                                  {"i915", report_i915, join_intel_drm},
                                  {"xe", report_xe, join_intel_drm},
                                  {kKfd, report_nothing, join_nothing}};

const DriverRow* find_driver(std::string_view driver) {
  for (const auto& row : kDrivers)
    if (row.driver == driver) return &row;
  return nullptr;
}

int real_ioctl(int file, unsigned long request, void* argument) {
  int result = 0;
  do {
    result = ::ioctl(file, request, argument);
  } while (result != 0 && errno == EINTR);
  return result;
}

}  // namespace

std::vector<DrmCard> drm_cards(const Root& root, const std::vector<PciFunction>& functions) {
  std::vector<DrmCard> cards;
  for (const auto& function : functions) {
    // Graphics inside Intel's processors have no memory to tell of.
    if (!is_gpu(function) || !find_driver(function.driver) || is_intel_integrated(function)) continue;
    if (root.read(function.path() + "/power/runtime_status", 64) == "suspended") continue;
    for (const auto& name : root.list(function.path() + "/drm"))
      if (name.starts_with("renderD")) cards.push_back({normal_bdf(function.bdf), function.driver, "/dev/dri/" + name});
  }
  const auto compute = [](const DrmCard& card) { return card.driver == "amdgpu"; };
  if (std::any_of(cards.begin(), cards.end(), compute) && root.exists(kKfd)) cards.push_back({"-", kKfd, kKfd});
  return cards;
}

void report_drm(const std::vector<DrmCard>& cards, Ioctl control, const Child::Write& write) {
  for (const auto& card : cards) {
    const DrmFile file(card, control, write);
    if (file.is_open()) find_driver(card.driver)->report(file);
  }
}

Inquiry start_drm(const Root& root, const std::vector<PciFunction>& functions, int deadline_ms) {
  auto cards = root.live() ? drm_cards(root, functions) : std::vector<DrmCard>();
  if (root.live() && cards.empty()) return {};
  return Inquiry::start(
      root, "drm", [cards](const Child::Write& write) { report_drm(cards, real_ioctl, write); }, deadline_ms);
}

void join_drm(const VendorReport& report, Host& host) {
  // Every AMD card's compute goes through one node.
  if (const auto text = failure_of(report.system, "open"); !text.empty()) {
    host.errors.push_back({"drm", "open " + std::string(kKfd), "", std::string(text)});
    for (auto& gpu : host.gpus)
      if (gpu.usable() && gpu.kernel_driver && *gpu.kernel_driver == "amdgpu")
        set_state(
            gpu, GpuState::no_permission,
            say(tr("{} cannot be opened ({}): give the device to this container, or this user its group"), kKfd, text));
  }
  for (const auto& [bdf, card] : report.cards) {
    for (const auto& [call, text] : card.failures) host.errors.push_back({"drm " + bdf, call, "", text});
    for (auto& gpu : host.gpus) {
      const auto* row = gpu.bdf == bdf && gpu.kernel_driver ? find_driver(*gpu.kernel_driver) : nullptr;
      if (row) row->join(card, gpu);
      // A control group may forbid what the file's mode allows.
      if (row && gpu.usable() && !failure_of(card, "open").empty())
        set_state(gpu, GpuState::no_permission,
                  tr("its render node cannot be opened: give the device to this container, or this user its group"));
    }
  }
}

}  // namespace edgefit
