// The keys of a Hugging Face config.json: one meaning under several names, with the value that transformers takes
// when a key is absent. Wrong types and implausible numbers become the first Problem of the shared report.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "read/json_fields.h"

namespace edgefit {

/// What transformers' configuration class takes for an absent key; switches are 0 and 1.
struct HfDefault {
  std::string_view key;
  double value;
};

/// One object of the config (the whole, or text_config, vision_config ...). Keys that are null count as absent.
class HfFields {
 public:
  /// `object` may be null: then only defaults speak. `pointer` is the object's place in the file, "" or "/text_config".
  HfFields(const Json* object, std::string pointer, std::span<const HfDefault> defaults, JsonReport& report)
      : object_(object), pointer_(std::move(pointer)), defaults_(defaults), report_(&report) {}

  bool present() const { return object_ != nullptr; }
  /// The value under `key` or one of its other names; `found` gets the name that was there.
  const Json* find(std::string_view key, std::string* found = nullptr) const;
  /// The key is there and says null: the part does not exist, where an absent key would mean the default.
  bool says_none(std::string_view key) const;
  std::optional<double> number(std::string_view key, Range range) const;
  /// A number, its default, or the Problem that it is missing (then 0).
  double need(std::string_view key, Range range) const;
  bool flag(std::string_view key, bool otherwise = false) const;
  /// The value of a text; empty when absent or no text.
  std::string text(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;
  /// A list of numbers (true and false count as 1 and 0); empty when absent or no list.
  std::vector<double> numbers(std::string_view key, Range range) const;
  bool is_list(std::string_view key) const;
  /// Sets the fact with its origin: the file, or the default of transformers.
  void fill(Fact<double>& fact, std::string_view key, Range range) const;

  /// An object below this one; its keys have no defaults of their own unless given.
  HfFields child(std::string_view key, std::span<const HfDefault> defaults = {}) const;
  HfFields with_defaults(std::span<const HfDefault> defaults) const { return {object_, pointer_, defaults, *report_}; }
  std::string pointer(std::string_view key) const;
  Origin origin(std::string_view key) const;
  JsonReport& report() const { return *report_; }
  void fail(std::string what, std::string_view key, std::string hint = {}) const;

 private:
  std::optional<double> check(const Json& value, const std::string& key, Range range) const;
  std::optional<double> otherwise(std::string_view key) const;

  const Json* object_;
  std::string pointer_;
  std::span<const HfDefault> defaults_;
  JsonReport* report_;
};

}  // namespace edgefit
