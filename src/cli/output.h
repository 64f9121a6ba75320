// Where a command's result goes: stdout in the form of --format, and any number of files by -o.
// Files are written before stdout, so that a failure leaves nothing on stdout.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flags.h"
#include "edgefit/report.h"
#include "edgefit/result.h"

namespace edgefit {

/// A form in which a command can print its result.
struct Form {
  std::string_view name;       ///< --format NAME, -o NAME:FILE
  std::string_view extension;  ///< -o FILE.EXTENSION
};

/// Of commands whose result no other program's format holds.
const std::vector<Form>& text_and_json();

struct OutputFlags {
  std::vector<std::string> files;
  std::string format = "terminal";
  std::string color = "auto";
};
/// -o, --format, --color.
void declare_output(Flags& flags, OutputFlags& output, const std::vector<Form>& forms);

/// Checked destinations: bad flags are found before any work is done.
class Outputs {
 public:
  static Result<Outputs> make(const OutputFlags& asked, std::vector<Form> forms);
  /// Calls `render` once a destination.
  Result<Done> write(const std::function<std::string(std::string_view form, const Style& style)>& render) const;

 private:
  struct File {
    std::string_view form;
    std::string path;
    bool append = false;  ///< md:FILE adds to what a CI job's summary already holds
  };
  std::vector<File> files_;
  std::string_view form_;
  Style style_;
};

/// How this terminal wants text. `color` is auto, always or never.
Style style_of_stdout(std::string_view color);
/// A reader that went away (SIGPIPE) is no failure; a full disk is.
Result<Done> write_stdout(std::string_view text);
/// `error: what`, `  in where`, `  hint: hint` on stderr.
void print_problem(const Problem& problem);

}  // namespace edgefit
