#include "probe/vendors.h"

#include <gtest/gtest.h>

#include <chrono>

#include "probe/probe_run.h"

namespace edgefit {
namespace {

std::string fake(const std::string& name) {
  return std::string(EDGEFIT_FAKE_LIBRARIES) + "/fake_" + name + ".so";
}

PciFunction card(const std::string& bdf, unsigned vendor, const std::string& driver) {
  PciFunction function;
  function.bdf = bdf;
  function.class_code = 0x0300;
  function.vendor = vendor;
  function.driver = driver;
  return function;
}

TEST(Vendors, HangingLibrariesCostOneDeadlineTogether) {
  VendorOptions options;
  options.nvidia.nvml = {fake("nvml_hang_on_load")};
  options.nvidia.cuda = {};
  options.nvidia.deadline_ms = options.deadline_ms = 400;
  options.vulkan = {fake("vulkan_hang")};
  options.level_zero = {fake("level_zero_hang_on_load")};
  options.rocm_smi = {fake("rocm_smi_hang")};
  const auto start = std::chrono::steady_clock::now();
  auto vendors =
      Vendors::start(Root(), {card("0000:03:00.0", 0x8086, "xe"), card("0000:04:00.0", 0x1002, "amdgpu")}, options);
  Host host;
  vendors.finish(Root(), host);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(790));
  EXPECT_EQ(host.errors.size(), 4U);  // one line each
}

TEST(Vendors, NobodyIsAskedWithoutLibraryOrCard) {
  VendorOptions options;
  options.nvidia.nvml = options.nvidia.cuda = options.vulkan = options.level_zero = options.rocm_smi = {};
  auto vendors =
      Vendors::start(Root(), {card("0000:03:00.0", 0x8086, "xe"), card("0000:04:00.0", 0x1002, "amdgpu")}, options);
  for (const auto* inquiry : vendors.inquiries()) EXPECT_NE(inquiry->outcome(), Inquiry::Outcome::waiting);
  Host host;
  vendors.finish(Root(), host);
  EXPECT_TRUE(host.errors.empty());
  EXPECT_TRUE(host.gpus.empty());
  for (const auto* inquiry : vendors.inquiries()) {
    EXPECT_NE(inquiry->outcome(), Inquiry::Outcome::answered);
    EXPECT_NE(inquiry->outcome(), Inquiry::Outcome::failed);
  }
}

TEST(Vendors, WholeProbeWithAScriptedLibrary) {
  VendorOptions options;
  options.nvidia.nvml = {fake("nvml_two_cards")};
  options.nvidia.cuda = options.vulkan = {};
  const Root root;
  auto vendors = Vendors::start(root, {}, options);
  const auto host = run_probe({}, root, {}, vendors);
  ASSERT_GE(host.gpus.size(), 2U);
  const auto pools = pools_of(host);
  EXPECT_EQ(pools.size(), 3U);
  for (const auto& pool : pools) {
    if (pool.free && pool.total) {
      EXPECT_LE(pool.free->value, pool.total->value);
    }
  }
}

}  // namespace
}  // namespace edgefit
