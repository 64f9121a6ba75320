// An ONNX file as plain structs: nodes, weights, inputs and their shapes. protobuf is named only in onnx_graph.cc;
// shape rules, costs and tests work on these.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_cursor.h"
#include "edgefit/result.h"

namespace edgefit {

/// TensorProto.DataType of onnx.proto.
struct OnnxType {
  int id;
  std::string_view name;
  unsigned bits;               ///< of one element; 0 for texts
  std::string_view precision;  ///< as edgefit names it, empty when weights never have it
  std::string_view ggml;       ///< the ggml type of the same bytes, empty when there is none
};
inline constexpr int kOnnxFloat = 1, kOnnxInt32 = 6, kOnnxInt64 = 7, kOnnxBool = 9;
/// Nothing for numbers that are not in the table.
const OnnxType* find_onnx_type(int id);

/// A size of a dimension, or -1 when the file leaves it open.
using OnnxShape = std::vector<int64_t>;

struct OnnxTensor {
  std::string name;
  int type = 0;
  OnnxShape dims;
  double elements = 1;
  double bytes = 0;                            ///< as stored, from shape and type
  std::optional<std::vector<int64_t>> values;  ///< of small int32 and int64 tensors
  std::vector<double> reals;                   ///< of small float tensors: scales of Resize
  std::string location;                        ///< of external data, relative to the model's folder; else empty
  uint64_t offset = 0, length = 0;             ///< of external data
  bool constant_node = false;                  ///< value of a Constant node, not an initializer
};

struct OnnxNode {
  std::string op, name, domain;
  std::vector<std::string> inputs, outputs;  ///< an empty name: left out
  std::map<std::string, int64_t, std::less<>> numbers;
  std::map<std::string, std::vector<int64_t>, std::less<>> lists;
  std::map<std::string, std::string, std::less<>> texts;
  bool has_graph = false;  ///< If, Loop, Scan: another graph inside
};

/// A named tensor whose shape the file states; `symbols` names its open dimensions.
struct OnnxValue {
  std::string name;
  int type = 0;
  bool has_shape = false;
  OnnxShape dims;
  std::vector<std::string> symbols;
};

struct OnnxGraph {
  std::string name, producer, producer_version;
  int64_t ir_version = 0, opset = 0;
  std::set<std::string> domains;    ///< of operators that are not ONNX's own
  std::vector<OnnxNode> nodes;      ///< of the main graph, in order of execution
  std::vector<OnnxTensor> tensors;  ///< initializers and constants of all graphs and functions
  std::vector<OnnxValue> inputs;    ///< without those that have an initializer
  std::vector<OnnxValue> outputs, values;
  double all_nodes = 0;  ///< with those of inner graphs and functions
};

/// Every count and shape is checked; damaged or hostile bytes are Problems.
Result<OnnxGraph> read_onnx_graph(const ByteSource& source);

}  // namespace edgefit
