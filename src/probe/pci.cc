#include "probe/pci.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Classes of devices that compute or show pictures; the second number masks the subclass.
struct ClassRow {
  unsigned value, mask;
};
constexpr ClassRow kClasses[] = {{0x0300, 0xff00}, {0x1200, 0xff00}, {0x0b40, 0xffff}, {0x1180, 0xffff}};

bool wanted(unsigned class_code) {
  return std::any_of(std::begin(kClasses), std::end(kClasses),
                     [&](const ClassRow& row) { return (class_code & row.mask) == row.value; });
}

unsigned read_hex(const Root& root, const std::string& path) {
  return static_cast<unsigned>(to_hex(root.read(path, 64).value_or("")).value_or(0) & 0xffffffff);
}

/// The `driver` link, or the DRIVER line of uevent, which recorders copy more often than links.
void read_driver(const Root& root, PciFunction& function) {
  if (const auto link = root.link_name(function.path() + "/driver")) {
    function.driver = *link;
    return;
  }
  const auto uevent = root.read(function.path() + "/uevent", 4096);
  function.driver_recorded = uevent.has_value();
  for (const auto line : split_lines(text_of(uevent)))
    if (const auto pair = key_value(line, '='); pair && pair->first == "DRIVER") function.driver = pair->second;
}

/// Transfer rates of sysfs ("16.0 GT/s PCIe") by generation, and what is left after line coding:
/// 8b/10b up to 2, 128b/130b from 3, FLIT mode (242 of 256) in 6. PCI Express Base Specification.
struct Generation {
  double gigatransfers, lane_bytes;
};
constexpr Generation kGenerations[] = {{2.5, 2.5e9 * 8 / 10 / 8},  {5, 5e9 * 8 / 10 / 8},
                                       {8, 8e9 * 128 / 130 / 8},   {16, 16e9 * 128 / 130 / 8},
                                       {32, 32e9 * 128 / 130 / 8}, {64, 64e9 * 242 / 256 / 8}};

int generation_of(double gigatransfers) {
  for (size_t i = 0; i < std::size(kGenerations); ++i)
    if (kGenerations[i].gigatransfers == gigatransfers) return static_cast<int>(i) + 1;
  return 0;
}

/// domain << 16 | bus << 8 | device << 3 | function
std::optional<uint64_t> address_of(std::string_view bdf) {
  const auto parts = split(bdf, ':');
  if (parts.size() != 3) return std::nullopt;
  const auto last = key_value(parts[2], '.');
  if (!last) return std::nullopt;
  const auto domain = to_hex(parts[0]), bus = to_hex(parts[1]), device = to_hex(last->first),
             function = to_hex(last->second);
  if (!domain || !bus || !device || !function || *domain > 0xffffffff || *bus > 0xff || *device > 0x1f || *function > 7)
    return std::nullopt;
  return *domain << 16 | *bus << 8 | *device << 3 | *function;
}

}  // namespace

std::string PciFunction::ids() const {
  return fmt::format("{:04x}:{:04x}", vendor, device);
}

std::vector<PciFunction> scan_pci(const Root& root) {
  std::vector<PciFunction> functions;
  bool links_recorded = root.live() || root.exists("/sys/bus/pci/drivers");
  for (const auto& name : root.list(kPciFolder)) {
    links_recorded = links_recorded || root.link_name(kPciFolder + name + "/driver").has_value();
    PciFunction function;
    function.bdf = name;
    const std::string path = function.path();
    function.class_code = read_hex(root, path + "/class") >> 8;
    if (!wanted(function.class_code) || normal_bdf(name).empty()) continue;
    function.vendor = read_hex(root, path + "/vendor") & 0xffff;
    function.device = read_hex(root, path + "/device") & 0xffff;
    read_driver(root, function);
    functions.push_back(std::move(function));
  }
  for (auto& function : functions) function.driver_recorded = function.driver_recorded || links_recorded;
  keep_wanted(functions);
  return functions;
}

void keep_wanted(std::vector<PciFunction>& functions) {
  std::erase_if(functions, [](const PciFunction& function) { return !wanted(function.class_code); });
  std::sort(functions.begin(), functions.end(),
            [](const PciFunction& a, const PciFunction& b) { return bdf_before(a.bdf, b.bdf); });
}

double pci_lane_bandwidth(int generation) {
  if (generation < 1 || generation > static_cast<int>(std::size(kGenerations))) return 0;
  return kGenerations[generation - 1].lane_bytes;
}

namespace {

/// The weakest of several links.
struct WeakestLink {
  int generation = 0;
  double width = 0, bandwidth = 0;

  void add(const Root& root, const std::string& path, const char* speed_file, const char* width_file) {
    const auto speed = leading_number(root.read(path + speed_file, 64).value_or(""));
    const auto lanes = root.read_number(path + width_file);
    const int here = speed ? generation_of(*speed) : 0;
    // 0 or 255 lanes: integrated in the root complex, no link
    if (here == 0 || !lanes || *lanes < 1 || *lanes > 32) return;
    const double bytes = pci_lane_bandwidth(here) * *lanes;
    generation = generation == 0 ? here : std::min(generation, here);
    width = width == 0 ? *lanes : std::min(width, *lanes);
    bandwidth = bandwidth == 0 ? bytes : std::min(bandwidth, bytes);
  }
};

}  // namespace

PciLink pci_link(const Root& root, const std::string& bdf) {
  const char* why = tr("the kernel does not tell the PCIe link");
  const auto unknown = Fact<double>::unknown(why);
  PciLink link{unknown, unknown, unknown, unknown, Fact<BytesPerSecond>::unknown(why)};
  auto path = root.resolve(kPciFolder + bdf);
  WeakestLink most, now;
  constexpr int kMaxDepth = 32;
  for (int depth = 0; path && depth < kMaxDepth; ++depth) {
    const auto name = path->substr(path->rfind('/') + 1);
    if (normal_bdf(name).empty()) break;  // "pci0000:00": the root complex
    most.add(root, *path, "/max_link_speed", "/max_link_width");
    now.add(root, *path, "/current_link_speed", "/current_link_width");
    path->erase(path->rfind('/'));
  }
  if (now.generation > 0) {
    const Origin origin{Origin::Kind::os, "current_link_speed and current_link_width up to the root port"};
    link.generation_now = {static_cast<double>(now.generation), origin};
    link.width_now = {now.width, origin};
  }
  if (most.generation == 0) return link;
  const Origin origin{Origin::Kind::os, "max_link_speed and max_link_width up to the root port"};
  link.generation = {static_cast<double>(most.generation), origin};
  link.width = {most.width, origin};
  link.bandwidth = {BytesPerSecond{most.bandwidth}, origin};
  return link;
}

std::string normal_bdf(std::string_view text) {
  const auto address = address_of(text);
  if (!address) return {};
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", *address >> 16, (*address >> 8) & 0xff, (*address >> 3) & 0x1f,
                     *address & 7);
}

bool bdf_before(const std::string& a, const std::string& b) {
  return address_of(a).value_or(UINT64_MAX) < address_of(b).value_or(UINT64_MAX);
}

}  // namespace edgefit
