// Operations and live activations of one run of an ONNX graph, by following shapes from the inputs. Only graphs with
// fixed input sizes have an answer; for others the reason names the input that is open.
#pragma once

#include <string>

#include "edgefit/fact.h"
#include "edgefit/model.h"
#include "edgefit/units.h"
#include "read/onnx_graph.h"

namespace edgefit {

struct OnnxCost {
  Fact<double> flops;            ///< of one inference, a multiplication and its addition counted as two
  Fact<Bytes> activation_bytes;  ///< the most that is alive at once, inputs and outputs included; what works place by
                                 ///< place writes over its input when nobody needs that again
  NetworkCost network;
};

/// `name` is the file's, for origins.
OnnxCost cost_of(const OnnxGraph& graph, const std::string& name);

}  // namespace edgefit
