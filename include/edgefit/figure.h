// A number that knows why. The formula that computes is the formula that `edgefit explain` prints:
// each operation keeps its operands when a Trace is at work, and costs a branch when none is.
//
//   kv_cache = 1.00 GiB   [llamacpp.kv.full]
//       = layers * cells * (k_row + v_row)
//       layers      32   file: model.gguf: llama.block_count
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/fact.h"
#include "edgefit/units.h"

namespace edgefit {

class Trace;

/// One step of a computation: a given number, an operation, or a name for what stands below it.
struct Node {
  enum class Op { given, literal, add, subtract, multiply, divide, maximum, minimum, round_up, floor, name };
  Op op = Op::literal;
  double value = 0;
  const char* unit = "1";
  const Node* left = nullptr;
  const Node* right = nullptr;
  Trace* trace = nullptr;
  std::string name;       ///< of a given number or of a named result
  std::string_view rule;  ///< heading of docs/formulas.md, for Op::name
  Origin origin;          ///< for Op::given
};

/// Arena of nodes. Lives as long as the figures that were computed with it.
class Trace {
 public:
  const Node* given(double value, const char* unit, std::string_view name, Origin origin);
  const Node* literal(double value);
  const Node* operation(Node::Op op, double value, const char* unit, const Node* left, const Node* right);
  const Node* named(const Node* below, std::string_view name, std::string_view rule);
  const std::deque<Node>& nodes() const { return nodes_; }

 private:
  std::deque<Node> nodes_;
};

/// A Quantity plus, when traced, the node that produced it.
template <class Q>
class Figure {
 public:
  using unit = typename Q::unit;
  double value = 0;
  const Node* why = nullptr;

  constexpr Figure() = default;
  constexpr Figure(Q q) : value(q.value) {}  // NOLINT: a plain quantity is a figure without reasons
  constexpr Figure(double v, const Node* w) : value(v), why(w) {}
  constexpr Q quantity() const { return Q{value}; }

  /// Gives the result a name and the id of its rule, a heading of docs/formulas.md.
  Figure named(std::string_view name, std::string_view rule) const {
    return why ? Figure{value, why->trace->named(why, name, rule)} : *this;
  }
};

namespace detail {
const Node* combine(Node::Op op, double value, const char* unit, const Node* a, double av, const Node* b, double bv);

template <class Q>
Figure<Q> make(Node::Op op, double value, const Node* a, double av, const Node* b, double bv) {
  if (a == nullptr && b == nullptr) [[likely]]
    return {value, nullptr};
  return {value, combine(op, value, kUnitName<typename Q::unit>, a, av, b, bv)};
}
}  // namespace detail

template <class Q>
Figure<Q> operator+(Figure<Q> a, Figure<Q> b) {
  return detail::make<Q>(Node::Op::add, a.value + b.value, a.why, a.value, b.why, b.value);
}
template <class Q>
Figure<Q> operator-(Figure<Q> a, Figure<Q> b) {
  return detail::make<Q>(Node::Op::subtract, a.value - b.value, a.why, a.value, b.why, b.value);
}
template <class A, class B>
auto operator*(Figure<A> a, Figure<B> b) {
  using Q = decltype(A{} * B{});
  return detail::make<Q>(Node::Op::multiply, a.value * b.value, a.why, a.value, b.why, b.value);
}
template <class A, class B>
auto operator/(Figure<A> a, Figure<B> b) {
  using Q = decltype(A{} / B{});
  return detail::make<Q>(Node::Op::divide, a.value / b.value, a.why, a.value, b.why, b.value);
}
template <class Q>
Figure<Q> operator*(Figure<Q> a, double k) {
  return detail::make<Q>(Node::Op::multiply, a.value * k, a.why, a.value, nullptr, k);
}
template <class Q>
Figure<Q> operator*(double k, Figure<Q> a) {
  return detail::make<Q>(Node::Op::multiply, k * a.value, nullptr, k, a.why, a.value);
}
template <class Q>
Figure<Q> operator/(Figure<Q> a, double k) {
  return detail::make<Q>(Node::Op::divide, a.value / k, a.why, a.value, nullptr, k);
}
template <class Q>
Figure<Q> max(Figure<Q> a, Figure<Q> b) {
  return detail::make<Q>(Node::Op::maximum, std::max(a.value, b.value), a.why, a.value, b.why, b.value);
}
template <class Q>
Figure<Q> min(Figure<Q> a, Figure<Q> b) {
  return detail::make<Q>(Node::Op::minimum, std::min(a.value, b.value), a.why, a.value, b.why, b.value);
}
/// The next multiple of `step` that is not below `a`.
template <class Q>
Figure<Q> round_up(Figure<Q> a, double step) {
  return detail::make<Q>(Node::Op::round_up, std::ceil(a.value / step) * step, a.why, a.value, nullptr, step);
}
/// The whole number not above `a`; sizes given as fractions of a block end here.
template <class Q>
Figure<Q> floor(Figure<Q> a) {
  return detail::make<Q>(Node::Op::floor, std::floor(a.value), a.why, a.value, nullptr, 1);
}

using Number = Figure<Scalar>;

/// Brings given numbers into a computation: with a Trace they carry their origin, without they are bare.
class Given {
 public:
  explicit Given(Trace* trace) : trace_(trace) {}
  bool tracing() const { return trace_ != nullptr; }

  template <class Q>
  Figure<Q> operator()(Q q, std::string_view name, Origin::Kind kind, std::string_view text) const {
    if (trace_ == nullptr) [[likely]]
      return {q.value, nullptr};
    return {q.value, trace_->given(q.value, kUnitName<typename Q::unit>, name, Origin{kind, std::string(text)})};
  }
  Number operator()(double v, std::string_view name, Origin::Kind kind, std::string_view text) const {
    return (*this)(Scalar{v}, name, kind, text);
  }
  template <class Q>
  Figure<Q> operator()(const Fact<Q>& fact, std::string_view name) const {
    return (*this)(*fact, name, fact.origin.kind, fact.origin.text);
  }
  Number operator()(const Fact<double>& fact, std::string_view name) const {
    return (*this)(Scalar{*fact}, name, fact.origin.kind, fact.origin.text);
  }

 private:
  Trace* trace_;
};

/// The estimate and the range it is sure of: low <= value <= high.
template <class Q>
struct Interval {
  Q low, value, high;
};

/// The formula of one node in plain text with parentheses, named parts by name: "layers * (k + v)".
std::string formula_of(const Node& node);
/// The given numbers and named parts that `formula_of` mentions, each once, in order.
std::vector<const Node*> inputs_of(const Node& node);

}  // namespace edgefit
