// The command line: a table of commands, one file each. Nothing below this room prints, exits, reads the clock
// or the environment; nothing in it computes a number that a report shows.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "cli/flags.h"
#include "edgefit/result.h"

namespace edgefit {

/// The work of a command after its flags were parsed: its exit code, or a Problem (exit code 2).
using Run = std::function<Result<int>()>;

struct Command {
  std::string_view name;
  std::string_view summary;      ///< one line for `edgefit --help`
  Run (*declare)(Flags& flags);  ///< tells the flags; the Run owns where their values land
  enum class Audience { people, packagers };
  Audience audience = Audience::people;  ///< what packagers need stands in the man page only
};
std::span<const Command> commands();

/// What `edgefit` takes instead of a command.
struct ProgramFlag {
  std::string_view letter, name;  ///< "-V", "--version"
  std::string_view help;
  std::string (*text)();  ///< what it prints
};
std::span<const ProgramFlag> program_flags();

Run declare_attest(Flags& flags);       // attest.cc
Run declare_assess(Flags& flags);       // assess.cc
Run declare_calibrate(Flags& flags);    // calibrate.cc
Run declare_catalog(Flags& flags);      // catalog.cc
Run declare_audit(Flags& flags);        // audit.cc
Run declare_completions(Flags& flags);  // completions.cc
Run declare_explain(Flags& flags);      // explain.cc
Run declare_inspect(Flags& flags);      // inspect.cc
Run declare_man(Flags& flags);          // man.cc
Run declare_plan(Flags& flags);         // plan.cc
Run declare_probe(Flags& flags);        // probe.cc
Run declare_rank(Flags& flags);         // rank.cc
Run declare_verify(Flags& flags);       // verify.cc
Run declare_roadmap(Flags& flags);      // roadmap.cc

/// The whole program: parses, runs, maps to an exit code.
int run_cli(int argc, char** argv);

}  // namespace edgefit
