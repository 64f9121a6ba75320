// Errors across rooms: a value or a Problem that says what, where and what next.
// Same member names as std::expected, so that one alias replaces it later.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace edgefit {

/// An expected failure. Printed as `error: what`, `  in where`, `  hint: hint`.
struct Problem {
  std::string what;
  std::string where;
  std::string hint;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}            // NOLINT
  Result(Problem problem) : state_(std::in_place_index<1>, std::move(problem)) {}  // NOLINT

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Problem& error() { return std::get<1>(state_); }
  const Problem& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Problem> state_;
};

/// Success without a value.
struct Done {};

}  // namespace edgefit
