#include "read/onnx_order.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace edgefit {

namespace {

struct Edges {
  std::vector<std::vector<size_t>> makers;  ///< nodes whose outputs a node reads, in the order of the file, each once
  std::vector<size_t> leaves;               ///< nodes whose outputs no node reads
};

Edges edges_of(const OnnxGraph& graph) {
  std::unordered_map<std::string_view, size_t> maker;
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    for (const auto& name : graph.nodes[i].outputs)
      if (!name.empty()) maker.emplace(name, i);
  Edges edges{std::vector<std::vector<size_t>>(graph.nodes.size()), {}};
  std::vector<bool> is_read(graph.nodes.size(), false);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    auto& makers = edges.makers[i];
    for (const auto& name : graph.nodes[i].inputs) {
      const auto found = maker.find(name);
      if (found == maker.end() || found->second == i) continue;
      makers.push_back(found->second);
      is_read[found->second] = true;
    }
    std::sort(makers.begin(), makers.end());
    makers.erase(std::unique(makers.begin(), makers.end()), makers.end());
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    if (!is_read[i]) edges.leaves.push_back(i);
  return edges;
}

}  // namespace

// Depth first from the nodes that nobody reads, back along the inputs; of several the one latest in the file comes
// first. Source: GraphViewer and Graph::ReverseDFSFrom with NodeCompare, onnxruntime/core/graph, the default order.
std::vector<size_t> execution_order(const OnnxGraph& graph) {
  struct Entry {
    size_t node;
    bool leaving;
  };
  const Edges edges = edges_of(graph);
  std::vector<size_t> order;
  std::vector<bool> entered(graph.nodes.size(), false);
  std::vector<Entry> stack;
  for (const size_t leaf : edges.leaves) stack.push_back({leaf, false});
  while (!stack.empty()) {
    const Entry entry = stack.back();
    stack.pop_back();
    if (entry.leaving) {
      order.push_back(entry.node);
      continue;
    }
    if (entered[entry.node]) continue;
    entered[entry.node] = true;
    stack.push_back({entry.node, true});
    for (const size_t maker : edges.makers[entry.node])
      if (!entered[maker]) stack.push_back({maker, false});
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    if (!entered[i]) order.push_back(i);
  return order;
}

}  // namespace edgefit
