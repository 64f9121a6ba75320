// The flags of one command: text, lists, switches and positionals. The only door to CLI11. Values arrive as text
// and are checked by edgefit itself, so that a bad one is told with what, where and a hint.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/result.h"

namespace CLI {
class App;
}

namespace edgefit {

/// The words that a value may be, made only when completions ask for them. Other values may be allowed beside them;
/// one that ends in "=" goes on.
using Choices = std::function<std::vector<std::string>()>;

/// A flag or a positional as it was declared, for completions and the man page.
struct FlagRow {
  std::vector<std::string> names;  ///< "-h", "--help"; of a positional its name: "MODEL"
  std::string type;                ///< of its value: "FILE"; of a positional its name; empty for a switch
  std::string help, heading;
  bool positional = false, required = false, repeats = false;
  std::vector<std::string> choices;
  bool operator==(const FlagRow&) const = default;
};

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
  void text(const char* names, std::string& value, const char* type, const std::string& help, Choices choices = {});
  /// A flag that repeats; each takes exactly one value, so it never swallows a positional.
  void list(const char* names, std::vector<std::string>& values, const char* type, const std::string& help,
            Choices choices = {});
  void toggle(const char* name, bool& value, const std::string& help);
  enum class Need { required, optional };
  /// Positionals come in the order of their declaration.
  void positional(const char* name, std::string& value, const std::string& help, Need need = Need::required,
                  Choices choices = {});

  /// All words after the other positionals; may be none.
  void words(const char* name, std::vector<std::string>& values, const std::string& help, Choices choices = {});

  enum class Wish { run, help };
  /// Fills the values from the words after the command; a Problem for words that do not fit.
  Result<Wish> parse(const std::vector<std::string>& words);
  std::string help() const;
  /// Everything declared, in the order of its declaration.
  std::vector<FlagRow> rows() const;

 private:
  std::unique_ptr<CLI::App> app_;
  std::string heading_;
  std::map<std::string, Choices> choices_;  ///< by the names of the flag as declared
  std::string language_;                    ///< taken by choose_language() before; here for --help and misspelt flags
};

/// A misspelt word: "did you mean 'assess'?", or nothing when no candidate is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace edgefit
