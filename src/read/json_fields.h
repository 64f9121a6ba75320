// Typed access to the fields of a JSON object from a stranger. The first wrong type or value becomes a Problem
// that names its JSON pointer; unknown keys become warnings with the nearest known key.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "edgefit/fact.h"
#include "edgefit/result.h"
#include "edgefit/units.h"

namespace edgefit {

/// What goes wrong while a document is read; shared by all its objects.
struct JsonReport {
  std::string name;  ///< of the file, in problems and origins
  std::optional<Problem> problem;
  std::vector<std::string> warnings;
  /// Remembers the first failure only.
  void fail(std::string what, const std::string& pointer, std::string hint);
};

/// Limits of a number.
struct Range {
  double low = 0, high = 0;
  bool whole = true;
};

class JsonFields {
 public:
  /// `value` may be null: then every field is absent. A value that is no object is a Problem.
  JsonFields(const Json* value, std::string pointer, std::span<const std::string_view> known, JsonReport& report);

  bool present() const { return object_ != nullptr; }
  /// Nothing when absent or null.
  const Json* child(std::string_view key) const;
  std::string pointer(std::string_view key) const;
  Origin origin(std::string_view key) const;
  JsonReport& report() const { return report_; }

  std::optional<double> number(std::string_view key, Range range) const;
  /// A whole number, or a string such as "8B".
  std::optional<double> count(std::string_view key, Range range) const;
  std::optional<Bytes> bytes(std::string_view key) const;
  std::optional<Seconds> seconds(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const;
  /// Control characters are made visible.
  std::string text(std::string_view key) const;
  /// A list of texts; empty when absent.
  std::vector<std::string> texts(std::string_view key) const;
  /// A list of numbers; empty when absent.
  std::vector<double> numbers(std::string_view key, Range range) const;

  void fill(Fact<double>& fact, std::string_view key, Range range) const;
  void fill_bytes(Fact<Bytes>& fact, std::string_view key) const;

 private:
  std::optional<double> check(const Json& value, const std::string& pointer, Range range) const;

  const Json* object_ = nullptr;
  std::string pointer_;
  JsonReport& report_;
};

}  // namespace edgefit
