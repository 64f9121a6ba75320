#include "probe/topology.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

TEST(Topology, SmallBox) {
  Machine machine;
  machine.small_box();
  const auto topology = read_topology(machine.root());
  ASSERT_TRUE(topology) << topology.error().what;
  EXPECT_EQ(topology->packages, 1);
  EXPECT_EQ(topology->cores, 2);
  EXPECT_EQ(topology->pus.size(), 2U);
  ASSERT_EQ(topology->nodes.size(), 1U);
  EXPECT_EQ(topology->nodes[0].bytes, 8 * kGiB);
  EXPECT_EQ(topology->nodes[0].pus, 2);
  EXPECT_FALSE(topology->runtime.empty());
}

TEST(Topology, NothingToReadIsAProblemNotOneProcessor) {
  EXPECT_FALSE(read_topology(Machine().root()));
  const auto host = Machine().probe();
  EXPECT_FALSE(host.cpu.cores);
  EXPECT_FALSE(host.memory.hwloc_total);
  ASSERT_EQ(host.errors.size(), 1U);
  EXPECT_EQ(host.errors[0].source, "hwloc");
}

TEST(Topology, EnvironmentIsLeftAsItWas) {
  setenv("HWLOC_COMPONENTS", "x86", 1);
  unsetenv("HWLOC_FSROOT");
  Machine machine;
  machine.small_box();
  const auto topology = read_topology(machine.root());
  ASSERT_TRUE(topology);
  EXPECT_EQ(topology->cores, 2);  // a user's setting changes no answer
  EXPECT_STREQ(getenv("HWLOC_COMPONENTS"), "x86");
  EXPECT_EQ(getenv("HWLOC_FSROOT"), nullptr);
  unsetenv("HWLOC_COMPONENTS");
}

TEST(Topology, TextRoundTrip) {
  Machine machine;
  machine.small_box();
  auto topology = *load_topology(machine.root());
  topology.nodes.push_back({1, 4e9, "HBM", 0, false});
  topology.caches.push_back({3, "unified", mib(24), 2, 8});
  const auto text = topology_text(topology);
  EXPECT_EQ(topology_text(parse_topology(text)), text);
  EXPECT_EQ(parse_topology(text).nodes[1].subtype, "HBM");
  EXPECT_EQ(parse_topology(text).nodes[0].bytes, 8 * kGiB);
}

TEST(Topology, GarbageHasNoProcessors) {
  const auto topology = parse_topology("\n  \npu\nnode x y\ncounts 99999999999999\nother 1 2\n");
  EXPECT_EQ(topology.pus.size(), 1U);
  EXPECT_EQ(topology.nodes[0].bytes, 0);
  EXPECT_EQ(topology.packages, 2147483647);
}

TEST(Topology, BlockingFileOfASysrootEndsAtTheDeadline) {
  Machine machine;
  machine.small_box();
  const auto place = machine.root().host_path("/proc/meminfo");
  std::filesystem::remove(place);
  ASSERT_EQ(::mkfifo(place.c_str(), 0600), 0);
  const auto topology = read_topology(machine.root());
  ASSERT_FALSE(topology);
  EXPECT_NE(topology.error().what.find("deadline"), std::string::npos);
}

TEST(Topology, CountsWhatIsAllowedAndWhatIsThere) {
  Topology topology;
  topology.packages = 2;
  topology.allowed_packages = 1;
  topology.cores = 4;
  topology.allowed_cores = 1;
  for (int i = 0; i < 4; ++i) topology.pus.push_back({i, i, i / 2, i == 0});
  topology.nodes = {
      {0, gib(4).value, "DRAM", 2, true}, {1, gib(4).value, "", 2, false}, {2, gib(80).value, "GPUMemory", 0, true}};
  Host host;
  describe_topology(topology, host);
  EXPECT_EQ(*host.cpu.packages, 1);
  EXPECT_EQ(*host.cpu.present_packages, 2);
  EXPECT_EQ(*host.cpu.cores, 1);
  EXPECT_EQ(*host.cpu.present_cores, 4);
  EXPECT_EQ(*host.cpu.pus, 1);
  EXPECT_EQ(*host.cpu.present_pus, 4);
  EXPECT_EQ(host.memory.hwloc_total->value, 4 * kGiB);  // without a GPU's node and what is not allowed
  EXPECT_EQ(host.memory.nodes[2].kind, "GPU");
}

TEST(Topology, UncountedCoresAreUnknown) {
  Topology topology;
  topology.pus.push_back({0, -1, -1, true});
  Host host;
  describe_topology(topology, host);
  EXPECT_FALSE(host.cpu.cores);
  EXPECT_FALSE(host.cpu.cores.why.empty());
  EXPECT_EQ(*host.cpu.pus, 1);
}

TEST(Topology, LiveMachineHasProcessors) {
  const auto topology = read_topology(Root());
  ASSERT_TRUE(topology);
  EXPECT_GE(topology->pus.size(), 1U);
  EXPECT_LE(topology->allowed_cores, topology->cores);
}

}  // namespace
}  // namespace edgefit
