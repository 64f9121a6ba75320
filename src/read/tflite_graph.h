// The tables of a TFLite file as plain structs, every index and shape checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_cursor.h"
#include "edgefit/result.h"

namespace edgefit {

/// TensorType of schema.fbs.
struct TfliteType {
  int id;
  std::string_view name;
  unsigned bits;               ///< of one element; 0 for texts, resources and variants
  std::string_view precision;  ///< empty when weights never have it
};
inline constexpr int kTfliteInt32 = 2;
/// Nothing for numbers that are not in the table.
const TfliteType* find_tflite_type(int id);

struct TfliteTensor {
  std::string name;
  int type = 0;
  std::vector<int64_t> dims;
  bool open = false;    ///< a dimension has no fixed size
  bool sparse = false;  ///< stored without its zeros
  uint32_t buffer = 0;
  uint64_t stored = 0;  ///< bytes of data, 0 for activations
  double elements() const;
  double bytes() const;  ///< by shape and type
};
struct TfliteNode {
  int code = 0;                          ///< BuiltinOperator of schema.fbs
  std::string custom;                    ///< name of an operator that is not built in
  std::vector<int32_t> inputs, outputs;  ///< numbers of tensors, -1 for an input that is left out
  double window = 0;                     ///< pools: elements under the window
};
struct TfliteSubgraph {
  std::vector<TfliteTensor> tensors;
  std::vector<TfliteNode> nodes;
  std::vector<int32_t> inputs, outputs;
};
struct TfliteGraph {
  std::string description;
  std::vector<TfliteSubgraph> subgraphs;  ///< the first is the model, others are called by it
};

Result<TfliteGraph> read_tflite_graph(const ByteSource& source);

}  // namespace edgefit
