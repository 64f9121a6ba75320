#include "size/placement.h"

#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

std::vector<Device> two_devices(double first, double second) {
  return {{0, 1, gib(first)}, {1, 2, gib(second)}};
}

TEST(Placement, GpuLayersCountFromTheEnd) {
  const auto devices = two_devices(24, 24);
  const std::vector<Device> one(devices.begin(), devices.begin() + 1);
  const Layout none = lay_out(0, {32}, one);
  EXPECT_EQ(none.host.count(), 32);
  EXPECT_EQ(none.output_device, -1);
  const Layout output_only = lay_out(1, {32}, one);
  EXPECT_EQ(output_only.host.count(), 32);
  EXPECT_EQ(output_only.output_device, 0);
  const Layout all = lay_out(99, {32}, one);
  EXPECT_EQ(all.gpu_layers, 33);
  EXPECT_EQ(all.on_device[0].count(), 32);
  EXPECT_EQ(all.host.count(), 0);
}

TEST(Placement, SeveralGpusShareByFreeMemory) {
  const Layout even = lay_out(33, {32}, two_devices(24, 24));
  EXPECT_EQ(even.on_device[0].count(), 17);
  EXPECT_EQ(even.on_device[1].count(), 15);
  EXPECT_EQ(even.output_device, 1);
  const Layout uneven = lay_out(33, {32}, two_devices(48, 16));
  EXPECT_GT(uneven.on_device[0].count(), 2 * uneven.on_device[1].count());
  EXPECT_EQ(uneven.on_device[0].count() + uneven.on_device[1].count(), 32);
}

TEST(Placement, StatedSharesReplaceFreeMemory) {
  // llama.cpp v0.5.0 on two GPUs of one size, Llama-3.1-8B: 3,1 puts 25 layers on the first, 1,3 of 20 six.
  const std::vector<double> first{3, 1}, second{1, 3}, only{1, 0};
  const Layout most = lay_out(33, {32}, two_devices(24, 24), first);
  EXPECT_EQ(most.on_device[0].count(), 25);
  EXPECT_EQ(most.on_device[1].count(), 7);
  EXPECT_EQ(lay_out(20, {32}, two_devices(24, 24), second).on_device[0].count(), 5);
  const Layout all = lay_out(33, {32}, two_devices(24, 24), only);
  EXPECT_EQ(all.on_device[0].count(), 32);
  EXPECT_EQ(all.output_device, 0);
  // A share that is left out is nothing.
  EXPECT_EQ(lay_out(33, {32}, two_devices(24, 24), std::vector<double>{1}).on_device[0].count(), 32);
}

TEST(Placement, FurtherTokenLayersCountThoughTheyStayInTheFile) {
  // llama.cpp v0.5.0, 32 layers and one for further tokens: -ngl 33 leaves layer 0 in RAM, 34 is everything.
  const std::vector<Device> one(1, {0, 1, gib(24)});
  EXPECT_EQ(lay_out(34, {32, 1}, one).host.count(), 0);
  EXPECT_EQ(lay_out(33, {32, 1}, one).host.count(), 1);
  EXPECT_EQ(lay_out(17, {32, 1}, one).host.count(), 17);
  const Layout output_only = lay_out(1, {32, 1}, one);
  EXPECT_EQ(output_only.host.count(), 32);
  EXPECT_EQ(output_only.output_device, 0);
}

TEST(Placement, SplitModeNoneUsesOneDevice) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 2));
  EXPECT_EQ(devices_of(c).size(), 2U);
  c.runtime.split_mode = SplitMode::none;
  EXPECT_EQ(devices_of(c).size(), 1U);
}

TEST(Placement, TheDriverLimitsADeviceOnHostMemory) {
  static constexpr BackendProfile kMetal[] = {{.backend = Backend::metal,
                                               .runtime_low = 0,
                                               .runtime_low_per_sm = 0,
                                               .runtime_typical = 0,
                                               .runtime_typical_per_sm = 0,
                                               .runtime_high = 0,
                                               .runtime_high_per_sm = 0,
                                               .driver_reserve_fraction = 0,
                                               .bandwidth_efficiency = 1,
                                               .seconds_per_layer = 0,
                                               .moe_extra = 0,
                                               .kv_read_factor = 1,
                                               .compute_efficiency = 1,
                                               .decode_low = 1,
                                               .decode_high = 1,
                                               .prefill_low = 1,
                                               .prefill_high = 1,
                                               .shared_share = 0.5,
                                               .shared_share_large = 0.75,
                                               .shared_large = 36 * kGiB}};
  static constexpr RuntimeProfile kProfile{"llama.cpp", "v0.5.0", "2026-11", EngineRules::llama_cpp, "", 0, 0, kMetal};
  auto host = *testing::box(gib(32), 1);
  host.gpus[0].vendor = "Apple";
  host.gpus[0].kind = GpuClass::unified;
  host.gpus[0].pool = "ram";
  Case c = testing::question(testing::prepared(testing::llama_8b()), std::make_shared<Host>(host));
  c.runtime.profile = &kProfile;
  EXPECT_EQ(shared_limit(c, host.gpus[0])->value, 16 * kGiB);
  host.memory.os_total = {gib(64), testing::kGiven};
  c.host = std::make_shared<Host>(host);
  EXPECT_EQ(shared_limit(c, host.gpus[0])->value, 48 * kGiB);
  host.gpus[0].shared_max = {gib(60), testing::kGiven};
  EXPECT_EQ(shared_limit(c, host.gpus[0])->value, 60 * kGiB);
  c.runtime.profile = &testing::kProfile;
  host.gpus[0].shared_max = {};
  EXPECT_FALSE(shared_limit(c, host.gpus[0]));
}

TEST(Placement, BackendsFollowTheBox) {
  const auto model = testing::prepared(testing::llama_8b());
  EXPECT_EQ(backend_of(testing::question(model, testing::box(gib(64), 1))), Backend::cuda);
  EXPECT_EQ(backend_of(testing::question(model, testing::box(gib(64)))), Backend::cpu);
  auto host = *testing::box(gib(64), 1);
  host.gpus[0].state = GpuState::no_driver;
  EXPECT_EQ(backend_of(testing::question(model, std::make_shared<Host>(host))), Backend::cpu);
  host.gpus[0].state = GpuState::usable;
  host.gpus[0].kind = GpuClass::integrated;
  EXPECT_EQ(backend_of(testing::question(model, std::make_shared<Host>(host))), Backend::cpu);
}

TEST(Placement, DevicesOnRamStandForOnePool) {
  auto host = *testing::box(gib(128), 2);
  for (auto& gpu : host.gpus) {
    gpu.kind = GpuClass::unified;
    gpu.pool = "ram";
  }
  const auto devices =
      devices_of(testing::question(testing::prepared(testing::llama_8b()), std::make_shared<Host>(host)));
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].pool, 0);
}

TEST(Placement, HaveOfADescribedBoxKeepsAReserve) {
  const auto model = testing::prepared(testing::llama_8b());
  const Case small = testing::question(model, testing::box(gib(16), 1));
  EXPECT_EQ(have_of_ram(small).bytes->value, 14 * kGiB);
  const Case large = testing::question(model, testing::box(gib(200)));
  EXPECT_DOUBLE_EQ(have_of_ram(large).bytes->value, 190 * kGiB);
  const Have gpu = have_of_gpu(small, small.host->gpus[0]);
  EXPECT_EQ(gpu.basis, HaveBasis::described);
  EXPECT_EQ(gpu.bytes->value, std::floor(24 * kGiB * 0.98));
}

TEST(Placement, HaveOfALiveBoxIsWhatIsFree) {
  auto host = *testing::box(gib(64), 1);
  host.mode = Host::Mode::live;
  host.memory.usable = {gib(64), testing::kGiven};
  host.memory.available = {gib(10), testing::kGiven};
  host.gpus[0].state = GpuState::usable;
  host.gpus[0].vram_free = {gib(5), testing::kGiven};
  Case c = testing::question(testing::prepared(testing::llama_8b()), std::make_shared<Host>(host));
  EXPECT_EQ(have_of_ram(c).bytes->value, 10 * kGiB);
  EXPECT_EQ(have_of_gpu(c, c.host->gpus[0]).bytes->value, 5 * kGiB);
  c.assume_idle = true;
  EXPECT_GT(have_of_ram(c).bytes->value, 50 * kGiB);
  EXPECT_GT(have_of_gpu(c, c.host->gpus[0]).bytes->value, 20 * kGiB);
  // What cannot be read stays unknown.
  host.memory.available = Fact<Bytes>::unknown("test");
  c.host = std::make_shared<Host>(host);
  c.assume_idle = false;
  EXPECT_FALSE(have_of_ram(c).bytes.has_value());
}

}  // namespace
}  // namespace edgefit
