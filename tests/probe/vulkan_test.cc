#include "probe/vulkan.h"

#include <gtest/gtest.h>

#include "probe/inquiry.h"
#include "support/machine.h"

namespace edgefit {
namespace {

VendorReport ask(const std::string& scenario, int deadline_ms = 5000) {
  const std::string library = std::string(EDGEFIT_FAKE_LIBRARIES) + "/fake_vulkan_" + scenario + ".so";
  auto inquiry = Inquiry::start(
      Root(), "vulkan", [library](const Child::Write& write) { report_vulkan(library, write); }, deadline_ms);
  const auto text = inquiry.finish();
  return parse_vendor_report(inquiry.outcome() == Inquiry::Outcome::answered ? text : "-\t!child\t" + text + "\n");
}

Gpu arc() {
  Gpu gpu;
  gpu.id = gpu.bdf = "0000:03:00.0";
  gpu.vendor = "Intel";
  return gpu;
}

TEST(Vulkan, HeapsOfTheDeviceWithoutItsWindow) {
  const auto report = ask("card");
  ASSERT_EQ(report.cards.size(), 2U);  // no software renderer
  Host host;
  host.gpus = {arc()};
  join_vulkan(report, host);
  const Gpu& gpu = host.gpus[0];
  EXPECT_EQ(*gpu.name, "Intel Arc B580");
  EXPECT_EQ(gpu.vram_total->value, 12 * kGiB);
  EXPECT_EQ(gpu.vram_free->value, 11 * kGiB);
  EXPECT_EQ(gpu.max_alloc->value, 4 * kGiB);
  ASSERT_EQ(gpu.runtimes.size(), 1U);  // the second driver of the same card is left out
  EXPECT_EQ(gpu.runtimes[0], (std::pair<std::string, std::string>{"vulkan", "1.3"}));
}

TEST(Vulkan, DriversWordStands) {
  Host host;
  host.gpus = {arc()};
  host.gpus[0].vram_total = {Bytes{100}, {Origin::Kind::driver, "xe"}};
  join_vulkan(ask("card"), host);
  EXPECT_EQ(host.gpus[0].vram_total->value, 100);
  EXPECT_FALSE(host.gpus[0].vram_free);  // more free than there is
}

TEST(Vulkan, SharedMemoryIsNoPool) {
  Host host;
  host.gpus = {arc()};
  host.gpus[0].kind = GpuClass::integrated;
  join_vulkan(ask("card"), host);
  EXPECT_FALSE(host.gpus[0].vram_total);
  EXPECT_EQ(host.gpus[0].shared_max->value, 12 * kGiB);
}

TEST(Vulkan, FailuresAreOneLine) {
  for (const char* scenario : {"no_driver", "hang", "not_there"}) {
    Host host;
    host.gpus = {arc()};
    join_vulkan(ask(scenario, 300), host);
    EXPECT_EQ(host.errors.size(), 1U) << scenario;
    EXPECT_FALSE(host.gpus[0].vram_total);
  }
}

TEST(Vulkan, OnlyWhereNothingElseTells) {
  const auto wants = [](const char* vendor, const char* bdf, const char* driver) {
    test::Machine machine;
    machine.pci(bdf, "0x030000", vendor, "0x1234", driver);
    return wants_vulkan(machine.root(), scan_pci(machine.root()));
  };
  EXPECT_TRUE(wants("0x8086", "0000:03:00.0", "xe"));
  EXPECT_FALSE(wants("0x8086", "0000:00:02.0", "i915"));
  EXPECT_FALSE(wants("0x10de", "0000:03:00.0", "nvidia"));
  EXPECT_FALSE(wants("0x1002", "0000:03:00.0", "amdgpu"));
  EXPECT_FALSE(wants("0x8086", "0000:03:00.0", ""));
}

}  // namespace
}  // namespace edgefit
