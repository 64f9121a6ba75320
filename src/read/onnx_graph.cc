#include "read/onnx_graph.h"

#include <fmt/format.h>
#include <onnx.pb.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <unordered_set>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/limits.h"
#include "read/onnx_wire.h"

namespace edgefit {

namespace {

// onnx.proto; 17 and later are those of ONNX 1.14 to 1.19. A byte holds two elements of 4 bits.
constexpr std::array kTypes = {
    OnnxType{1, "float", 32, "f32", "f32"},
    OnnxType{2, "uint8", 8, "int8", ""},
    OnnxType{3, "int8", 8, "int8", "i8"},
    OnnxType{4, "uint16", 16, "", ""},
    OnnxType{5, "int16", 16, "", "i16"},
    OnnxType{6, "int32", 32, "", "i32"},
    OnnxType{7, "int64", 64, "", "i64"},
    OnnxType{8, "string", 0, "", ""},
    OnnxType{9, "bool", 8, "", ""},
    OnnxType{10, "float16", 16, "f16", "f16"},
    OnnxType{11, "double", 64, "f64", "f64"},
    OnnxType{12, "uint32", 32, "", ""},
    OnnxType{13, "uint64", 64, "", ""},
    OnnxType{14, "complex64", 64, "", ""},
    OnnxType{15, "complex128", 128, "", ""},
    OnnxType{16, "bfloat16", 16, "bf16", "bf16"},
    OnnxType{17, "float8e4m3fn", 8, "fp8", ""},
    OnnxType{18, "float8e4m3fnuz", 8, "fp8", ""},
    OnnxType{19, "float8e5m2", 8, "fp8", ""},
    OnnxType{20, "float8e5m2fnuz", 8, "fp8", ""},
    OnnxType{21, "uint4", 4, "int4", ""},
    OnnxType{22, "int4", 4, "int4", ""},
    OnnxType{23, "float4e2m1", 4, "fp4", ""},
    OnnxType{24, "float8e8m0", 8, "", ""},
};

constexpr size_t kMaxRank = 64;
constexpr int kRawData = 9;

class GraphReader {
 public:
  GraphReader(OnnxGraph& out, std::string file) : out_(out), file_(std::move(file)) {}

  Result<Done> read(const onnx::ModelProto& model) {
    out_.producer = printable(model.producer_name());
    out_.producer_version = printable(model.producer_version());
    out_.ir_version = model.ir_version();
    for (const auto& set : model.opset_import()) {
      if (set.domain().empty() || set.domain() == "ai.onnx") out_.opset = set.version();
    }
    if (!model.has_graph()) fail(tr("the file has no graph"), {});
    out_.name = printable(model.graph().name());
    read_graph(model.graph(), true);
    for (const auto& function : model.functions())
      for (const auto& node : function.node()) read_node(node, false);
    if (problem_) return *problem_;
    return Done{};
  }

 private:
  void fail(std::string what, const std::string& name) {
    if (problem_) return;
    problem_ = Problem{std::move(what), name.empty() ? file_ : fmt::format("{}, tensor {}", file_, printable(name)),
                       tr("the file is damaged or hostile")};
  }

  void read_graph(const onnx::GraphProto& graph, bool main) {
    std::unordered_set<std::string> initialised;
    for (const auto& tensor : graph.initializer()) {
      read_tensor(tensor, tensor.name(), false);
      if (!initialised.insert(tensor.name()).second) fail(tr("duplicate tensor name"), tensor.name());
    }
    for (const auto& sparse : graph.sparse_initializer()) {
      read_tensor(sparse.values(), sparse.values().name(), false);
      initialised.insert(sparse.values().name());
    }
    for (const auto& node : graph.node()) read_node(node, main);
    if (!main) return;
    for (const auto& value : graph.input())
      if (!initialised.contains(value.name())) out_.inputs.push_back(value_of(value));
    for (const auto& value : graph.output()) out_.outputs.push_back(value_of(value));
    for (const auto& value : graph.value_info()) out_.values.push_back(value_of(value));
  }

  void read_node(const onnx::NodeProto& proto, bool main) {
    out_.all_nodes += 1;
    OnnxNode node;
    node.op = proto.op_type();
    node.name = proto.name();
    node.domain = proto.domain() == "ai.onnx" ? "" : proto.domain();
    if (!node.domain.empty() && out_.domains.size() < 16) out_.domains.insert(printable(node.domain.substr(0, 80)));
    for (const auto& attribute : proto.attribute()) {
      const std::string output = proto.output().empty() ? attribute.name() : proto.output(0);
      read_attribute(attribute, proto.op_type() == "Constant", output, node);
    }
    if (!main) return;
    node.inputs.assign(proto.input().begin(), proto.input().end());
    node.outputs.assign(proto.output().begin(), proto.output().end());
    out_.nodes.push_back(std::move(node));
  }

  void read_attribute(const onnx::AttributeProto& a, bool constant, const std::string& output, OnnxNode& node) {
    if (a.has_i()) node.numbers[a.name()] = a.i();
    if (a.has_s()) node.texts[a.name()] = a.s();
    if (a.ints_size() > 0) node.lists[a.name()].assign(a.ints().begin(), a.ints().end());
    if (a.has_t()) {
      if (constant) {
        read_tensor(a.t(), output, true);
      } else if (a.t().dims_size() <= 1 && !values_of(a.t(), 1).empty()) {
        node.lists[a.name()] = values_of(a.t(), 1);
      }
      // What ConstantOfShape fills with is stored data too, but no value of its own.
      if (!constant) read_tensor(a.t(), {}, true);
      node.numbers[a.name() + ".type"] = a.t().data_type();
    }
    if (a.has_sparse_tensor() && constant) read_tensor(a.sparse_tensor().values(), output, true);
    if (a.has_g() || a.graphs_size() > 0) node.has_graph = true;
    if (a.has_g()) read_graph(a.g(), false);
    for (const auto& graph : a.graphs()) read_graph(graph, false);
    if (constant && (a.name().starts_with("value_float") || a.name().starts_with("value_int"))) read_list(a, output);
  }

  /// A Constant node may state its value as a plain number or list.
  void read_list(const onnx::AttributeProto& a, const std::string& output) {
    OnnxTensor tensor;
    tensor.name = output;
    tensor.constant_node = true;
    const bool whole = a.name().starts_with("value_int");
    tensor.type = whole ? kOnnxInt64 : kOnnxFloat;
    if (a.name().ends_with('s')) tensor.dims = {whole ? a.ints_size() : a.floats_size()};
    if (!tensor.dims.empty()) tensor.elements = static_cast<double>(tensor.dims[0]);
    tensor.bytes = tensor.elements * (whole ? 8 : 4);
    if (whole && tensor.dims.empty()) tensor.values.emplace(1, a.i());
    if (whole && !tensor.dims.empty()) tensor.values.emplace(a.ints().begin(), a.ints().end());
    out_.tensors.push_back(std::move(tensor));
  }

  static OnnxValue value_of(const onnx::ValueInfoProto& proto) {
    OnnxValue value;
    value.name = proto.name();
    value.type = proto.type().tensor_type().elem_type();
    value.has_shape = proto.type().tensor_type().has_shape() &&
                      proto.type().tensor_type().shape().dim_size() <= static_cast<int>(kMaxRank);
    if (!value.has_shape) return value;
    for (const auto& dim : proto.type().tensor_type().shape().dim()) {
      const bool known = dim.has_dim_value() && dim.dim_value() > 0 && dim.dim_value() <= INT32_MAX;
      value.dims.push_back(known ? dim.dim_value() : -1);
      value.symbols.push_back(known                     ? std::to_string(dim.dim_value())
                              : dim.dim_param().empty() ? "?"
                                                        : printable(dim.dim_param().substr(0, 40)));
    }
    return value;
  }

  void read_tensor(const onnx::TensorProto& proto, const std::string& name, bool constant) {
    OnnxTensor tensor;
    tensor.name = name;
    tensor.constant_node = constant;
    tensor.type = proto.data_type();
    if (proto.dims_size() > static_cast<int>(kMaxRank)) return fail(tr("too many dimensions"), name);
    for (const int64_t n : proto.dims()) {
      if (n < 0) return fail(tr("a dimension is out of range"), name);
      tensor.dims.push_back(n);
      tensor.elements *= static_cast<double>(n);
    }
    if (tensor.elements > kMaxParameters) return fail(tr("the tensor size overflows"), name);
    const OnnxType* type = find_onnx_type(tensor.type);
    if (type == nullptr) return fail(say(tr("unknown ONNX type {}"), tensor.type), name);
    tensor.bytes = std::ceil(tensor.elements * type->bits / 8);
    total_ += tensor.elements;
    if (total_ > kMaxParameters) return fail(tr("the tensors are implausibly large"), name);
    if (proto.data_location() == onnx::TensorProto::EXTERNAL) {
      read_external(proto, name, tensor);
    } else {
      check_data(proto, *type, tensor);
      const bool whole = tensor.type == kOnnxInt32 || tensor.type == kOnnxInt64;
      auto values = whole ? values_of(proto, tensor.elements) : std::vector<int64_t>();
      if (whole && static_cast<double>(values.size()) == tensor.elements) tensor.values = std::move(values);
      if (tensor.type == kOnnxFloat) tensor.reals = reals_of(proto, tensor.elements);
    }
    out_.tensors.push_back(std::move(tensor));
  }

  /// The stored data must be as long as shape and type say, typed lists at least one byte a number.
  void check_data(const onnx::TensorProto& proto, const OnnxType& type, const OnnxTensor& tensor) {
    if (type.bits == 0) return;
    const bool left_out = proto.has_segment();
    const bool raw = proto.has_raw_data() || (left_out && proto.segment().begin() == kRawData);
    double stored = static_cast<double>(proto.raw_data().size());
    if (!raw) {
      stored = 4.0 * proto.float_data_size() + 8.0 * proto.double_data_size() + proto.int32_data_size() +
               proto.int64_data_size() + proto.uint64_data_size();
    }
    if (left_out) stored += static_cast<double>(proto.segment().end());
    const bool whole = type.bits >= 8 && type.id != kOnnxFloat && type.id != 11;
    const double least = whole ? tensor.elements : tensor.bytes;
    if (raw ? stored == tensor.bytes : stored >= least) return;
    fail(fmt::format(fmt::runtime(tr("the data has {} bytes, the shape asks for {}")), show_count(stored),
                     show_count(raw ? tensor.bytes : least)),
         tensor.name);
  }

  void read_external(const onnx::TensorProto& proto, const std::string& name, OnnxTensor& tensor) {
    tensor.length = static_cast<uint64_t>(tensor.bytes);
    for (const auto& entry : proto.external_data()) {
      uint64_t* const number = entry.key() == "offset"   ? &tensor.offset
                               : entry.key() == "length" ? &tensor.length
                                                         : nullptr;
      if (entry.key() == "location") tensor.location = entry.value();
      if (number == nullptr) continue;
      const char* const end = entry.value().data() + entry.value().size();
      const auto [stop, error] = std::from_chars(entry.value().data(), end, *number);
      if (error != std::errc() || stop != end) return fail(tr("the place of external data is no number"), name);
    }
    if (tensor.location.empty()) return fail(tr("external data without a file name"), name);
    if (static_cast<double>(tensor.length) < tensor.bytes)
      fail(tr("the external data is shorter than the shape asks for"), name);
  }

  /// Values of a small int32 or int64 tensor; nothing when they are not in the file or are of another type.
  static std::vector<int64_t> values_of(const onnx::TensorProto& proto, double elements) {
    std::vector<int64_t> values;
    if (elements > 128 || (proto.data_type() != kOnnxInt64 && proto.data_type() != kOnnxInt32)) return values;
    const std::string& raw = proto.raw_data();
    const size_t width = proto.data_type() == kOnnxInt64 ? 8 : 4;
    for (size_t at = 0; at + width <= raw.size(); at += width) {
      int64_t wide = 0;
      int32_t narrow = 0;
      std::memcpy(width == 8 ? static_cast<void*>(&wide) : &narrow, raw.data() + at, width);
      values.push_back(width == 8 ? wide : narrow);
    }
    values.insert(values.end(), proto.int64_data().begin(), proto.int64_data().end());
    values.insert(values.end(), proto.int32_data().begin(), proto.int32_data().end());
    return values;
  }

  /// Values of a small float tensor; nothing when they are not in the file.
  static std::vector<double> reals_of(const onnx::TensorProto& proto, double elements) {
    constexpr double kMost = 16;  // scales have one number a dimension
    std::vector<double> reals(proto.float_data().begin(), proto.float_data().end());
    const std::string& raw = proto.raw_data();
    for (size_t at = 0; elements <= kMost && at + sizeof(float) <= raw.size(); at += sizeof(float)) {
      float number = 0;
      std::memcpy(&number, raw.data() + at, sizeof number);
      reals.push_back(static_cast<double>(number));
    }
    return elements <= kMost && static_cast<double>(reals.size()) == elements ? reals : std::vector<double>();
  }

  OnnxGraph& out_;
  std::string file_;
  double total_ = 0;
  std::optional<Problem> problem_;
};

}  // namespace

const OnnxType* find_onnx_type(int id) {
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [id](const auto& type) { return type.id == id; });
  return found == kTypes.end() ? nullptr : found;
}

Result<OnnxGraph> read_onnx_graph(const ByteSource& source) {
  auto bytes = read_onnx_without_data(source);
  if (!bytes) return bytes.error();
  onnx::ModelProto model;
  if (!model.ParsePartialFromString(*bytes))
    return Problem{tr("this is no ONNX model"), printable(source.name()), tr("the file is damaged or hostile")};
  bytes->clear();
  OnnxGraph graph;
  auto done = GraphReader(graph, printable(source.name())).read(model);
  if (!done) return done.error();
  return graph;
}

}  // namespace edgefit
