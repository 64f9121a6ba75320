// The flags of one command: text, lists, switches and positionals. The only door to CLI11. Values arrive as text
// and are checked by edgefit itself, so that a bad one is told with what, where and a hint.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/result.h"

namespace CLI {
class App;
}

namespace edgefit {

class Flags {
 public:
  /// `command` as typed: "edgefit assess".
  Flags(std::string command, std::string summary);
  Flags(const Flags&) = delete;
  Flags& operator=(const Flags&) = delete;
  ~Flags();

  /// Heading in --help for the flags that follow.
  void heading(const char* title) { heading_ = title; }
  /// A flag with a value; when repeated the last one counts.
  void text(const char* names, std::string& value, const char* type, const std::string& help);
  /// A flag that repeats; each takes exactly one value, so it never swallows a positional.
  void list(const char* names, std::vector<std::string>& values, const char* type, const std::string& help);
  void toggle(const char* name, bool& value, const std::string& help);
  enum class Need { required, optional };
  /// Positionals come in the order of their declaration.
  void positional(const char* name, std::string& value, const std::string& help, Need need = Need::required);

  /// All words after the other positionals; may be none.
  void words(const char* name, std::vector<std::string>& values, const std::string& help);

  enum class Wish { run, help };
  /// Fills the values from the words after the command; a Problem for words that do not fit.
  Result<Wish> parse(const std::vector<std::string>& words);
  std::string help() const;

 private:
  std::unique_ptr<CLI::App> app_;
  std::string heading_;
  std::string language_;  ///< taken by choose_language() before; here for --help and misspelt flags
};

/// A misspelt word: "did you mean 'assess'?", or nothing when no candidate is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace edgefit
