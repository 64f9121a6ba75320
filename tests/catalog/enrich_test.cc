#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/catalog.h"

namespace edgefit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const AcceleratorRow& row_of(const char* key) {
  return **find_accelerator(key);
}

TEST(Enrich, DescribesADiscreteGpu) {
  const Gpu gpu = describe_gpu(row_of("geforce-rtx-4090"));
  EXPECT_EQ(gpu.kind, GpuClass::discrete);
  EXPECT_EQ(gpu.state, GpuState::described);
  EXPECT_EQ(gpu.vram_total->value, 24 * kGiB);
  EXPECT_NEAR(gpu.vram_reserved->value / kGiB, 0.48, 0.001);
  EXPECT_FALSE(gpu.vram_free);
  EXPECT_EQ(gpu.peak_bandwidth->value, 1008e9);
  EXPECT_EQ(*gpu.compute_capability, 8.9);
  EXPECT_EQ(*gpu.sm_count, 128);
  EXPECT_EQ(gpu.fp16_peak->value, 165.2e12);
  EXPECT_EQ(*gpu.pcie_generation, 4);
  EXPECT_EQ(*gpu.pcie_width, 16);
  EXPECT_NEAR(gpu.pcie_bandwidth->value, 31.5e9, 0.1e9);
  EXPECT_EQ(gpu.vram_total.origin.kind, Origin::Kind::catalog);
  EXPECT_THAT(gpu.vram_total.origin.text, HasSubstr("catalog geforce-rtx-4090, "));
}

TEST(Enrich, SharedDevicesHaveNoMemoryOfTheirOwn) {
  for (const char* key : {"gb10", "apple-m4-max-40-core", "radeon-8060s", "jetson-agx-orin-64-gb"}) {
    const Gpu gpu = describe_gpu(row_of(key));
    EXPECT_FALSE(gpu.has_own_memory()) << key;
    EXPECT_FALSE(gpu.vram_total) << key;
    EXPECT_TRUE(gpu.peak_bandwidth) << key;
  }
}

TEST(Enrich, BoardsWithoutMatrixUnitsComputePromptsOnVectorUnits) {
  const Gpu gpu = describe_gpu(row_of("geforce-gtx-1080"));
  EXPECT_EQ(gpu.fp16_peak->value, gpu.fp32_peak->value);
  EXPECT_THAT(gpu.features, IsEmpty());
}

TEST(Enrich, FeaturesFollowTheGeneration) {
  EXPECT_THAT(gpu_features_of_compute_capability(6.1), IsEmpty());
  EXPECT_THAT(gpu_features_of_compute_capability(7.0), ElementsAre("fp16"));
  EXPECT_THAT(gpu_features_of_compute_capability(7.5), ElementsAre("fp16", "int8"));
  EXPECT_THAT(gpu_features_of_compute_capability(8.6), ElementsAre("fp16", "bf16", "int8"));
  EXPECT_THAT(gpu_features_of_compute_capability(8.9), ElementsAre("fp16", "bf16", "int8", "fp8"));
  EXPECT_THAT(gpu_features_of_compute_capability(12.0), ElementsAre("fp16", "bf16", "int8", "fp8", "fp4"));
}

/// Two sources of one fact: the rates of the table and the rule by generation.
TEST(Enrich, TableAndGenerationAgree) {
  for (const auto& row : accelerators()) {
    if (!row.compute_cap || gpu_features_of(row).empty()) continue;
    EXPECT_EQ(gpu_features_of(row), gpu_features_of_compute_capability(*row.compute_cap)) << row.key;
  }
  EXPECT_THAT(gpu_features_of(row_of("geforce-gtx-1660")), IsEmpty());
  EXPECT_THAT(gpu_features_of(row_of("radeon-rx-7900-xtx")), ElementsAre("fp16", "bf16", "int8"));
}

TEST(Enrich, GpusAreNumbered) {
  Host host;
  add_gpus(host, describe_gpu(row_of("l4")), 2);
  add_gpus(host, describe_gpu(row_of("radeon-780m")), 1);
  ASSERT_EQ(host.gpus.size(), 3u);
  EXPECT_EQ(host.gpus[0].pool, "gpu0");
  EXPECT_EQ(host.gpus[1].pool, "gpu1");
  EXPECT_EQ(host.gpus[2].pool, "ram");
  EXPECT_EQ(host.gpus[1].id, "described:1");
}

Gpu seen(const char* pci, std::optional<Bytes> vram) {
  Gpu gpu;
  gpu.bdf = "0000:01:00.0";
  gpu.pci = pci;
  gpu.vendor = "NVIDIA";
  if (vram) gpu.vram_total = {*vram, {Origin::Kind::driver, "NVML"}};
  return gpu;
}

TEST(Enrich, FillsWhatIsUnknownOnly) {
  Host host;
  host.gpus.push_back(seen("10de:2684", mib(24564)));
  host.gpus[0].peak_bandwidth = {BytesPerSecond{999e9}, {Origin::Kind::driver, "NVML"}};
  fill_from_catalog(host);
  const Gpu& gpu = host.gpus[0];
  EXPECT_EQ(gpu.catalog_key, "geforce-rtx-4090");
  EXPECT_EQ(gpu.peak_bandwidth->value, 999e9);
  EXPECT_EQ(gpu.vram_total->value, 24564 * kMiB);
  EXPECT_EQ(gpu.fp16_peak->value, 165.2e12);
  EXPECT_EQ(gpu.fp16_peak.origin.kind, Origin::Kind::catalog);
  EXPECT_EQ(gpu.state, GpuState::usable);
  EXPECT_THAT(gpu.features, testing::Contains("fp8"));
}

TEST(Enrich, TwinsOfOnePciIdShareWhatTheyShare) {
  Host host;
  host.gpus.push_back(seen("1002:73bf", gib(16)));  // RX 6800, 6800 XT and 6900 XT
  fill_from_catalog(host);
  EXPECT_EQ(host.gpus[0].peak_bandwidth->value, 512e9);
  EXPECT_FALSE(host.gpus[0].fp16_peak);
  EXPECT_FALSE(host.gpus[0].name);
  EXPECT_EQ(host.gpus[0].catalog_key, "");
}

TEST(Enrich, ApplesChipsAreKnownByName) {
  Host host;
  host.gpus.resize(3);
  for (auto& gpu : host.gpus) {
    gpu.vendor = "Apple";
    gpu.kind = GpuClass::unified;
  }
  host.gpus[0].name = {"Apple M2 Max", {Origin::Kind::catalog, "device tree"}};
  host.gpus[1].name = {"Apple M2", {Origin::Kind::catalog, "device tree"}};
  host.gpus[2].name = {"Apple GPU", {Origin::Kind::catalog, "device tree"}};
  fill_from_catalog(host);
  EXPECT_EQ(host.gpus[0].peak_bandwidth->value, 409.6e9);
  EXPECT_FALSE(host.gpus[0].sm_count);  // sold with 30 or 38 cores
  EXPECT_FALSE(host.gpus[0].vram_total);
  EXPECT_EQ(host.gpus[1].peak_bandwidth->value, 102.4e9);  // not that of a Pro, Max or Ultra
  EXPECT_FALSE(host.gpus[2].peak_bandwidth);
}

TEST(Enrich, UnknownBoardsStayUnknown) {
  Host host;
  host.gpus.push_back(seen("10de:ffff", gib(10)));
  host.gpus.push_back(seen("", {}));
  host.gpus[0].compute_capability = {8.6, {Origin::Kind::driver, "NVML"}};
  fill_from_catalog(host);
  EXPECT_FALSE(host.gpus[0].peak_bandwidth);
  EXPECT_THAT(host.gpus[0].features, ElementsAre("fp16", "bf16", "int8"));
  EXPECT_THAT(host.gpus[1].features, IsEmpty());
}

TEST(Enrich, ANeuralUnitIsFilledWhenItsNameMeansOneRow) {
  Host host;
  host.npus.resize(3);
  host.npus[0].kind = "Hailo-10H";
  host.npus[1].kind = "Hailo-8";  // or Hailo-8L, half as fast behind the same bus address
  fill_from_catalog(host);
  EXPECT_EQ(host.npus[0].catalog_key, "hailo-10h");
  EXPECT_EQ(host.npus[0].int8_peak->value, 20e12);
  EXPECT_FALSE(host.npus[1].int8_peak);
  EXPECT_FALSE(host.npus[2].int8_peak);
}

}  // namespace
}  // namespace edgefit
