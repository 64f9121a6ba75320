// The little of CLI11 that commands use: text, lists, switches and positionals. Values arrive as text and are
// checked by edgefit itself, so that a bad one is told with what, where and a hint.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace edgefit {

class Flags {
 public:
  explicit Flags(CLI::App& app) : app_(app) {}

  /// Heading in --help for the flags that follow.
  void heading(const char* title) { heading_ = title; }
  /// A flag with a value; when repeated the last one counts.
  void text(const char* names, std::string& value, const char* type, const std::string& help);
  /// A flag that repeats; each takes exactly one value, so it never swallows a positional.
  void list(const char* names, std::vector<std::string>& values, const char* type, const std::string& help);
  void toggle(const char* name, bool& value, const std::string& help);
  /// Positionals are required and come in the order of their declaration.
  void positional(const char* name, std::string& value, const std::string& help);

 private:
  CLI::App& app_;
  std::string heading_ = "Flags";
};

}  // namespace edgefit
