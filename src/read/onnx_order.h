// The order in which ONNX Runtime runs the nodes of a graph; what is alive at once depends on it. Files list nodes in
// any order that they please, some even behind their readers.
#pragma once

#include <cstddef>
#include <vector>

#include "read/onnx_graph.h"

namespace edgefit {

/// Indices into graph.nodes, each once, those of a circle last.
std::vector<size_t> execution_order(const OnnxGraph& graph);

}  // namespace edgefit
