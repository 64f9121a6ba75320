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
  const Layout none = lay_out(0, 32, one);
  EXPECT_EQ(none.host.count(), 32);
  EXPECT_EQ(none.output_device, -1);
  const Layout output_only = lay_out(1, 32, one);
  EXPECT_EQ(output_only.host.count(), 32);
  EXPECT_EQ(output_only.output_device, 0);
  const Layout all = lay_out(99, 32, one);
  EXPECT_EQ(all.gpu_layers, 33);
  EXPECT_EQ(all.on_device[0].count(), 32);
  EXPECT_EQ(all.host.count(), 0);
}

TEST(Placement, SeveralGpusShareByFreeMemory) {
  const Layout even = lay_out(33, 32, two_devices(24, 24));
  EXPECT_EQ(even.on_device[0].count(), 17);
  EXPECT_EQ(even.on_device[1].count(), 15);
  EXPECT_EQ(even.output_device, 1);
  const Layout uneven = lay_out(33, 32, two_devices(48, 16));
  EXPECT_GT(uneven.on_device[0].count(), 2 * uneven.on_device[1].count());
  EXPECT_EQ(uneven.on_device[0].count() + uneven.on_device[1].count(), 32);
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
