// The most bytes of activations that are alive at once while a graph runs node by node: a value lives from the node
// that makes it to the last that reads it. What an engine's memory planner needs at least, without its alignment.
#pragma once

#include <cstdint>
#include <vector>

namespace edgefit {

struct GraphStep {
  std::vector<uint32_t> inputs, outputs;  ///< numbers of values
  std::vector<uint32_t> reusable = {};  ///< inputs whose bytes the first output may take, when nobody needs them again
};

/// `bytes` by value; those of weights are 0. Values nobody makes are alive from the start, `kept` ones to the end.
double peak_bytes(const std::vector<double>& bytes, const std::vector<GraphStep>& steps,
                  const std::vector<uint32_t>& kept);

}  // namespace edgefit
