#include "probe/nodes.h"

#include <sys/stat.h>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct AccessWord {
  NodeAccess access;
  std::string_view word;
};
constexpr AccessWord kAccessWords[] = {
    {NodeAccess::missing, "missing"}, {NodeAccess::denied, "denied"}, {NodeAccess::open, "open"}};

/// Name of the group that owns a node, or its number.
std::string group_of(const Root& root, const std::string& node) {
  struct stat info {};
  if (::stat(root.host_path(node).c_str(), &info) != 0) return "?";
  std::string number = std::to_string(info.st_gid);
  const auto groups = root.read("/etc/group", 1 << 20);
  for (const auto line : split_lines(text_of(groups))) {
    const auto fields = split(line, ':');
    if (fields.size() >= 3 && fields[2] == number) return std::string(fields[0]);
  }
  return number;
}

std::optional<DeviceNode> recorded_node(const Root& root, const std::string& path) {
  const auto list = root.read(kNodesFile);
  for (const auto line : split_lines(text_of(list))) {
    const auto fields = split(line, '\t');
    if (fields.size() != 3 || fields[0] != path) continue;
    for (const auto& row : kAccessWords)
      if (row.word == fields[1]) return DeviceNode{row.access, std::string(fields[2])};
  }
  return std::nullopt;
}

}  // namespace

std::optional<DeviceNode> look_at_node(const Root& root, const std::string& path) {
  if (!root.live()) return recorded_node(root, path);
  const auto open = root.may_open(path);
  if (!open) return DeviceNode{};
  return *open ? DeviceNode{NodeAccess::open, {}} : DeviceNode{NodeAccess::denied, group_of(root, path)};
}

std::string node_line(const std::string& path, const DeviceNode& node) {
  std::string line = path + "\t";
  for (const auto& row : kAccessWords)
    if (row.access == node.access) line += row.word;
  return line + "\t" + (node.group.empty() ? "-" : node.group) + "\n";
}

std::vector<std::string> nodes_of(const Root& root, const PciFunction& function) {
  std::vector<std::string> nodes;
  if (function.driver == "nvidia") {
    nodes.emplace_back("/dev/nvidiactl");
    const auto text = root.read("/proc/driver/nvidia/gpus/" + function.bdf + "/information");
    for (const auto line : split_lines(text_of(text)))
      if (const auto pair = key_value(line, ':'); pair && pair->first == "Device Minor" && to_number(pair->second))
        nodes.push_back("/dev/nvidia" + std::string(pair->second));
    return nodes;
  }
  if (function.driver == "amdgpu") nodes.emplace_back("/dev/kfd");
  bool render = false;
  for (const auto& name : root.list(function.path() + "/drm"))
    if (name.starts_with("renderD")) {
      nodes.push_back("/dev/dri/" + name);
      render = true;
    }
  if (!render) nodes.emplace_back("/dev/dri/renderD128");
  return nodes;
}

std::optional<NodeProblem> check_nodes(const Root& root, const std::string& driver,
                                       const std::vector<std::string>& nodes) {
  for (const auto& path : nodes) {
    const auto node = look_at_node(root, path);
    if (!node || node->access == NodeAccess::open) continue;
    if (node->access == NodeAccess::missing)
      return NodeProblem{GpuState::not_exposed,
                         say(tr("driver {} is loaded, but {} is missing: the device is not given to this container or "
                                "session"),
                             driver, path)};
    return NodeProblem{GpuState::no_permission, say(tr("no permission for {}: add this user to the group {} and log in "
                                                       "again"),
                                                    path, node->group)};
  }
  return std::nullopt;
}

}  // namespace edgefit
