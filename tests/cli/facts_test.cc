#include "cli/facts.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Facts, BandwidthInAnyUnit) {
  for (const char* typed :
       {"memory.peak_bandwidth=60", "memory.peak_bandwidth=60GB/s", "Memory.Peak_Bandwidth=60 GB/s"}) {
    Host host;
    ASSERT_TRUE(state_fact(host, typed)) << typed;
    EXPECT_DOUBLE_EQ(host.memory.peak_bandwidth->value, 60e9);
    EXPECT_EQ(host.memory.peak_bandwidth.origin.kind, Origin::Kind::user);
  }
}

TEST(Facts, AStatedSizeStaysUnderTheLimitOfAContainer) {
  Host host;
  host.memory.limit = {gib(16), {}};
  ASSERT_TRUE(state_fact(host, "memory.os_total=64GiB"));
  EXPECT_EQ(*host.memory.os_total, gib(64));
  EXPECT_EQ(*host.memory.usable, gib(16));
}

TEST(Facts, AStatedSizeEndsTheDoubtOfTwoSources) {
  for (const char* typed : {"memory.os_total=64GiB", "memory.available=48GiB"}) {
    Host host;
    host.memory.usable = {gib(24), {}};
    host.memory.usable_sure = {gib(8), {}};
    ASSERT_TRUE(state_fact(host, typed));
    EXPECT_FALSE(host.memory.usable_sure) << typed;
  }
}

TEST(Facts, OtherFacts) {
  Host host;
  ASSERT_TRUE(state_fact(host, "memory.available=48GiB"));
  ASSERT_TRUE(state_fact(host, "cpu.isa=AVX2,fma"));
  ASSERT_TRUE(state_fact(host, "disk.free=200GiB"));
  EXPECT_EQ(*host.memory.available, gib(48));
  EXPECT_EQ(*host.cpu.isa, (std::vector<std::string>{"avx2", "fma"}));
  ASSERT_EQ(host.storage.size(), 1u);
  EXPECT_EQ(*host.storage[0].free, gib(200));
}

TEST(Facts, WhatTheChassisCanStillTake) {
  Host host;
  for (const char* typed :
       {"slots.free=0", "psu.watts=750W", "gpu.max_length=300 mm", "memory.slots_free=2", "memory.type=DDR5 UDIMM"})
    ASSERT_TRUE(state_fact(host, typed)) << typed;
  EXPECT_EQ(*host.chassis.free_slots, 0);  // stated, so no unknown
  EXPECT_EQ(host.chassis.psu->value, 750);
  EXPECT_EQ(*host.chassis.gpu_length, 300);
  EXPECT_EQ(*host.memory.slots_free, 2);
  EXPECT_EQ(*host.memory.module_type, "DDR5 UDIMM");
  EXPECT_EQ(host.chassis.psu.origin.kind, Origin::Kind::user);
  for (const char* wrong : {"slots.free=1.5", "slots.free=-1", "slots.free=many", "psu.watts=0", "psu.watts=W",
                            "gpu.max_length=long", "gpu.max_length=30cm", "memory.slots_free=1e9", "memory.type="})
    EXPECT_FALSE(state_fact(host, wrong)) << wrong;
}

TEST(Facts, WhatADriverLetsADeviceOnHostMemoryHold) {
  Host host;
  EXPECT_FALSE(state_fact(host, "gpu.shared_max=56GiB"));  // no such device
  host.gpus.resize(2);
  host.gpus[0].pool = "ram";
  host.gpus[1].pool = "gpu0";
  ASSERT_TRUE(state_fact(host, "gpu.shared_max=56GiB"));
  EXPECT_EQ(*host.gpus[0].shared_max, gib(56));
  EXPECT_FALSE(host.gpus[1].shared_max);
}

TEST(Facts, WhatIsWrongIsSaid) {
  Host host;
  EXPECT_EQ(state_fact(host, "memory.peak_bandwith=60").error().hint, "did you mean 'memory.peak_bandwidth'?");
  for (const char* wrong : {"memory.peak_bandwidth", "memory.peak_bandwidth=", "memory.peak_bandwidth=fast",
                            "memory.peak_bandwidth=0", "memory.os_total=big", "=1", "nonsense=1"}) {
    EXPECT_FALSE(state_fact(host, wrong)) << wrong;
  }
  EXPECT_FALSE(host.memory.peak_bandwidth);
}

}  // namespace
}  // namespace edgefit
