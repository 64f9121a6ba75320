#include "read/tflite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/limits.h"
#include "read/liveness.h"
#include "read/names.h"
#include "read/tflite_graph.h"

namespace edgefit {

namespace {

/// How operations are counted; a multiplication and its addition are two.
enum class Count : uint8_t {
  none,        ///< moves data
  view,        ///< the same bytes under another shape
  output,      ///< `times` an output element
  input,       ///< `times` an input element
  filter,      ///< filter [out, ...]: each output meets the filter of its channel
  depthwise,   ///< filter [1, height, width, channels]
  transposed,  ///< each input meets the filter of its channel
  product,     ///< inner size of two matrices
  pool,        ///< the window, for each output
};
struct OperatorRow {
  int code;  ///< BuiltinOperator of schema.fbs
  std::string_view name;
  Count count;
  double times;
};
constexpr OperatorRow kOperators[] = {
    {0, "ADD", Count::output, 1},
    {1, "AVERAGE_POOL_2D", Count::pool, 1},
    {2, "CONCATENATION", Count::none, 0},
    {3, "CONV_2D", Count::filter, 2},
    {4, "DEPTHWISE_CONV_2D", Count::depthwise, 2},
    {5, "DEPTH_TO_SPACE", Count::none, 0},
    {6, "DEQUANTIZE", Count::output, 2},
    {8, "FLOOR", Count::output, 1},
    {9, "FULLY_CONNECTED", Count::filter, 2},
    {11, "L2_NORMALIZATION", Count::output, 3},
    {14, "LOGISTIC", Count::output, 1},
    {17, "MAX_POOL_2D", Count::pool, 1},
    {18, "MUL", Count::output, 1},
    {19, "RELU", Count::output, 1},
    {20, "RELU_N1_TO_1", Count::output, 1},
    {21, "RELU6", Count::output, 1},
    {22, "RESHAPE", Count::view, 0},
    {23, "RESIZE_BILINEAR", Count::output, 7},
    {25, "SOFTMAX", Count::output, 5},
    {26, "SPACE_TO_DEPTH", Count::none, 0},
    {28, "TANH", Count::output, 1},
    {34, "PAD", Count::none, 0},
    {36, "GATHER", Count::none, 0},
    {37, "BATCH_TO_SPACE_ND", Count::none, 0},
    {38, "SPACE_TO_BATCH_ND", Count::none, 0},
    {39, "TRANSPOSE", Count::none, 0},
    {40, "MEAN", Count::input, 1},
    {41, "SUB", Count::output, 1},
    {42, "DIV", Count::output, 1},
    {43, "SQUEEZE", Count::view, 0},
    {45, "STRIDED_SLICE", Count::none, 0},
    {47, "EXP", Count::output, 1},
    {49, "SPLIT", Count::none, 0},
    {50, "LOG_SOFTMAX", Count::output, 5},
    {53, "CAST", Count::none, 0},
    {54, "PRELU", Count::output, 2},
    {55, "MAXIMUM", Count::output, 1},
    {56, "ARG_MAX", Count::input, 1},
    {57, "MINIMUM", Count::output, 1},
    {59, "NEG", Count::output, 1},
    {60, "PADV2", Count::none, 0},
    {65, "SLICE", Count::none, 0},
    {66, "SIN", Count::output, 1},
    {67, "TRANSPOSE_CONV", Count::transposed, 2},
    {70, "EXPAND_DIMS", Count::view, 0},
    {73, "LOG", Count::output, 1},
    {74, "SUM", Count::input, 1},
    {75, "SQRT", Count::output, 1},
    {76, "RSQRT", Count::output, 1},
    {77, "SHAPE", Count::none, 0},
    {78, "POW", Count::output, 1},
    {82, "REDUCE_MAX", Count::input, 1},
    {83, "PACK", Count::none, 0},
    {88, "UNPACK", Count::none, 0},
    {89, "REDUCE_MIN", Count::input, 1},
    {92, "SQUARE", Count::output, 1},
    {97, "RESIZE_NEAREST_NEIGHBOR", Count::none, 0},
    {98, "LEAKY_RELU", Count::output, 1},
    {99, "SQUARED_DIFFERENCE", Count::output, 2},
    {100, "MIRROR_PAD", Count::none, 0},
    {101, "ABS", Count::output, 1},
    {102, "SPLIT_V", Count::none, 0},
    {111, "ELU", Count::output, 2},
    {114, "QUANTIZE", Count::output, 2},
    {117, "HARD_SWISH", Count::output, 2},
    {124, "DENSIFY", Count::none, 0},
    {126, "BATCH_MATMUL", Count::product, 2},
    {130, "BROADCAST_TO", Count::none, 0},
    {150, "GELU", Count::output, 2},
};

const OperatorRow* find_operator(int code) {
  const auto* found =
      std::find_if(std::begin(kOperators), std::end(kOperators), [code](const auto& row) { return row.code == code; });
  return found == std::end(kOperators) ? nullptr : found;
}

struct Weights {
  double parameters = 0, bytes = 0, sparse = 0;
  std::map<std::string_view, double> elements, precisions;
};

/// Biases of quantised layers are int32: the third operand of an operator with a filter.
std::set<int32_t> biases_of(const TfliteSubgraph& graph) {
  std::set<int32_t> out;
  for (const auto& node : graph.nodes) {
    const OperatorRow* row = find_operator(node.code);
    const bool filtered = row != nullptr && (row->count == Count::filter || row->count == Count::depthwise);
    if (filtered && node.inputs.size() > 2) out.insert(node.inputs[2]);
  }
  return out;
}

Weights weigh(const TfliteGraph& graph) {
  Weights weights;
  std::set<uint32_t> seen;  // tensors may share a buffer
  for (const auto& part : graph.subgraphs) {
    const auto biases = biases_of(part);
    for (size_t i = 0; i < part.tensors.size(); ++i) {
      const TfliteTensor& tensor = part.tensors[i];
      if (tensor.stored == 0 || !seen.insert(tensor.buffer).second) continue;
      const TfliteType& type = *find_tflite_type(tensor.type);
      weights.bytes += static_cast<double>(tensor.stored);
      weights.elements[type.name] += tensor.elements();
      weights.sparse += tensor.sparse ? 1 : 0;
      const bool bias = tensor.type == kTfliteInt32 && biases.contains(static_cast<int32_t>(i));
      if ((type.precision.empty() && !bias) || tensor.dims.empty()) continue;
      weights.parameters += tensor.elements();
      if (!bias) weights.precisions[type.precision] += static_cast<double>(tensor.stored);
    }
  }
  return weights;
}

/// Walks the first subgraph.
class Walk {
 public:
  explicit Walk(const TfliteSubgraph& graph) : graph_(graph), bytes_(graph.tensors.size(), 0) {
    std::vector<uint32_t> id(graph.tensors.size());
    std::vector<char> constant(graph.tensors.size(), 0);
    for (size_t i = 0; i < id.size(); ++i) {
      id[i] = static_cast<uint32_t>(i);
      constant[i] = graph.tensors[i].stored > 0 ? 1 : 0;
    }
    std::vector<GraphStep> steps;
    std::vector<char> used(id.size(), 0);
    for (const auto& node : graph.nodes) {
      const OperatorRow* row = node.custom.empty() ? find_operator(node.code) : nullptr;
      const bool folded = !node.inputs.empty() && std::all_of(node.inputs.begin(), node.inputs.end(), [&](int32_t n) {
        return n < 0 || constant[static_cast<size_t>(n)] != 0;
      });
      GraphStep step;
      for (const int32_t n : node.inputs)
        if (n >= 0) step.inputs.push_back(id[static_cast<size_t>(n)]);
      for (const int32_t n : node.outputs) {
        const auto at = static_cast<size_t>(n);
        if (folded) constant[at] = 1;
        if (row != nullptr && row->count == Count::view && !step.inputs.empty())
          id[at] = step.inputs.front();
        else
          step.outputs.push_back(id[at]);
        used[id[at]] = 1;
      }
      for (const uint32_t n : step.inputs) used[n] = 1;
      steps.push_back(std::move(step));
      if (!folded) add_flops(node, row);
    }
    for (size_t i = 0; i < bytes_.size(); ++i)
      if (used[i] && !constant[i]) bytes_[i] = graph.tensors[i].bytes();
    std::vector<uint32_t> kept;
    for (const int32_t n : graph.outputs) kept.push_back(id[static_cast<size_t>(n)]);
    peak_ = peak_bytes(bytes_, steps, kept);
  }

  double flops() const { return flops_; }
  double peak() const { return peak_; }
  const std::string& no_flops_because() const { return no_flops_; }

 private:
  const TfliteTensor* operand(const std::vector<int32_t>& list, size_t i) const {
    return i < list.size() && list[i] >= 0 ? &graph_.tensors[static_cast<size_t>(list[i])] : nullptr;
  }

  void add_flops(const TfliteNode& node, const OperatorRow* row) {
    const double n = row == nullptr ? NAN : flops_of(node, *row);
    if (std::isfinite(n)) {
      flops_ += n;
    } else if (no_flops_.empty()) {
      const std::string name = !node.custom.empty() ? node.custom
                               : row != nullptr     ? std::string(row->name)
                                                    : std::to_string(node.code);
      no_flops_ = say(tr("operations are not known for operator {}"), name);
    }
  }

  /// NaN when an operand is missing.
  double flops_of(const TfliteNode& node, const OperatorRow& row) const {
    const TfliteTensor *x = operand(node.inputs, 0), *w = operand(node.inputs, 1), *y = operand(node.outputs, 0);
    if (row.count == Count::none || row.count == Count::view) return 0;
    if (x == nullptr || y == nullptr) return NAN;
    const double bias = node.inputs.size() > 2 && node.inputs[2] >= 0 ? y->elements() : 0;
    const auto part = [](const TfliteTensor& t, int64_t size) {
      return size > 0 ? t.elements() / static_cast<double>(size) : NAN;
    };
    if (row.count == Count::output) return row.times * y->elements();
    if (row.count == Count::input) return row.times * x->elements();
    if (row.count == Count::pool) return node.window > 0 ? node.window * y->elements() : NAN;
    if (w == nullptr || w->dims.size() < 2 || x->dims.empty()) return NAN;
    if (row.count == Count::filter) return row.times * y->elements() * part(*w, w->dims.front()) + bias;
    if (row.count == Count::depthwise) return row.times * y->elements() * part(*w, w->dims.back()) + bias;
    if (row.count == Count::product) return row.times * y->elements() * static_cast<double>(x->dims.back());
    const TfliteTensor* input = operand(node.inputs, 2);
    return input == nullptr ? NAN : row.times * input->elements() * part(*w, w->dims.back());
  }

  const TfliteSubgraph& graph_;
  std::vector<double> bytes_;
  double flops_ = 0, peak_ = 0;
  std::string no_flops_;
};

void add_cost(Model& model, const TfliteGraph& graph, const std::string& name) {
  const TfliteSubgraph& main = graph.subgraphs.front();
  const Walk walk(main);
  std::string open;
  for (const int32_t n : main.inputs)
    if (const auto& tensor = main.tensors[static_cast<size_t>(n)]; tensor.open)
      open += fmt::format("{}{}", open.empty() ? "" : ", ", tensor.name.empty() ? fmt::format("#{}", n) : tensor.name);
  std::string no_bytes = open.empty() ? "" : say(tr("no fixed size for input {}"), open);
  if (!(walk.peak() <= kMaxBytes)) no_bytes = tr("the sizes are implausibly large");
  std::string no_flops = no_bytes.empty() ? walk.no_flops_because() : no_bytes;
  if (no_flops.empty() && !(walk.flops() <= 1e24)) no_flops = tr("the sizes are implausibly large");
  const std::string remedy = tr("convert the model with fixed input sizes, or state it in a model.json");
  const Origin origin{Origin::Kind::derived, fmt::format("{}: {}", name, tr("shapes of the tensors"))};
  model.flops_per_inference =
      no_flops.empty() ? Fact<double>(walk.flops(), origin) : Fact<double>::unknown(no_flops, remedy);
  model.activation_bytes =
      no_bytes.empty() ? Fact<Bytes>(Bytes{walk.peak()}, origin) : Fact<Bytes>::unknown(no_bytes, remedy);
}

}  // namespace

bool looks_like_tflite(std::string_view head) {
  return head.size() >= 8 && head.substr(4, 4) == "TFL3";
}

Result<Model> read_tflite(const ByteSource& source) {
  const auto graph = read_tflite_graph(source);
  if (!graph) return graph.error();
  const std::string name = printable(last_part(source.name()));
  const Weights weights = weigh(*graph);
  Model model;
  model.source = source.name();
  model.format = "tflite";
  model.name = name.ends_with(".tflite") && name.size() > 7 ? name.substr(0, name.size() - 7) : name;
  model.task = Task::other;
  model.architecture.causal = false;
  model.producer = graph->description;
  std::string types;
  for (const auto& [type, elements] : weights.elements)
    types += fmt::format("{}{} {}", types.empty() ? "" : ", ", show_count(elements), type);
  const Origin origin{Origin::Kind::file, fmt::format("{}: {}", name, types)};
  const Fact<double> none = Fact<double>::unknown(tr("the file has no weights"));
  const bool believed = weights.parameters >= 1 && weights.parameters <= kMaxParameters;
  model.parameters = model.active_parameters = believed ? Fact<double>(weights.parameters, origin) : none;
  model.weight_bytes = weights.bytes > 0 && weights.bytes <= kMaxBytes
                           ? Fact<Bytes>(Bytes{weights.bytes}, origin)
                           : Fact<Bytes>::unknown(tr("the file has no weights"));
  model.file_bytes = {Bytes{static_cast<double>(source.size())}, {Origin::Kind::file, name}};
  const auto most = std::max_element(weights.precisions.begin(), weights.precisions.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != weights.precisions.end()) model.precision = most->first;
  add_cost(model, *graph, name);
  if (weights.sparse > 0)
    model.warnings.push_back(
        fmt::format(fmt::runtime(tr("{}: {} tensors are stored without their zeros; in memory they are whole")), name,
                    weights.sparse));
  return model;
}

}  // namespace edgefit
