#include "read/onnx.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/limits.h"
#include "read/names.h"
#include "read/onnx_cost.h"
#include "read/onnx_graph.h"
#include "read/onnx_sizes.h"

namespace edgefit {

namespace {

/// Inputs that hold scales, zero points and running means: stored, but not trained.
struct ScaleRow {
  std::string_view op;
  uint32_t inputs;  ///< a bit each
};
constexpr ScaleRow kScales[] = {
    {"QuantizeLinear", 0b110},         {"DequantizeLinear", 0b110}, {"QLinearConv", 0b11110110},
    {"QLinearMatMul", 0b11110110},     {"ConvInteger", 0b1100},     {"MatMulInteger", 0b1100},
    {"BatchNormalization", 0b11000},   {"MatMulNBits", 0b11100},    {"QGemm", 0b11011110},
    {"DynamicQuantizeMatMul", 0b1100},
};
/// Inputs of type int32 that are weights: biases of quantised layers.
constexpr ScaleRow kWholeWeights[] = {{"DequantizeLinear", 0b1}, {"QLinearConv", 0b100000000}, {"QGemm", 0b1000000}};

struct Usage {
  std::unordered_set<std::string> scales, whole;
  std::unordered_map<std::string, const OnnxNode*> packed;  ///< weights of several to a byte, by name
};

template <size_t N>
void mark(const ScaleRow (&rows)[N], const OnnxNode& node, std::unordered_set<std::string>& names) {
  for (const auto& row : rows)
    if (row.op == node.op)
      for (size_t i = 0; i < std::min<size_t>(node.inputs.size(), 32); ++i)
        if ((row.inputs >> i & 1) != 0) names.insert(node.inputs[i]);
}

Usage usage_of(const OnnxGraph& graph) {
  Usage usage;
  for (const auto& node : graph.nodes) {
    mark(kScales, node, usage.scales);
    mark(kWholeWeights, node, usage.whole);
    if (node.op == "MatMulNBits" && node.inputs.size() > 1) usage.packed[node.inputs[1]] = &node;
  }
  return usage;
}

double number_of(const OnnxNode& node, std::string_view name) {
  const auto found = node.numbers.find(name);
  return found == node.numbers.end() ? 0 : static_cast<double>(found->second);
}

struct Weights {
  double parameters = 0, bytes = 0;
  std::map<std::string_view, double> elements, precisions;  ///< by type; by precision in bytes
};

/// MatMulNBits of ONNX Runtime packs K x N weights of `bits` bits; the tensor is of bytes.
bool add_packed(const OnnxTensor& tensor, const Usage& usage, Weights& weights) {
  const auto found = usage.packed.find(tensor.name);
  if (found == usage.packed.end()) return false;
  const double bits = number_of(*found->second, "bits"),
               n = number_of(*found->second, "K") * number_of(*found->second, "N");
  if (!(bits >= 2 && bits <= 8 && n > 0 && n * bits / 8 <= tensor.bytes)) return false;
  weights.parameters += n;
  weights.precisions[bits == 4 ? "int4" : bits == 8 ? "int8" : bits == 2 ? "int2" : "int3"] += tensor.bytes;
  return true;
}

Weights weigh(const OnnxGraph& graph) {
  const Usage usage = usage_of(graph);
  Weights weights;
  for (const auto& tensor : graph.tensors) {
    const OnnxType& type = *find_onnx_type(tensor.type);
    weights.bytes += tensor.bytes;
    weights.elements[type.name] += tensor.elements;
    if (add_packed(tensor, usage, weights)) continue;
    // A single number in a Constant node is an epsilon or a factor.
    const bool trained = !type.precision.empty() || (tensor.type == kOnnxInt32 && usage.whole.contains(tensor.name));
    if (!trained || usage.scales.contains(tensor.name) || (tensor.constant_node && tensor.elements <= 1)) continue;
    weights.parameters += tensor.elements;
    if (!type.precision.empty()) weights.precisions[type.precision] += tensor.bytes;
  }
  return weights;
}

Problem outside(const std::string& file, const std::string& location, const char* what) {
  return {what, fmt::format("{}, external data {}", printable(file), printable(location.substr(0, 200))),
          tr("external data must be named by a relative path inside the model's folder")};
}

bool leaves_folder(std::string_view path) {
  if (path.starts_with('/') || path.find('\\') != path.npos || path.find('\0') != path.npos || path.find(':') == 1)
    return true;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (path.substr(0, slash) == "..") return true;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return false;
}

/// Bytes of all external files, each counted once; every tensor must lie within its file.
Result<double> check_external(const OnnxGraph& graph, const std::string& file,
                              const std::function<Result<uint64_t>(const std::string&)>& size_of) {
  std::map<std::string, uint64_t> sizes;
  double total = 0;
  for (const auto& tensor : graph.tensors) {
    if (tensor.location.empty()) continue;
    if (leaves_folder(tensor.location)) return outside(file, tensor.location, tr("external data outside the folder"));
    auto known = sizes.find(tensor.location);
    if (known == sizes.end()) {
      if (sizes.size() >= 65'536) return outside(file, tensor.location, tr("implausibly many external files"));
      const auto size = size_of(tensor.location);
      if (!size) return size.error();
      known = sizes.emplace(tensor.location, *size).first;
      total += static_cast<double>(*size);
    }
    if (tensor.offset > known->second || tensor.length > known->second - tensor.offset)
      return Problem{tr("external data runs past the end of its file"),
                     fmt::format("{}, tensor {}, {}", printable(file), printable(tensor.name.substr(0, 200)),
                                 printable(tensor.location.substr(0, 200))),
                     tr("the download looks incomplete; compare its size with the publisher's")};
  }
  return total;
}

void describe(Model& model, const OnnxGraph& graph, const std::string& file) {
  const Weights weights = weigh(graph);
  std::string types;
  for (const auto& [type, elements] : weights.elements)
    types += fmt::format("{}{} {}", types.empty() ? "" : ", ", show_count(elements), type);
  const Origin origin{Origin::Kind::file, fmt::format("{}: {}", file, types)};
  if (weights.parameters >= 1) {
    model.parameters = model.active_parameters = {weights.parameters, origin};
  } else {
    model.parameters = model.active_parameters = Fact<double>::unknown(tr("the file has no weights"));
  }
  if (weights.bytes > 0 && weights.bytes <= kMaxBytes) {
    model.weight_bytes = {Bytes{weights.bytes}, origin};
  } else {
    model.weight_bytes = Fact<Bytes>::unknown(tr("the file has no weights"));
  }
  const auto most = std::max_element(weights.precisions.begin(), weights.precisions.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != weights.precisions.end()) model.precision = most->first;
}

}  // namespace

bool looks_like_onnx(std::string_view head) {
  // ir_version first, then one of producer, domain, version, doc string, graph, metadata or operator sets.
  constexpr std::string_view kNext = "\x12\x1a\x22\x28\x32\x3a\x42\x72";
  constexpr unsigned char kMaxIrVersion = 40;
  if (head.size() < 3 || head[0] != '\x08') return false;
  const auto version = static_cast<unsigned char>(head[1]);
  return version >= 1 && version <= kMaxIrVersion && kNext.find(head[2]) != kNext.npos;
}

Result<Model> read_onnx(const ByteSource& source, const std::function<Result<uint64_t>(const std::string&)>& size_of,
                        const InputSizes& sizes) {
  auto graph = read_onnx_graph(source);
  if (!graph) return graph.error();
  const auto external = check_external(*graph, source.name(), size_of);
  if (!external) return external.error();
  const auto fixed = fix_sizes(*graph, sizes, source.name());
  if (!fixed) return fixed.error();
  const std::string name = printable(last_part(source.name()));
  Model model;
  model.source = source.name();
  model.format = "onnx";
  model.name = name.ends_with(".onnx") && name.size() > 5 ? name.substr(0, name.size() - 5) : name;
  model.task = Task::other;
  model.architecture.causal = false;
  for (const auto& word : {graph->producer, graph->producer_version})
    if (!word.empty()) model.producer += fmt::format("{}{}", model.producer.empty() ? "" : " ", word);
  model.producer += fmt::format("{}ONNX opset {}", model.producer.empty() ? "" : ", ", graph->opset);
  describe(model, *graph, name);
  const double bytes = static_cast<double>(source.size()) + *external;
  if (bytes <= kMaxBytes) model.file_bytes = {Bytes{bytes}, {Origin::Kind::file, name}};
  const OnnxCost cost = cost_of(*graph, fixed->text.empty() ? name : fmt::format("{}, {}", name, fixed->text));
  model.flops_per_inference = cost.flops;
  model.activation_bytes = cost.activation_bytes;
  model.network = cost.network;
  for (const auto& domain : graph->domains) model.unknown.push_back(say(tr("operators of {}"), domain));
  return model;
}

Result<Model> read_onnx_file(const File& file, const InputSizes& sizes) {
  const std::string folder = file.path().substr(0, file.path().find_last_of('/') + 1);
  const auto size_of = [&folder](const std::string& location) -> Result<uint64_t> {
    const auto data = File::open(folder + location);
    if (!data) return data.error();
    return data->size();
  };
  return read_onnx(FileSource(file), size_of, sizes);
}

}  // namespace edgefit
