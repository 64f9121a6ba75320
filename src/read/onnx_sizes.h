// Fixes the sizes that an ONNX graph leaves open: those that the user states, and a batch of one where only the batch
// is open. Sizes of the same name are the same everywhere in the graph.
#pragma once

#include <string>

#include "edgefit/read.h"
#include "edgefit/result.h"
#include "read/onnx_graph.h"

namespace edgefit {

/// What was put into the graph, for origins: "--batch 8", "a batch of 1"; empty when nothing was open.
struct FixedSizes {
  std::string text;
  bool assumed = false;
};

/// A Problem when an input is not there, has another rank, or states another size itself.
Result<FixedSizes> fix_sizes(OnnxGraph& graph, const InputSizes& sizes, const std::string& file);

}  // namespace edgefit
