#include "probe/amd.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/gpu.h"

namespace edgefit {
namespace {

constexpr const char* kKfdNodes = "/sys/class/kfd/kfd/topology/nodes/";
constexpr const char* kRocmVersion = "/opt/rocm/.info/version";
constexpr double kMostBytes = 0x1p46;

/// Parts whose graphics share memory with the CPU: Linux drivers/gpu/drm/amd/amdgpu, flag AMD_IS_APU.
constexpr unsigned kApus[] = {0x15d8, 0x15dd, 0x1636, 0x1638, 0x163f, 0x164c, 0x164d, 0x164e, 0x1681, 0x15bf,
                              0x15c8, 0x1506, 0x1435, 0x1900, 0x1901, 0x150e, 0x1586, 0x1114, 0x13c0, 0x74a0};
/// Those whose graphics are large enough to be what one runs models on: Strix Halo, MI300A.
constexpr unsigned kLargeApus[] = {0x1586, 0x74a0};

bool listed(unsigned device, const unsigned* first, const unsigned* last) {
  return std::find(first, last, device) != last;
}

/// Transfers a clock as the driver's memory clocks count them; Mesa, ac_memory_ops_per_clock (from AMD's PAL).
/// HBM is left out: newer generations double it without another name.
struct RateRow {
  std::string_view type;
  double transfers;
};
constexpr RateRow kRates[] = {{"DDR4", 2}, {"LPDDR4", 2}, {"DDR5", 4}, {"LPDDR5", 4}, {"GDDR5", 4}, {"GDDR6", 16}};

void read_bytes(const Root& root, const std::string& path, Fact<Bytes>& fact) {
  if (const auto bytes = root.read_number(path); bytes && *bytes >= 0 && *bytes < kMostBytes)
    fact = {Bytes{*bytes}, {Origin::Kind::driver, path}};
}

/// "key value" lines of KFD.
double property(std::string_view text, std::string_view key) {
  for (const auto line : split_lines(text))
    if (const auto pair = key_value(line, ' '); pair && pair->first == key) return to_number(pair->second).value_or(0);
  return 0;
}

/// amdgpu: Documentation/gpu/amdgpu/driver-misc.rst.
void read_amd_memory(const Root& root, const std::string& path, Gpu& gpu) {
  read_bytes(root, path + "/mem_info_vram_total", gpu.vram_total);
  read_bytes(root, path + "/mem_info_gtt_total", gpu.gtt_total);
  read_bytes(root, path + "/mem_info_vram_used", gpu.vram_used);
  read_bytes(root, path + "/mem_info_gtt_used", gpu.gtt_used);
  const char* impossible = tr("the driver says that more is used than there is");
  if (gpu.gtt_used && gpu.gtt_total && *gpu.gtt_used > *gpu.gtt_total) gpu.gtt_used = Fact<Bytes>::unknown(impossible);
  if (!gpu.vram_used || !gpu.vram_total) return;
  if (*gpu.vram_used > *gpu.vram_total)
    gpu.vram_used = Fact<Bytes>::unknown(impossible);
  else
    gpu.vram_free = {*gpu.vram_total - *gpu.vram_used, gpu.vram_used.origin};
}

/// The local memory of a node; include/uapi/linux/kfd_sysfs.h: heap types 1 (visible to the processor) and 2 (not).
void read_banks(const Root& root, KfdNode& node) {
  const std::string folder = kKfdNodes + std::to_string(node.number) + "/mem_banks/";
  for (const auto& name : root.list(folder)) {
    const auto bank = root.read(folder + name + "/properties");
    const double heap = property(text_of(bank), "heap_type"), bytes = property(text_of(bank), "size_in_bytes");
    if (heap != 1 && heap != 2) continue;
    if (bytes > 0 && bytes < kMostBytes) node.local_bytes += bytes;
    if (node.width_bits > 0) continue;
    node.width_bits = property(text_of(bank), "width");
    node.clock_mhz = property(text_of(bank), "mem_clk_max");
  }
}

/// XGMI links between GPUs; Linux include/uapi/linux/kfd_sysfs.h and amdkfd/kfd_crat.h: type 11.
void read_xgmi(const Root& root, const KfdNode& node, const std::vector<KfdNode>& all, Gpu& gpu) {
  constexpr double kXgmi = 11;
  const std::string folder = kKfdNodes + std::to_string(node.number) + "/io_links/";
  for (const auto& name : root.list(folder)) {
    const auto text = root.read(folder + name + "/properties");
    const double to = property(text_of(text), "node_to"), megabytes = property(text_of(text), "max_bandwidth");
    const auto peer = std::find_if(all.begin(), all.end(), [&](const KfdNode& n) { return n.number == to; });
    if (property(text_of(text), "type") != kXgmi || peer == all.end() || peer->bdf.empty()) continue;
    GpuLink link{peer->bdf, "xgmi", 1, Fact<BytesPerSecond>::unknown(tr("the driver gives no speed of this link"))};
    if (megabytes > 0) link.bandwidth = {BytesPerSecond{megabytes * 1e6}, {Origin::Kind::driver, folder + name}};
    gpu.links.push_back(std::move(link));
  }
}

}  // namespace

Fact<std::string> amd_name(const Root& root, const PciFunction& function) {
  const std::string file = function.path() + "/product_name";
  if (const auto name = root.read(file, 256); name && !name->empty()) return {*name, {Origin::Kind::driver, file}};
  constexpr const char* kList = "/usr/share/libdrm/amdgpu.ids";
  const auto revision = to_hex(root.read(function.path() + "/revision", 64).value_or(""));
  const auto list = revision ? root.read(kList, 1 << 20) : std::nullopt;
  for (const auto line : split_lines(text_of(list))) {
    const auto fields = split(line, ',');
    if (fields.size() == 3 && to_hex(fields[0]) == function.device && to_hex(fields[1]) == *revision)
      return {std::string(fields[2]), {Origin::Kind::catalog, kList}};
  }
  return Fact<std::string>::unknown(tr("neither the driver nor libdrm's list tells the name"));
}

std::string gfx_name(double version) {
  if (!(version > 0) || version > 1e6) return {};
  const auto whole = static_cast<unsigned>(version);
  return fmt::format("gfx{}{:x}{:x}", whole / 10000, whole / 100 % 100, whole % 100);
}

std::vector<KfdNode> read_kfd(const Root& root) {
  std::vector<KfdNode> nodes;
  for (const auto& name : root.list(kKfdNodes)) {
    const auto number = to_number(name);
    const auto text = number ? root.read(kKfdNodes + name + "/properties") : std::nullopt;
    if (!text) continue;
    KfdNode node;
    node.number = static_cast<int>(std::clamp(*number, 0.0, 1e6));
    node.cpu_cores = property(*text, "cpu_cores_count");
    node.simds = property(*text, "simd_count");
    node.simds_per_cu = property(*text, "simd_per_cu");
    node.gfx_version = property(*text, "gfx_target_version");
    const double domain = property(*text, "domain"), location = property(*text, "location_id");
    if (node.simds > 0 && domain >= 0 && domain < 0x1p32 && location >= 0 && location < 0x1p32) {
      const auto at = static_cast<unsigned>(location);
      node.bdf = fmt::format("{:04x}:{:02x}:{:02x}.{:x}", static_cast<unsigned>(domain), at >> 8 & 0xff, at >> 3 & 0x1f,
                             at & 7);
    }
    read_banks(root, node);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

bool is_amd_apu(const PciFunction& function) {
  return function.vendor == kAmd && listed(function.device, std::begin(kApus), std::end(kApus));
}

void describe_amd_gpu(const Root& root, const PciFunction& function, const std::vector<KfdNode>& kfd, Gpu& gpu) {
  const std::string path = function.path();
  read_amd_memory(root, path, gpu);
  gpu.name = amd_name(root, function);
  const auto node =
      std::find_if(kfd.begin(), kfd.end(), [&](const KfdNode& n) { return n.bdf == normal_bdf(function.bdf); });
  if (node != kfd.end()) {
    const Origin origin{Origin::Kind::driver, kKfdNodes + std::to_string(node->number) + "/properties"};
    if (const auto gfx = gfx_name(node->gfx_version); !gfx.empty()) gpu.gfx = {gfx, origin};
    if (node->simds_per_cu > 0) gpu.sm_count = {std::floor(node->simds / node->simds_per_cu), origin};
    if (node->width_bits > 0 && node->width_bits <= 65536) gpu.bus_width_bits = {node->width_bits, origin};
    if (node->clock_mhz > 0 && node->clock_mhz < 1e5) gpu.memory_clock = {Hertz{node->clock_mhz * 1e6}, origin};
    read_xgmi(root, *node, kfd, gpu);
    if (node->cpu_cores > 0) gpu.kind = GpuClass::unified;
  }
  // Small ones shared a node with their processor as well up to Linux 6.5.
  if (is_amd_apu(function))
    gpu.kind = listed(function.device, std::begin(kLargeApus), std::end(kLargeApus)) ? GpuClass::unified
                                                                                     : GpuClass::integrated;
  // Kernels before 5.0 and some containers have no mem_info files; what is used stays unknown then.
  const bool counted = node != kfd.end() && node->local_bytes > 0 && node->local_bytes < kMostBytes;
  if (gpu.kind == GpuClass::discrete && !gpu.vram_total && counted)
    gpu.vram_total = {Bytes{node->local_bytes},
                      {Origin::Kind::driver, kKfdNodes + std::to_string(node->number) + "/mem_banks"}};
  // An APU without a carve-out has none (MI300A); a card without memory does not exist.
  if (gpu.kind == GpuClass::discrete && gpu.vram_total && gpu.vram_total->value == 0)
    gpu.vram_total = gpu.vram_free = gpu.vram_used =
        Fact<Bytes>::unknown(tr("the driver says that this card has no memory"));
  if (const auto version = root.read(kRocmVersion, 64); version && !version->empty())
    gpu.runtimes.emplace_back("rocm", *version);
}

void join_amd_drm(const VendorCard& card, Gpu& gpu) {
  if (text_value(card, "apu") == "1" && gpu.kind == GpuClass::discrete) gpu.kind = GpuClass::integrated;
  const Origin origin{Origin::Kind::driver, "amdgpu: AMDGPU_INFO"};
  const auto type = text_value(card, "memory_type");
  if (!type.empty()) gpu.memory_type = {std::string(type), origin};
  const auto width = number_value(card, "bus_width"), kilohertz = number_value(card, "memory_clock_khz");
  if (width && *width > 0 && *width <= 65536) gpu.bus_width_bits = {*width, origin};
  if (kilohertz && *kilohertz > 0 && *kilohertz < 1e8) gpu.memory_clock = {Hertz{*kilohertz * 1e3}, origin};
  if (gpu.bus_width_bits && gpu.memory_clock && gpu.memory_type)
    gpu.peak_bandwidth = amd_bandwidth(*gpu.bus_width_bits, *gpu.memory_clock, *gpu.memory_type);
  const auto units = number_value(card, "compute_units"), largest = number_value(card, "max_alloc");
  if (units && *units > 0 && *units < 1e4) gpu.sm_count = {*units, origin};
  if (largest && *largest > 0 && *largest < kMostBytes) gpu.max_alloc = {Bytes{*largest}, origin};
}

void settle_apu_memory(Gpu& gpu) {
  if (gpu.kind != GpuClass::integrated && gpu.kind != GpuClass::unified) return;
  gpu.carveout = gpu.vram_total;
  if (gpu.carveout && gpu.gtt_total)
    gpu.shared_max = {*gpu.carveout + *gpu.gtt_total, {Origin::Kind::derived, "carve-out and mapped main memory"}};
  if (gpu.carveout && gpu.gtt_total && *gpu.carveout > *gpu.gtt_total) return;
  gpu.vram_total = gpu.vram_free = Fact<Bytes>::unknown(tr("shares main memory with the processor"));
}

Fact<BytesPerSecond> amd_bandwidth(double width_bits, Hertz clock, const std::string& memory_type) {
  for (const auto& row : kRates)
    if (memory_type == row.type)
      return {BytesPerSecond{width_bits / 8 * clock.value * row.transfers},
              {Origin::Kind::driver, "amdgpu: bus width / 8 x memory clock x transfers of " + memory_type}};
  return Fact<BytesPerSecond>::unknown(tr("transfers a clock of this kind of memory are not known"));
}

}  // namespace edgefit
