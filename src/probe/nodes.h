// Device nodes that a process must open to use a GPU or an NPU: there, not there, or not for this user.
// sysfs shows a device in most containers even when it was not given to them; only the node tells.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/pci.h"

namespace edgefit {

inline constexpr const char* kNodesFile = "/edgefit/nodes";

enum class NodeAccess { missing, denied, open };
struct DeviceNode {
  NodeAccess access = NodeAccess::missing;
  std::string group;  ///< of the node, by name where one is known
};
/// Of a recording: what its list of nodes says, or nothing.
std::optional<DeviceNode> look_at_node(const Root& root, const std::string& path);
/// One line of a recording's list.
std::string node_line(const std::string& path, const DeviceNode& node);

/// Without it CUDA does not start, although NVML answers.
inline constexpr const char* kNvidiaUvm = "/dev/nvidia-uvm";

/// The nodes of a PCI function by its driver.
std::vector<std::string> nodes_of(const Root& root, const PciFunction& function);

struct NodeProblem {
  GpuState state;
  std::string text;
};
/// The first node that is missing or closed, with the cure; nothing when all are open or nobody recorded them.
std::optional<NodeProblem> check_nodes(const Root& root, const std::string& driver,
                                       const std::vector<std::string>& nodes);

}  // namespace edgefit
