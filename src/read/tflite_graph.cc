#include "read/tflite_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/flat_tables.h"
#include "read/limits.h"

namespace edgefit {

namespace {

constexpr std::array kTypes = {
    TfliteType{0, "float32", 32, "f32"},    TfliteType{1, "float16", 16, "f16"},  TfliteType{2, "int32", 32, ""},
    TfliteType{3, "uint8", 8, "int8"},      TfliteType{4, "int64", 64, ""},       TfliteType{5, "string", 0, ""},
    TfliteType{6, "bool", 8, ""},           TfliteType{7, "int16", 16, ""},       TfliteType{8, "complex64", 64, ""},
    TfliteType{9, "int8", 8, "int8"},       TfliteType{10, "float64", 64, "f64"}, TfliteType{11, "complex128", 128, ""},
    TfliteType{12, "uint64", 64, ""},       TfliteType{13, "resource", 0, ""},    TfliteType{14, "variant", 0, ""},
    TfliteType{15, "uint32", 32, ""},       TfliteType{16, "uint16", 16, ""},     TfliteType{17, "int4", 4, "int4"},
    TfliteType{18, "bfloat16", 16, "bf16"},
};

// Field numbers of schema.fbs, in the order of its tables.
enum ModelField : unsigned { operator_codes = 1, subgraphs = 2, description = 3, buffers = 4 };
enum SubgraphField : unsigned { tensors = 0, inputs = 1, outputs = 2, operators = 3 };
enum TensorField : unsigned { shape = 0, type = 1, buffer = 2, name = 3, sparsity = 6, shape_signature = 7 };
enum CodeField : unsigned { deprecated_code = 0, custom_code = 1, builtin_code = 3 };
enum OperatorField : unsigned { opcode_index = 0, op_inputs = 1, op_outputs = 2, options_type = 3, options = 4 };
enum BufferField : unsigned { data = 0, data_offset = 1, data_size = 2 };
enum PoolField : unsigned { filter_width = 3, filter_height = 4 };
constexpr uint8_t kPoolOptions = 5;  // of the union BuiltinOptions

// Offsets may point anywhere, also many to one place: totals bound the work. Real models have some thousand.
constexpr uint64_t kMaxSubgraphs = 1024;
constexpr size_t kMaxItems = 200'000;
constexpr uint64_t kMaxRank = 32;
constexpr uint64_t kMaxOperands = 4096;

class Reader {
 public:
  explicit Reader(const ByteSource& source) : tables_(source), size_(source.size()) {}

  Result<TfliteGraph> read() {
    const uint64_t model = tables_.follow(0);
    TfliteGraph graph;
    graph.description = tables_.text(model, description, 200);
    buffers_ = tables_.vector(model, buffers, 4);
    codes_ = tables_.vector(model, operator_codes, 4);
    const FlatVector list = tables_.vector(model, subgraphs, 4);
    if (list.count > kMaxSubgraphs) tables_.fail(tr("implausibly many subgraphs"));
    if (list.count == 0) tables_.fail(tr("the file has no graph"));
    for (uint64_t i = 0; i < list.count && !tables_.failed(); ++i)
      graph.subgraphs.push_back(read_subgraph(tables_.follow(list.start + 4 * i)));
    if (tables_.failed()) return tables_.problem();
    return graph;
  }

 private:
  bool count_item() {
    if (++items_ > kMaxItems) tables_.fail(tr("the graph is implausibly large"));
    return !tables_.failed();
  }

  std::vector<int32_t> numbers(uint64_t table, unsigned index, uint64_t limit) {
    const FlatVector list = tables_.vector(table, index, 4);
    std::vector<int32_t> out;
    if (list.count > limit) tables_.fail(tr("a list is implausibly long"));
    for (uint64_t i = 0; i < list.count && count_item(); ++i) out.push_back(tables_.i32(list.start + 4 * i));
    return out;
  }

  TfliteSubgraph read_subgraph(uint64_t table) {
    TfliteSubgraph out;
    const FlatVector all = tables_.vector(table, tensors, 4);
    for (uint64_t i = 0; i < all.count && count_item(); ++i)
      out.tensors.push_back(read_tensor(tables_.follow(all.start + 4 * i)));
    out.inputs = numbers(table, inputs, kMaxItems);
    out.outputs = numbers(table, outputs, kMaxItems);
    const FlatVector steps = tables_.vector(table, operators, 4);
    for (uint64_t i = 0; i < steps.count && count_item(); ++i)
      out.nodes.push_back(read_node(tables_.follow(steps.start + 4 * i)));
    const auto check = [&](const std::vector<int32_t>& list, int32_t least) {
      for (const int32_t n : list)
        if (n < least || n >= static_cast<int64_t>(out.tensors.size())) tables_.fail(tr("no such tensor"));
    };
    check(out.inputs, 0);
    check(out.outputs, 0);
    for (const auto& node : out.nodes) {
      check(node.inputs, -1);
      check(node.outputs, 0);
    }
    return out;
  }

  TfliteTensor read_tensor(uint64_t table) {
    TfliteTensor out;
    out.name = tables_.text(table, name, 200);
    out.type = tables_.u8_of(table, type);
    out.buffer = tables_.u32_of(table, buffer);
    out.sparse = tables_.field(table, sparsity).has_value();
    for (const int32_t n : numbers(table, shape, kMaxRank)) {
      if (n < 0) tables_.fail(say(tr("a dimension is out of range: {}"), out.name));
      out.dims.push_back(n);
    }
    for (const int32_t n : numbers(table, shape_signature, kMaxRank)) out.open = out.open || n < 0;
    const TfliteType* known = find_tflite_type(out.type);
    if (known == nullptr) tables_.fail(say(tr("unknown TFLite type {}: {}"), out.type, out.name));
    if (out.elements() > kMaxParameters) tables_.fail(say(tr("the tensor size overflows: {}"), out.name));
    if (!tables_.failed()) out.stored = stored_bytes(out.buffer);
    const bool whole = known != nullptr && known->bits > 0 && !out.sparse;
    if (!tables_.failed() && out.stored > 0 && whole && static_cast<double>(out.stored) < out.bytes())
      tables_.fail(say(tr("the data is shorter than the shape says: {}"), out.name));
    return out;
  }

  uint64_t stored_bytes(uint32_t number) {
    if (number == 0) return 0;  // the empty buffer
    if (number >= buffers_.count) {
      tables_.fail(tr("no such buffer"));
      return 0;
    }
    const uint64_t table = tables_.follow(buffers_.start + 4 * uint64_t{number});
    const FlatVector inside = tables_.vector(table, data, 1);
    if (inside.count > 0) return inside.count;
    // Models above 2 GiB keep their data behind the tables.
    const uint64_t start = tables_.u64_of(table, data_offset), bytes = tables_.u64_of(table, data_size);
    if (bytes > size_ || start > size_ - bytes) tables_.fail(tr("tensor data runs past the end of the file"));
    return tables_.failed() ? 0 : bytes;
  }

  TfliteNode read_node(uint64_t table) {
    TfliteNode out;
    const uint32_t index = tables_.u32_of(table, opcode_index);
    if (index >= codes_.count) {
      tables_.fail(tr("no such operator"));
      return out;
    }
    const uint64_t code = tables_.follow(codes_.start + 4 * uint64_t{index});
    // Numbers above 127 are in the newer field only, 127 standing in the older one.
    out.code = std::max<int>(tables_.u8_of(code, deprecated_code),
                             static_cast<int>(tables_.u32_of(code, builtin_code) & 0xffff));
    out.custom = tables_.text(code, custom_code, 60);
    out.inputs = numbers(table, op_inputs, kMaxOperands);
    out.outputs = numbers(table, op_outputs, kMaxOperands);
    if (tables_.u8_of(table, options_type) == kPoolOptions) {
      if (const auto at = tables_.field(table, options)) {
        const uint64_t pool = tables_.follow(*at);
        out.window = static_cast<double>(tables_.u32_of(pool, filter_width)) * tables_.u32_of(pool, filter_height);
      }
    }
    return out;
  }

  FlatTables tables_;
  uint64_t size_;
  FlatVector buffers_, codes_;
  size_t items_ = 0;
};

}  // namespace

double TfliteTensor::elements() const {
  double n = 1;
  for (const int64_t d : dims) n *= static_cast<double>(d);
  return n;
}

double TfliteTensor::bytes() const {
  const TfliteType* known = find_tflite_type(type);
  return known == nullptr ? 0 : std::ceil(elements() * known->bits / 8);
}

const TfliteType* find_tflite_type(int id) {
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [id](const auto& type) { return type.id == id; });
  return found == kTypes.end() ? nullptr : found;
}

Result<TfliteGraph> read_tflite_graph(const ByteSource& source) {
  return Reader(source).read();
}

}  // namespace edgefit
