#include "probe/nodes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

TEST(Nodes, OfEachDriver) {
  Machine machine;
  machine.pci("0000:01:00.0", "0x030000", "0x10de", "0x2684", "nvidia");
  machine.file("/proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t RTX\nDevice Minor: \t 3\n");
  machine.pci("0000:02:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  machine.file("/sys/devices/pci0000:00/0000:02:00.0/drm/renderD129/dev", "226:129");
  machine.pci("0000:03:00.0", "0x030000", "0x8086", "0x56a0", "xe");
  const auto functions = scan_pci(machine.root());
  using Names = std::vector<std::string>;
  EXPECT_EQ(nodes_of(machine.root(), functions.at(0)), (Names{"/dev/nvidiactl", "/dev/nvidia3"}));
  EXPECT_EQ(nodes_of(machine.root(), functions.at(1)), (Names{"/dev/kfd", "/dev/dri/renderD129"}));
  EXPECT_EQ(nodes_of(machine.root(), functions.at(2)), (Names{"/dev/dri/renderD128"}));
}

TEST(Nodes, LiveOnesAreLookedAt) {
  EXPECT_EQ(look_at_node(Root(), "/dev/null")->access, NodeAccess::open);
  EXPECT_EQ(look_at_node(Root(), "/dev/no-such-node")->access, NodeAccess::missing);
  const auto problem = check_nodes(Root(), "amdgpu", {"/dev/null", "/dev/no-such-node"});
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->state, GpuState::not_exposed);
  EXPECT_NE(problem->text.find("/dev/no-such-node"), std::string::npos);
}

TEST(Nodes, RecordedOnesReplay) {
  Machine machine;
  EXPECT_FALSE(look_at_node(machine.root(), "/dev/kfd"));
  EXPECT_FALSE(check_nodes(machine.root(), "amdgpu", {"/dev/kfd"}));  // nobody wrote it down
  machine.file(kNodesFile, node_line("/dev/kfd", {NodeAccess::denied, "render"}) +
                               node_line("/dev/dri/renderD128", {NodeAccess::open, ""}));
  EXPECT_FALSE(check_nodes(machine.root(), "amdgpu", {"/dev/dri/renderD128"}));
  const auto problem = check_nodes(machine.root(), "amdgpu", {"/dev/kfd"});
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->state, GpuState::no_permission);
  EXPECT_NE(problem->text.find("group render"), std::string::npos) << problem->text;
}

TEST(Nodes, StatesOfARecordedMachine) {
  Machine machine;
  machine.small_box().pci("0000:02:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  machine.file(kNodesFile, "/dev/kfd\tdenied\trender\n");
  const auto denied = machine.probe();
  EXPECT_EQ(denied.gpus.at(0).state, GpuState::no_permission);
  EXPECT_EQ(pools_of(denied).size(), 1U);
  machine.file(kNodesFile, "/dev/kfd\tmissing\t-\n");
  EXPECT_EQ(machine.probe().gpus.at(0).state, GpuState::not_exposed);
  machine.file(kNodesFile, "/dev/kfd\topen\t-\n/dev/dri/renderD128\topen\t-\n");
  EXPECT_EQ(machine.probe().gpus.at(0).state, GpuState::usable);
}

}  // namespace
}  // namespace edgefit
