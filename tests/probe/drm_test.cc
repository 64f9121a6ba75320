#include "probe/drm.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

// What the kernel would write, by the layouts of its uapi headers; arguments are read as plain numbers on purpose.
template <class T>
T at(const void* memory, size_t offset) {
  T value;
  std::memcpy(&value, static_cast<const char*>(memory) + offset, sizeof value);
  return value;
}
template <class T>
void put(uint64_t memory, size_t offset, T value) {
  std::memcpy(reinterpret_cast<char*>(memory) + offset, &value, sizeof value);
}

/// A Strix Halo: an APU with LPDDR5 on 256 bits.
int amd_ioctl(int, unsigned long, void* argument) {
  const auto pointer = at<uint64_t>(argument, 0);
  const auto query = at<uint32_t>(argument, 12);
  if (query == 0x16) {
    put<uint64_t>(pointer, 40, 2000000);  // memory clock in kHz
    put<uint32_t>(pointer, 48, 40);       // compute units
    put<uint64_t>(pointer, 136, 1);       // FUSION
    put<uint32_t>(pointer, 176, 12);      // LPDDR5
    put<uint32_t>(pointer, 180, 256);
    return 0;
  }
  if (query == 0x19) {
    put<uint64_t>(pointer, 24, 96ULL << 30U);  // largest allocation of the first heap
    return 0;
  }
  errno = EINVAL;
  return -1;
}

/// An Arc A770 of which 1 GiB is in use.
int i915_ioctl(int, unsigned long, void* argument) {
  const auto item = at<uint64_t>(argument, 8);
  const auto pointer = at<uint64_t>(reinterpret_cast<void*>(item), 16);
  constexpr int kLength = 16 + 2 * 88;
  put<int32_t>(item, 8, kLength);
  if (pointer == 0) return 0;
  put<uint32_t>(pointer, 0, 2);
  put<uint64_t>(pointer, 16 + 8, 64ULL << 30U);  // system memory
  put<uint16_t>(pointer, 16 + 88, 1);
  put<uint64_t>(pointer, 16 + 88 + 8, 16ULL << 30U);
  put<uint64_t>(pointer, 16 + 88 + 16, 15ULL << 30U);
  return 0;
}

/// A two-tile card; the driver hides what is in use.
int xe_ioctl(int, unsigned long, void* argument) {
  const auto pointer = at<uint64_t>(argument, 16);
  constexpr uint32_t kLength = 8 + 3 * 88;
  put<uint32_t>(reinterpret_cast<uint64_t>(argument), 12, kLength);
  if (pointer == 0) return 0;
  put<uint32_t>(pointer, 0, 3);
  for (size_t tile = 1; tile < 3; ++tile) {
    put<uint16_t>(pointer, 8 + tile * 88, 1);
    put<uint64_t>(pointer, 8 + tile * 88 + 8, 64ULL << 30U);
  }
  return 0;
}

int liar_ioctl(int, unsigned long, void* argument) {
  put<uint32_t>(reinterpret_cast<uint64_t>(argument), 12, 16);  // shorter than one region
  if (const auto pointer = at<uint64_t>(argument, 16); pointer != 0) put<uint32_t>(pointer, 0, 1000000);
  return 0;
}

int failing_ioctl(int, unsigned long, void*) {
  errno = EACCES;
  return -1;
}

Host ask(const char* driver, Ioctl control, const char* node = "/dev/null") {
  std::string text;
  report_drm({{"0000:03:00.0", driver, node}}, control, [&](const std::string& line) { text += line + "\n"; });
  Host host;
  Gpu gpu;
  gpu.id = gpu.bdf = "0000:03:00.0";
  gpu.kernel_driver = {driver, {}};
  host.gpus = {gpu};
  join_drm(parse_vendor_report(text), host);
  return host;
}

TEST(Drm, AmdTellsKindOfMemory) {
  const auto host = ask("amdgpu", amd_ioctl);
  const Gpu& gpu = host.gpus[0];
  EXPECT_TRUE(host.errors.empty());
  EXPECT_EQ(*gpu.memory_type, "LPDDR5");
  EXPECT_EQ(gpu.peak_bandwidth->value, 256e9);  // 256 bit x 8000 MT/s
  EXPECT_EQ(*gpu.sm_count, 40);
  EXPECT_EQ(gpu.max_alloc->value, 96 * kGiB);
  EXPECT_EQ(gpu.kind, GpuClass::integrated);
}

TEST(Drm, IntelTellsLocalMemory) {
  const auto arc = ask("i915", i915_ioctl);
  EXPECT_EQ(arc.gpus[0].vram_total->value, 16 * kGiB);
  EXPECT_EQ(arc.gpus[0].vram_free->value, 15 * kGiB);
  EXPECT_EQ(arc.gpus[0].vram_used->value, kGiB);
  const auto tiles = ask("xe", xe_ioctl);
  EXPECT_EQ(tiles.gpus[0].vram_total->value, 128 * kGiB);
  EXPECT_FALSE(tiles.gpus[0].vram_used);
  EXPECT_FALSE(tiles.gpus[0].vram_free);  // nothing in use is what it says to everyone
  EXPECT_FALSE(tiles.gpus[0].vram_free.why.empty());
}

TEST(Drm, FailuresAndLiesStayUnknown) {
  const auto failed = ask("xe", failing_ioctl);
  ASSERT_EQ(failed.errors.size(), 1U);
  EXPECT_EQ(failed.errors[0].call, "DRM_XE_DEVICE_QUERY");
  EXPECT_FALSE(failed.gpus[0].vram_total);
  EXPECT_FALSE(ask("xe", liar_ioctl).gpus[0].vram_total);
  const auto closed = ask("xe", xe_ioctl, "/nowhere/renderD128");
  ASSERT_EQ(closed.errors.size(), 1U);
  EXPECT_EQ(closed.errors[0].call, "open");
  EXPECT_EQ(closed.gpus[0].state, GpuState::no_permission);  // as a control group forbids it
  EXPECT_NE(closed.gpus[0].state_text.find("container"), std::string::npos);
  EXPECT_EQ(failed.gpus[0].state, GpuState::usable);
}

TEST(Drm, AsksCardsThatAreAwakeAndHaveMemory) {
  Machine machine;
  machine.pci("0000:00:02.0", "0x030000", "0x8086", "0xa780", "i915");
  machine.pci("0000:03:00.0", "0x030000", "0x8086", "0x56a0", "i915");
  machine.pci("0000:04:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  machine.pci("0000:05:00.0", "0x030000", "0x10de", "0x2684", "nvidia");
  for (const char* bdf : {"0000:00:02.0", "0000:03:00.0", "0000:04:00.0", "0000:05:00.0"})
    machine.file(std::string("/sys/devices/pci0000:00/") + bdf + "/drm/renderD128/uevent", "");
  machine.file("/sys/devices/pci0000:00/0000:04:00.0/power/runtime_status", "suspended\n");
  const auto cards = drm_cards(machine.root(), scan_pci(machine.root()));
  ASSERT_EQ(cards.size(), 1U);
  EXPECT_EQ(cards[0].bdf, "0000:03:00.0");
  EXPECT_EQ(cards[0].node, "/dev/dri/renderD128");
  machine.file("/sys/devices/pci0000:00/0000:04:00.0/power/runtime_status", "active\n");
  EXPECT_EQ(drm_cards(machine.root(), scan_pci(machine.root())).size(), 2U);
  machine.file("/dev/kfd", "");
  const auto with_compute = drm_cards(machine.root(), scan_pci(machine.root()));
  ASSERT_EQ(with_compute.size(), 3U);
  EXPECT_EQ(with_compute[2].node, "/dev/kfd");
}

TEST(Drm, AComputeNodeThatDoesNotOpenClosesEveryAmdCard) {
  const auto states = [](const char* kfd) {
    std::string text;
    report_drm({{"0000:03:00.0", "amdgpu", "/dev/null"}, {"-", "/dev/kfd", kfd}}, amd_ioctl,
               [&](const std::string& line) { text += line + "\n"; });
    Host host;
    for (const char* driver : {"amdgpu", "xe"}) {
      Gpu gpu;
      gpu.id = gpu.bdf = std::string(driver) == "xe" ? "0000:04:00.0" : "0000:03:00.0";
      gpu.kernel_driver = {driver, {}};
      host.gpus.push_back(gpu);
    }
    join_drm(parse_vendor_report(text), host);
    return host;
  };
  EXPECT_EQ(states("/dev/null").gpus[0].state, GpuState::usable);
  const auto closed = states("/nowhere/kfd");
  EXPECT_EQ(closed.gpus[0].state, GpuState::no_permission);
  EXPECT_NE(closed.gpus[0].state_text.find("/dev/kfd"), std::string::npos);
  EXPECT_EQ(closed.gpus[1].state, GpuState::usable);  // Intel's needs no such node
  ASSERT_EQ(closed.errors.size(), 1U);
  EXPECT_EQ(closed.errors[0].call, "open /dev/kfd");
}

}  // namespace
}  // namespace edgefit
