// A box that this program cannot see, from --system --cpu --ram --gpu: what is stated and what the catalog says about
// it. Nothing else is known, and nothing of this machine is looked at.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/parse.h"
#include "catalog/facts.h"
#include "edgefit/catalog.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr int kMostGpus = 64;

/// Devices without a row: only what the user says is known.
struct Generic {
  std::string_view key, vendor, interface;
};
constexpr std::array<Generic, 3> kGenerics = {
    {{"generic-cuda", "NVIDIA", "cuda"}, {"generic-rocm", "AMD", "rocm"}, {"generic-vulkan", "", "vulkan"}}};

/// Rows of the table of systems that are a part, not a box.
constexpr std::string_view kAddOn = "accelerator add-on";

/// What a SIMD column says about single features. AVX2 machines of the catalog are Haswell or Zen and later, AVX-512
/// ones Skylake-SP or Zen 4 and later, so these features come together.
struct IsaColumn {
  Maybe CpuRow::*column;
  std::vector<const char*> features;
};
const std::array<IsaColumn, 3>& isa_columns() {
  static const std::array<IsaColumn, 3> kColumns = {
      {{&CpuRow::avx2, {"sse4_2", "avx", "f16c", "fma", "avx2"}},
       {&CpuRow::avx512, {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}},
       {&CpuRow::amx, {"amx_tile", "amx_int8", "amx_bf16"}}}};
  return kColumns;
}

/// Memory that several parts of a box share: how much there may be, by the catalog.
struct SharedMemory {
  std::string owner;
  std::vector<double> sizes_gib;
  Maybe max_gib;
  Origin origin;
};

template <class Row>
SharedMemory shared_memory(const Row& row) {
  SharedMemory out{std::string(row.name), {}, {}, origin_of(row)};
  if (row.memory_gib) out.sizes_gib.push_back(*row.memory_gib);
  out.sizes_gib.insert(out.sizes_gib.end(), row.memory_options_gib.begin(), row.memory_options_gib.end());
  return out;
}

/// Cores that a text like "4xA76+4xA55" or "M4 Max 16-core" counts; nothing when it counts none.
Maybe cores_in(std::string_view text) {
  double cores = 0;
  for (size_t at = 0; at < text.size();) {
    int count = 0;
    const auto done = std::from_chars(text.data() + at, text.data() + text.size(), count);
    const auto end = static_cast<size_t>(done.ptr - text.data());
    const std::string_view rest = text.substr(end);
    const bool counts = end > at && (rest.starts_with("x") || rest.starts_with("-core"));
    if (counts && done.ec == std::errc() && count > 0) cores += count;
    at = std::max(end, at + 1);
  }
  return cores > 0 ? Maybe(cores) : std::nullopt;
}

/// A box under description.
class Builder {
 public:
  Builder(const BoxFlags& flags, const Catalog& catalog) : flags_(flags), catalog_(catalog) { host_.mode = mode(); }

  Result<Host> build() {
    host_.name = mark("described box");
    leave_unstated();
    for (const auto step : {&Builder::add_system, &Builder::add_cpu, &Builder::add_gpu_flags, &Builder::add_ram})
      if (auto problem = (this->*step)()) return *problem;
    number_pools(host_);
    return std::move(host_);
  }

 private:
  using Trouble = std::optional<Problem>;
  static Host::Mode mode() { return Host::Mode::described; }

  void leave_unstated();
  Trouble add_system();
  Trouble add_cpu();
  Trouble add_gpu_flags();
  Trouble add_ram();
  Trouble add_gpu(const GpuFlag& flag);
  Trouble add_generic(const GpuFlag& flag, const Generic& generic);
  Trouble add_shared(const AcceleratorRow& row, const GpuFlag& flag);
  void set_cpu(const CpuRow& row);
  void set_memory_bandwidth(const Fact<BytesPerSecond>& bandwidth);

  const BoxFlags& flags_;
  const Catalog& catalog_;
  Host host_;
  std::vector<SharedMemory> shared_;
};

void Builder::leave_unstated() {
  const auto unstated = [](auto& fact, const char* flag) {
    fact = std::decay_t<decltype(fact)>::unknown(tr("not stated"), flag);
  };
  unstated(host_.cpu.model, "--cpu KEY");
  unstated(host_.cpu.cores, "--cpu KEY");
  unstated(host_.cpu.isa, "--cpu KEY");
  unstated(host_.memory.os_total, "--ram SIZE");
  unstated(host_.memory.usable, "--ram SIZE");
  unstated(host_.memory.peak_bandwidth, "--cpu KEY");
}

void Builder::set_memory_bandwidth(const Fact<BytesPerSecond>& bandwidth) {
  if (bandwidth && !host_.memory.peak_bandwidth) host_.memory.peak_bandwidth = bandwidth;
}

void Builder::set_cpu(const CpuRow& row) {
  const Origin origin = origin_of(row);
  Cpu& cpu = host_.cpu;
  cpu.model = {std::string(row.name), origin};
  cpu.vendor = {std::string(row.vendor), origin};
  cpu.packages = {1.0, {Origin::Kind::assumed, tr("one socket")}};
  cpu.cores = fact_of<double>(row.cores, 1, origin);
  cpu.pus = fact_of<double>(row.threads, 1, origin);
  cpu.catalog_key = std::string(row.key);
  const bool x86 = row.avx2.has_value();
  cpu.architecture = {x86 ? "x86_64" : "aarch64", origin};
  std::vector<std::string> isa;
  for (const auto& [column, features] : isa_columns())
    if ((row.*column).value_or(0) > 0) isa.insert(isa.end(), features.begin(), features.end());
  if (row.vnni.value_or(0) > 0) isa.emplace_back(row.avx512.value_or(0) > 0 ? "avx512_vnni" : "avx_vnni");
  if (row.sve_bits.value_or(0) > 0) isa.emplace_back("sve");
  if (x86 || row.sve_bits) cpu.isa = {std::move(isa), origin};
  set_memory_bandwidth(fact_of<BytesPerSecond>(row.peak_gbs, 1e9, origin));
}

std::optional<Problem> Builder::add_system() {
  if (flags_.system.empty()) return {};
  const auto found = find_system(flags_.system, catalog_);
  if (!found) return found.error();
  const SystemRow& row = **found;
  if (row.type == kAddOn) {
    return Problem{fmt::format("{} {}", row.key, tr("is a part, not a box")), "--system",
                   row.accelerator_key.empty() ? tr("name a box, or say --cpu, --ram and --gpu")
                                               : fmt::format("--gpu {}", row.accelerator_key)};
  }
  host_.name = std::string(row.name);
  host_.product = {std::string(row.name), origin_of(row)};
  const AcceleratorRow* accelerator = nullptr;
  for (const auto& other : catalog_.accelerators)
    if (!row.accelerator_key.empty() && other.key == row.accelerator_key) accelerator = &other;
  if (accelerator == nullptr && !row.accelerator_key.empty())
    return Problem{
        say(tr("the catalog has no accelerator {}"), row.accelerator_key), fmt::format("--system {}", row.key), {}};
  const bool own_memory = accelerator != nullptr && accelerator->kind == "gpu";
  if (!own_memory) {  // memory and bandwidth of the row are the box's, else the boards'
    SharedMemory memory = shared_memory(row);
    memory.max_gib = row.memory_max_gib;
    shared_.push_back(std::move(memory));
    set_memory_bandwidth(fact_of<BytesPerSecond>(row.bandwidth_gbs, 1e9, origin_of(row)));
  }
  if (!row.cpu.empty()) {
    const auto cpu = find_cpu(row.cpu, catalog_);
    if (cpu) set_cpu(**cpu);
    host_.cpu.model = {std::string(row.cpu), origin_of(row)};
    if (!cpu) host_.cpu.cores = fact_of<double>(cores_in(row.cpu), 1, origin_of(row));
  }
  if (accelerator == nullptr) return {};
  if (accelerator->kind == "soc") host_.cpu.architecture = {"aarch64", origin_of(row)};
  return add_gpu({std::string(row.accelerator_key), static_cast<int>(row.accel_count.value_or(1)), {}, {}});
}

std::optional<Problem> Builder::add_cpu() {
  if (flags_.cpu.empty()) return {};
  const auto found = find_cpu(flags_.cpu, catalog_);
  if (found) {
    host_.memory.peak_bandwidth = Fact<BytesPerSecond>::unknown(tr("the catalog does not say"));
    set_cpu(**found);
    return {};
  }
  const auto soc = find_accelerator(flags_.cpu, catalog_);
  if (!soc || (*soc)->kind != "soc") return found.error();
  const AcceleratorRow& row = **soc;
  host_.cpu.model = fact_of(row.name, origin_of(row));
  host_.cpu.vendor = fact_of(row.vendor, origin_of(row));
  host_.cpu.architecture = {"aarch64", origin_of(row)};
  host_.cpu.catalog_key = std::string(row.key);
  shared_.push_back(shared_memory(row));
  set_memory_bandwidth(fact_of<BytesPerSecond>(row.bandwidth_gbs, 1e9, origin_of(row)));
  return {};
}

std::optional<Problem> Builder::add_gpu_flags() {
  for (const GpuFlag& flag : flags_.gpus)
    if (auto problem = add_gpu(flag)) return problem;
  return {};
}

Origin said(const GpuFlag& flag) {
  return {Origin::Kind::user, "--gpu " + flag.key};
}

std::optional<Problem> Builder::add_generic(const GpuFlag& flag, const Generic& generic) {
  if (!flag.vram)
    return Problem{fmt::format("{} {}", flag.key, tr("needs its memory size")), "--gpu",
                   fmt::format("--gpu {},24GiB", flag.key)};
  Gpu gpu;
  gpu.name = {flag.key, said(flag)};
  gpu.vendor = std::string(generic.vendor);
  gpu.state = GpuState::described;
  gpu.vram_total = {*flag.vram, said(flag)};
  gpu.peak_bandwidth =
      Fact<BytesPerSecond>::unknown(tr("not stated"), fmt::format("--gpu {},VRAM,BANDWIDTH", flag.key));
  if (flag.bandwidth) gpu.peak_bandwidth = {*flag.bandwidth, said(flag)};
  gpu.runtimes.emplace_back(generic.interface, "");
  add_gpus(host_, gpu, flag.count);
  return {};
}

/// A device on host memory: it brings no pool, but the size and speed of the pool "ram".
std::optional<Problem> Builder::add_shared(const AcceleratorRow& row, const GpuFlag& flag) {
  if (flag.vram)
    return Problem{fmt::format("{} {}", row.key, tr("has no memory of its own")), "--gpu",
                   tr("say the size of the shared memory with --ram")};
  if (flag.count > 1) return Problem{say(tr("one box has one {}"), row.key), "--gpu", tr("say it once")};
  Gpu gpu = describe_gpu(row);
  if (flag.bandwidth) gpu.peak_bandwidth = {*flag.bandwidth, said(flag)};
  shared_.push_back(shared_memory(row));
  set_memory_bandwidth(gpu.peak_bandwidth);
  if (row.kind == "npu")
    host_.npus.push_back(describe_npu(row));
  else
    add_gpus(host_, gpu, 1);
  return {};
}

std::optional<Problem> Builder::add_gpu(const GpuFlag& flag) {
  for (const auto& generic : kGenerics)
    if (equals_ignoring_case(flag.key, generic.key)) return add_generic(flag, generic);
  const auto found = find_accelerator(flag.key, catalog_);
  if (!found) return found.error();
  const AcceleratorRow& row = **found;
  if (row.kind != "gpu") return add_shared(row, flag);
  Gpu gpu = describe_gpu(row);
  if (flag.vram) {
    gpu.vram_total = {*flag.vram, said(flag)};
    gpu.vram_reserved = gpu.vram_used = Fact<Bytes>::unknown(tr("not stated"));
  }
  if (flag.bandwidth) gpu.peak_bandwidth = {*flag.bandwidth, said(flag)};
  if (!gpu.vram_total)
    return Problem{fmt::format("{} {}", row.key, tr("needs its memory size")), "--gpu",
                   fmt::format("--gpu {},24GiB", row.key)};
  add_gpus(host_, gpu, flag.count);
  return {};
}

std::optional<Problem> Builder::add_ram() {
  Memory& memory = host_.memory;
  if (flags_.ram) {
    memory.os_total = memory.usable = {*flags_.ram, {Origin::Kind::user, "--ram"}};
    return {};
  }
  for (const SharedMemory& shared : shared_) {
    if (shared.sizes_gib.size() == 1) {
      memory.os_total = memory.usable = {gib(shared.sizes_gib.front()), shared.origin};
      return {};
    }
    if (shared.sizes_gib.empty() && !shared.max_gib) continue;
    const std::string sizes = shared.sizes_gib.empty() ? say(tr("up to {:g} GiB"), *shared.max_gib)
                                                       : fmt::format("{:g} GiB", fmt::join(shared.sizes_gib, ", "));
    return Problem{fmt::format("{} {}", shared.owner, tr("comes with memory of several sizes")), "--ram", sizes};
  }
  return {};
}

/// "1008 GB/s", "940 GiB/s".
std::optional<BytesPerSecond> parse_bandwidth(std::string_view text) {
  double number = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number);
  if (done.ec != std::errc() || !(number > 0) || !std::isfinite(number)) return std::nullopt;
  std::string_view unit = text.substr(static_cast<size_t>(done.ptr - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  if (equals_ignoring_case(unit, "GB/s")) return BytesPerSecond{number * 1e9};
  if (equals_ignoring_case(unit, "GiB/s")) return BytesPerSecond{number * kGiB};
  return std::nullopt;
}

/// Cuts the next part up to a comma off the front.
std::string_view next_part(std::string_view& text) {
  const size_t comma = std::min(text.find(','), text.size());
  const std::string_view part = trimmed(text.substr(0, comma));
  text.remove_prefix(std::min(comma + 1, text.size()));
  return part;
}

/// "2x KEY": cuts the count off; 1 without one, 0 when it is absurd.
int cut_count(std::string_view& key) {
  int count = 0;
  const auto done = std::from_chars(key.data(), key.data() + key.size(), count);
  const auto digits = static_cast<size_t>(done.ptr - key.data());
  if (digits == 0 || digits >= key.size() || (key[digits] != 'x' && key[digits] != 'X')) return 1;
  key = trimmed(key.substr(digits + 1));
  return done.ec == std::errc() && count > 0 && count <= kMostGpus ? count : 0;
}

}  // namespace

Result<GpuFlag> parse_gpu_flag(std::string_view text) {
  const std::string where = fmt::format("--gpu \"{}\"", printable(text.substr(0, 120)));
  GpuFlag flag;
  std::string_view rest = text;
  std::string_view key = next_part(rest);
  const std::string_view vram = next_part(rest), bandwidth = next_part(rest);
  flag.count = cut_count(key);
  flag.key = std::string(key);
  if (flag.count == 0)
    return Problem{tr("this number of devices is out of range"), where, fmt::format("1 ... {}", kMostGpus)};
  if (flag.key.empty() || !trimmed(rest).empty())
    return Problem{tr("this is not KEY[,VRAM[,BANDWIDTH]]"), where, "--gpu geforce-rtx-4090"};
  if (!vram.empty()) {
    Bytes size;
    const bool unit = std::isalpha(static_cast<unsigned char>(vram.back())) != 0;
    if (!unit || !parse_bytes(vram, size) || !(size.value > 0))
      return Problem{tr("the memory size needs a number and a unit"), where, fmt::format("--gpu {},24GiB", flag.key)};
    flag.vram = size;
  }
  if (!bandwidth.empty()) {
    flag.bandwidth = parse_bandwidth(bandwidth);
    if (!flag.bandwidth)
      return Problem{tr("the bandwidth needs a number in GB/s or GiB/s"), where,
                     fmt::format("--gpu {},{},900GB/s", flag.key, vram.empty() ? "24GiB" : std::string(vram))};
  }
  return flag;
}

Result<Host> describe_host(const BoxFlags& flags, const Catalog& catalog) {
  return Builder(flags, catalog).build();
}

}  // namespace edgefit
