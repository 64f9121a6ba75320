#include "edgefit/figure.h"

#include <fmt/format.h>

#include <algorithm>

namespace edgefit {
namespace {

using Op = Node::Op;

/// Binding strength of an operation when written out; what binds weaker needs parentheses.
int strength_of(Op op) {
  switch (op) {
    case Op::add:
    case Op::subtract:
      return 1;
    case Op::multiply:
    case Op::divide:
      return 2;
    default:
      return 3;
  }
}

std::string number_text(double value) {
  return value == std::floor(value) && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                                              : fmt::format("{:.6g}", value);
}

std::string write(const Node& node);

/// An operand in parentheses when it binds weaker, or equally on the right of `-` and `/`.
std::string operand(const Node& node, Op parent, bool right) {
  const bool same_on_right =
      right && (parent == Op::subtract || parent == Op::divide) && strength_of(node.op) == strength_of(parent);
  const bool weaker = strength_of(node.op) < strength_of(parent);
  return weaker || same_on_right ? "(" + write(node) + ")" : write(node);
}

std::string infix(const Node& node, const char* symbol) {
  return operand(*node.left, node.op, false) + symbol + operand(*node.right, node.op, true);
}

std::string call(const Node& node, const char* function) {
  return fmt::format("{}({}, {})", function, write(*node.left), write(*node.right));
}

std::string write(const Node& node) {
  switch (node.op) {
    case Op::given:
    case Op::name:
      return node.name;
    case Op::literal:
      return number_text(node.value);
    case Op::add:
      return infix(node, " + ");
    case Op::subtract:
      return infix(node, " - ");
    case Op::multiply:
      return infix(node, " * ");
    case Op::divide:
      return infix(node, " / ");
    case Op::maximum:
      return call(node, "max");
    case Op::minimum:
      return call(node, "min");
    case Op::round_up:
      return call(node, "round_up");
    case Op::floor:
      return fmt::format("floor({})", write(*node.left));
  }
  return {};
}

void collect(const Node* node, std::vector<const Node*>& found) {
  if (node == nullptr || node->op == Op::literal) return;
  if (node->op == Op::given || node->op == Op::name) {
    const auto same = [node](const Node* other) { return other->name == node->name && other->value == node->value; };
    if (std::none_of(found.begin(), found.end(), same)) found.push_back(node);
    return;
  }
  collect(node->left, found);
  collect(node->right, found);
}

}  // namespace

const Node* Trace::given(double value, const char* unit, std::string_view name, Origin origin) {
  Node node;
  node.op = Op::given;
  node.value = value;
  node.unit = unit;
  node.trace = this;
  node.name = name;
  node.origin = std::move(origin);
  return &nodes_.emplace_back(std::move(node));
}

const Node* Trace::literal(double value) {
  Node node;
  node.value = value;
  node.trace = this;
  return &nodes_.emplace_back(std::move(node));
}

const Node* Trace::operation(Op op, double value, const char* unit, const Node* left, const Node* right) {
  Node node;
  node.op = op;
  node.value = value;
  node.unit = unit;
  node.left = left;
  node.right = right;
  node.trace = this;
  return &nodes_.emplace_back(std::move(node));
}

const Node* Trace::named(const Node* below, std::string_view name, std::string_view rule) {
  Node node;
  node.op = Op::name;
  node.value = below->value;
  node.unit = below->unit;
  node.left = below;
  node.trace = this;
  node.name = name;
  node.rule = rule;
  return &nodes_.emplace_back(std::move(node));
}

const Node* detail::combine(Op op, double value, const char* unit, const Node* a, double av, const Node* b, double bv) {
  if (a == nullptr && b == nullptr) return nullptr;
  // What adds nothing or multiplies by one says nothing.
  if (op == Op::add && a == nullptr && av == 0) return b;
  if (op == Op::add && b == nullptr && bv == 0) return a;
  if ((op == Op::multiply || op == Op::divide) && b == nullptr && bv == 1) return a;
  if (op == Op::multiply && a == nullptr && av == 1) return b;
  Trace* trace = a != nullptr ? a->trace : b->trace;
  if (a == nullptr) a = trace->literal(av);
  if (b == nullptr) b = trace->literal(bv);
  return trace->operation(op, value, unit, a, b);
}

std::string formula_of(const Node& node) {
  return write(node.op == Op::name ? *node.left : node);
}

std::vector<const Node*> inputs_of(const Node& node) {
  std::vector<const Node*> found;
  if (node.op == Op::name && (node.left->op == Op::given || node.left->op == Op::name)) return {node.left};
  if (node.op == Op::name || node.op == Op::given) {
    if (node.op == Op::name) collect(node.left, found);
    return found;
  }
  collect(&node, found);
  return found;
}

}  // namespace edgefit
