#include "read/onnx_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "edgefit/text.h"
#include "read/limits.h"
#include "read/liveness.h"
#include "read/onnx_operators.h"

namespace edgefit {

namespace {

// What model.json can state.
constexpr double kMaxFlops = 1e24;
// Results that are views of their input: no engine copies them.
constexpr std::string_view kViews[] = {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"};

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
      value.fact = {tensor.type, true, tensor.dims, tensor.values};
      check(value.fact);
    }
    for (const auto* list : {&graph_.values, &graph_.outputs})
      for (const auto& value : *list) stated_.emplace(value.name, &value);
    for (const auto& input : graph_.inputs) add_input(input);
    for (const auto& node : graph_.nodes)
      if (node.op != "Constant") visit(node);
    for (const auto& output : graph_.outputs)
      if (const auto found = values_.find(output.name); found != values_.end()) kept_.push_back(found->second.id);
  }

  double flops() const { return flops_; }
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
    no_bytes_ = no_flops_ = fmt::format("{} {}", tr("no fixed size for input"), open_);
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
    } else if (no_flops_.empty()) {
      no_flops_ = fmt::format("{} {}", tr("operations are not known for operator"), printable(node.op.substr(0, 60)));
    }
    record(node, step, folded);
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
    const bool view = std::find(std::begin(kViews), std::end(kViews), node.op) != std::end(kViews);
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
    steps_.push_back(std::move(live));
  }

  void size(const Value& value, const std::string& name) {
    const OnnxType* type = find_onnx_type(value.fact.type);
    if (value.fact.has_shape && type != nullptr) {
      bytes_[value.id] = std::ceil(value.fact.elements() * type->bits / 8);
    } else if (no_bytes_.empty()) {
      no_bytes_ = fmt::format("{} {}", tr("no shape is known for"), printable(name.substr(0, 80)));
    }
  }

  const OnnxGraph& graph_;
  std::unordered_map<std::string, Value> values_;
  std::unordered_map<std::string, const OnnxValue*> stated_;
  std::vector<double> bytes_;
  std::vector<GraphStep> steps_;
  std::vector<uint32_t> kept_;
  double flops_ = 0;
  std::string no_flops_, no_bytes_;
  std::string open_;  ///< inputs without a fixed size
};

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
  return cost;
}

}  // namespace edgefit
