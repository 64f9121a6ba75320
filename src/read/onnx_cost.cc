#include "read/onnx_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/limits.h"
#include "read/liveness.h"
#include "read/onnx_operators.h"
#include "read/onnx_order.h"

namespace edgefit {

namespace {

// What model.json can state.
constexpr double kMaxFlops = 1e24;
// Results that are views of their input: no engine copies them.
constexpr std::string_view kViews[] = {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"};

/// Operators that may write over an input of the same size, as ONNX Runtime's kernels declare (MayInplace): the
/// activations of the neural-network set and the arithmetic of two operands.
constexpr std::string_view kInPlace[] = {
    "Relu", "LeakyRelu", "PRelu",    "Elu",  "Celu", "Selu",  "Sigmoid", "HardSigmoid", "HardSwish",  "Mish",
    "Gelu", "Swish",     "Softplus", "Tanh", "Erf",  "Exp",   "Log",     "Sqrt",        "Reciprocal", "Abs",
    "Neg",  "Floor",     "Ceil",     "Clip", "Not",  "Add",   "Sub",     "Mul",         "Div",        "Pow",
    "Min",  "Max",       "Sum",      "And",  "Or",   "Where", "Softmax"};
/// Products of 8-bit numbers, and where their weights stand.
constexpr std::string_view kWholeProducts[] = {"ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul"};
/// Convolutions whose weights an engine reorders: inputs after the first are weights and biases.
constexpr std::string_view kConvolutions[] = {"Conv", "ConvTranspose", "FusedConv"};

template <size_t N>
bool is_one_of(const std::string_view (&names)[N], std::string_view op) {
  return std::find(std::begin(names), std::end(names), op) != std::end(names);
}

struct Value {
  OnnxFact fact;
  bool constant = false;  ///< the same in every run: weights, and what is computed from them while loading
  uint32_t id = 0;        ///< of the bytes; a view has its input's
};

class Walk {
 public:
  explicit Walk(const OnnxGraph& graph) : graph_(graph) {}

  void run() {
    for (const auto& tensor : graph_.tensors) {
      if (tensor.name.empty()) continue;
      Value& value = add(tensor.name);
      value.constant = true;
      value.fact = {tensor.type, true, tensor.dims, tensor.values, tensor.reals};
      check(value.fact);
    }
    for (const auto* list : {&graph_.values, &graph_.outputs})
      for (const auto& value : *list) stated_.emplace(value.name, &value);
    for (const auto& input : graph_.inputs) add_input(input);
    for (const size_t i : execution_order(graph_))
      if (graph_.nodes[i].op != "Constant") visit(graph_.nodes[i]);
    for (const auto& output : graph_.outputs)
      if (const auto found = values_.find(output.name); found != values_.end()) kept_.push_back(found->second.id);
  }

  double flops() const { return flops_; }
  double integer_flops() const { return integer_flops_; }
  double nodes() const { return nodes_; }
  double moved() const { return moved_; }
  double workspace() const { return workspace_; }
  double peak() const { return peak_bytes(bytes_, steps_, kept_); }
  const std::string& no_flops_because() const { return no_flops_; }
  const std::string& no_bytes_because() const { return no_bytes_; }

 private:
  Value& add(const std::string& name) {
    Value& value = values_[name];
    value.id = static_cast<uint32_t>(bytes_.size());
    bytes_.push_back(0);
    return value;
  }

  void add_input(const OnnxValue& input) {
    Value& value = add(input.name);
    value.fact = fact_of(input);
    if (value.fact.has_shape) return size(value, input.name);
    std::string dims;
    for (const auto& symbol : input.symbols) dims += fmt::format("{}{}", dims.empty() ? "" : ", ", symbol);
    open_ += fmt::format("{}{} [{}]", open_.empty() ? "" : ", ", printable(input.name), dims);
    no_bytes_ = no_flops_ = say(tr("no fixed size for input {}"), open_);
  }

  static OnnxFact fact_of(const OnnxValue& value) {
    const bool fixed =
        value.has_shape && std::all_of(value.dims.begin(), value.dims.end(), [](int64_t n) { return n >= 0; });
    OnnxFact fact{value.type, fixed, fixed ? value.dims : OnnxShape(), {}};
    check(fact);
    return fact;
  }

  /// Sizes that no later product can carry out of 64 bits; values that fit the shape.
  static void check(OnnxFact& fact) {
    const bool sane =
        std::all_of(fact.dims.begin(), fact.dims.end(), [](int64_t n) { return n >= 0 && n <= INT32_MAX; });
    if (!sane || fact.elements() > kMaxParameters) fact.has_shape = false;
    if (!fact.has_shape) fact.dims.clear();
    if (fact.values && (!fact.has_shape || static_cast<double>(fact.values->size()) != fact.elements()))
      fact.values.reset();
  }

  void visit(const OnnxNode& node) {
    const OnnxOperator* row = node.domain.empty() && !node.has_graph ? find_onnx_operator(node.op) : nullptr;
    OnnxStep step{node, graph_.opset, {}, std::vector<OnnxFact>(node.outputs.size())};
    bool constant = !node.inputs.empty() && row != nullptr;
    for (const auto& name : node.inputs) {
      const auto found = values_.find(name);
      step.in.push_back(name.empty() || found == values_.end() ? nullptr : &found->second.fact);
      constant = constant && (name.empty() || (found != values_.end() && found->second.constant));
    }
    const bool told = row != nullptr && !node.outputs.empty() && row->shape(step);
    settle(node, step, told);
    if (step.out.empty()) return;
    const bool shaped = std::all_of(step.out.begin(), step.out.end(), [](const auto& f) { return f.has_shape; });
    const double flops = row != nullptr && shaped ? row->flops(step) : kUnknownFlops;
    const bool folded = constant || (shaped && step.out.size() == 1 && step.out[0].values.has_value());
    if (folded) {
      // Computed once, while the model is loaded.
    } else if (std::isfinite(flops)) {
      flops_ += flops;
      if (is_one_of(kWholeProducts, node.op)) integer_flops_ += flops;
    } else if (no_flops_.empty()) {
      no_flops_ = say(tr("operations are not known for operator {}"), printable(node.op.substr(0, 60)));
    }
    if (!folded) weigh(node, step);
    record(node, step, folded);
  }

  static double bytes_of(const OnnxFact& fact) {
    const OnnxType* type = find_onnx_type(fact.type);
    return fact.has_shape && type != nullptr ? std::ceil(fact.elements() * type->bits / 8) : 0;
  }

  /// What the node reads and writes, and what an 8-bit convolution unfolds its input to before it multiplies.
  void weigh(const OnnxNode& node, const OnnxStep& step) {
    nodes_ += 1;
    for (const OnnxFact* in : step.in)
      if (in != nullptr) moved_ += bytes_of(*in);
    for (const OnnxFact& out : step.out) moved_ += bytes_of(out);
    const bool linear = node.op == "QLinearConv";
    const OnnxFact* w = linear || node.op == "ConvInteger" ? step.shaped(linear ? 3 : 1) : nullptr;
    if (w == nullptr || w->dims.size() < 3 || !step.out[0].has_shape) return;
    const OnnxShape& out = step.out[0].dims;
    const bool pointwise = std::all_of(w->dims.begin() + 2, w->dims.end(), [](int64_t n) { return n == 1; });
    double unfolded = pointwise ? 0 : 1;  // a 1x1 kernel reads its input as it stands
    for (size_t i = 1; i < w->dims.size(); ++i) unfolded *= static_cast<double>(w->dims[i]);
    for (size_t i = 2; i < out.size(); ++i) unfolded *= static_cast<double>(out[i]);
    workspace_ = std::max(workspace_, unfolded);
  }

  /// What the rule left open is taken from the file.
  void settle(const OnnxNode& node, OnnxStep& step, bool told) {
    for (size_t i = 0; i < step.out.size(); ++i) {
      OnnxFact& fact = step.out[i];
      if (!told) fact = {};
      check(fact);
      const auto stated = stated_.find(node.outputs[i]);
      if (stated == stated_.end()) continue;
      if (!fact.has_shape) fact = fact_of(*stated->second);
      if (fact.type == 0) fact.type = stated->second->type;
    }
    // An output without a name is not made.
    for (size_t i = 0; i < step.out.size(); ++i)
      if (node.outputs[i].empty()) step.out[i] = {kOnnxFloat, true, {0}, {}};
  }

  void record(const OnnxNode& node, const OnnxStep& step, bool folded) {
    GraphStep live;
    for (const auto& name : node.inputs)
      if (const auto found = values_.find(name); found != values_.end()) live.inputs.push_back(found->second.id);
    const bool view = is_one_of(kViews, node.op);
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const std::string& name = node.outputs[i];
      if (name.empty()) continue;
      const bool seen_through = view && i == 0 && !live.inputs.empty();
      Value& value = add(name);
      value.fact = step.out[i];
      value.constant = folded;
      if (seen_through) {
        value.id = live.inputs.front();
        continue;
      }
      if (!folded) size(value, name);
      live.outputs.push_back(value.id);
    }
    if (is_one_of(kInPlace, node.op) && live.outputs.size() == 1) live.reusable = live.inputs;
    steps_.push_back(std::move(live));
  }

  void size(const Value& value, const std::string& name) {
    if (value.fact.has_shape && find_onnx_type(value.fact.type) != nullptr) {
      bytes_[value.id] = bytes_of(value.fact);
    } else if (no_bytes_.empty()) {
      no_bytes_ = say(tr("no shape is known for {}"), printable(name.substr(0, 80)));
    }
  }

  const OnnxGraph& graph_;
  std::unordered_map<std::string, Value> values_;
  std::unordered_map<std::string, const OnnxValue*> stated_;
  std::vector<double> bytes_;
  std::vector<GraphStep> steps_;
  std::vector<uint32_t> kept_;
  double flops_ = 0, integer_flops_ = 0, nodes_ = 0, moved_ = 0, workspace_ = 0;
  std::string no_flops_, no_bytes_;
  std::string open_;  ///< inputs without a fixed size
};

struct StoredWeights {
  double convolutions = 0;  ///< bytes that convolutions read
  double largest = 0;       ///< tensor that none reads
};

StoredWeights stored_weights(const OnnxGraph& graph) {
  std::unordered_map<std::string_view, double> stored;
  for (const auto& tensor : graph.tensors) stored[tensor.name] = tensor.bytes;
  StoredWeights out;
  for (const auto& node : graph.nodes) {
    if (!node.domain.empty() || !is_one_of(kConvolutions, node.op)) continue;
    for (size_t i = 1; i < node.inputs.size(); ++i) {
      const auto found = stored.find(node.inputs[i]);
      if (found == stored.end() || node.inputs[i].empty()) continue;
      out.convolutions += std::exchange(found->second, 0);
    }
  }
  for (const auto& [name, bytes] : stored) out.largest = std::max(out.largest, bytes);
  return out;
}

}  // namespace

OnnxCost cost_of(const OnnxGraph& graph, const std::string& name) {
  Walk walk(graph);
  walk.run();
  const Origin origin{Origin::Kind::derived, fmt::format("{}: {}", name, tr("shapes followed through the graph"))};
  const std::string remedy = tr("export the model with fixed input sizes, or state it in a model.json");
  OnnxCost cost;
  std::string no_flops = walk.no_flops_because(), no_bytes = walk.no_bytes_because();
  if (graph.nodes.empty()) no_flops = no_bytes = tr("the graph has no nodes");
  const double peak = no_bytes.empty() ? walk.peak() : 0;
  if (walk.flops() > kMaxFlops || peak > kMaxBytes) no_flops = no_bytes = tr("the sizes are implausibly large");
  cost.flops = no_flops.empty() ? Fact<double>(walk.flops(), origin) : Fact<double>::unknown(no_flops, remedy);
  cost.activation_bytes = no_bytes.empty() ? Fact<Bytes>(Bytes{peak}, origin) : Fact<Bytes>::unknown(no_bytes, remedy);
  const Origin stored{Origin::Kind::file, name};
  cost.network.nodes = {walk.nodes(), stored};
  const StoredWeights weights = stored_weights(graph);
  cost.network.convolution_weight_bytes = {Bytes{weights.convolutions}, stored};
  cost.network.largest_weight_bytes = {Bytes{weights.largest}, stored};
  if (cost.flops) cost.network.integer_flops = {walk.integer_flops(), origin};
  if (!cost.activation_bytes) return cost;
  cost.network.moved_bytes = {Bytes{walk.moved()}, origin};
  cost.network.workspace_bytes = {Bytes{walk.workspace()}, origin};
  return cost;
}

}  // namespace edgefit
