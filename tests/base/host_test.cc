#include "edgefit/host.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Gpu gpu(GpuClass kind, GpuState state) {
  Gpu out;
  out.kind = kind;
  out.state = state;
  return out;
}

TEST(Host, NamesAreFoundAgain) {
  for (int i = 0; i <= static_cast<int>(GpuState::described); ++i) {
    const auto state = static_cast<GpuState>(i);
    EXPECT_EQ(find_gpu_state(name_of(state)), state) << name_of(state);
  }
  for (int i = 0; i <= static_cast<int>(GpuClass::display_only); ++i) {
    const auto kind = static_cast<GpuClass>(i);
    EXPECT_EQ(find_gpu_class(name_of(kind)), kind) << name_of(kind);
  }
  EXPECT_FALSE(find_gpu_state("fine"));
  EXPECT_STREQ(name_of(GpuState::no_driver), "present-no-driver");
  EXPECT_STREQ(name_of(GpuClass::virtual_gpu), "virtual");
  EXPECT_STREQ(name_of(Origin::Kind::catalog), "catalog");
}

TEST(Host, RamIsAlwaysTheFirstPool) {
  Host host;
  host.memory.usable = {gib(32), {}};
  host.memory.available = {gib(20), {}};
  const auto pools = pools_of(host);
  ASSERT_EQ(pools.size(), 1U);
  EXPECT_EQ(pools[0].id, "ram");
  EXPECT_EQ(pools[0].gpu, -1);
  EXPECT_EQ(pools[0].total->value, 32 * kGiB);
  EXPECT_EQ(pools[0].free->value, 20 * kGiB);
}

TEST(Host, OnlyUsableDevicesWithOwnMemoryArePools) {
  Host host;
  host.gpus = {gpu(GpuClass::integrated, GpuState::usable), gpu(GpuClass::discrete, GpuState::no_driver),
               gpu(GpuClass::discrete, GpuState::usable),   gpu(GpuClass::display_only, GpuState::display_only),
               gpu(GpuClass::unified, GpuState::usable),    gpu(GpuClass::virtual_gpu, GpuState::usable),
               gpu(GpuClass::discrete, GpuState::described)};
  number_pools(host);
  std::vector<std::string> ids;
  for (const auto& g : host.gpus) ids.push_back(g.pool);
  EXPECT_EQ(ids, (std::vector<std::string>{"ram", "", "gpu0", "", "ram", "gpu1", "gpu2"}));
  const auto pools = pools_of(host);
  ASSERT_EQ(pools.size(), 4U);
  for (size_t i = 1; i < pools.size(); ++i) EXPECT_EQ(pools[i].id, host.gpus[static_cast<size_t>(pools[i].gpu)].pool);
}

}  // namespace
}  // namespace edgefit
