#include "cli/cli.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "cli/language.h"
#include "cli/output.h"
#include "edgefit/catalog.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kCommands = {
    Command{"assess", mark("will this model run here, how fast, and if not, what makes it?"), declare_assess},
    Command{"plan", mark("what to change or buy so that a model runs: options side by side"), declare_plan},
    Command{"inspect", mark("what a model file or descriptor says"), declare_inspect},
    Command{"probe", mark("what this box is"), declare_probe},
    Command{"calibrate", mark("real runs against predictions, for closer ones on this box"), declare_calibrate},
    Command{"rank", mark("which of many models run on this box, and in which precision"), declare_rank},
    Command{"audit", mark("is this box fit to hold models and data?"), declare_audit},
    Command{"verify", mark("does the running server do what was promised?"), declare_verify},
    Command{"roadmap", mark("the 30 days from plan to upkeep, as far as evidence proves them"), declare_roadmap},
    Command{"attest", mark("what no program can see, said by a person and kept as evidence"), declare_attest},
    Command{"explain", mark("the arithmetic behind any number of an assessment"), declare_explain},
    Command{"catalog", mark("hardware, parts and prices that edgefit knows, and how old they are"), declare_catalog},
    Command{"completions", mark("what completes commands and flags in bash, zsh or fish, on stdout"),
            declare_completions, Command::Audience::packagers},
    Command{"man", mark("the manual page, on stdout"), declare_man, Command::Audience::packagers},
};

constexpr int kUsage = 2;

const Command* find_command(std::string_view name) {
  const auto at =
      std::find_if(kCommands.begin(), kCommands.end(), [name](const Command& command) { return command.name == name; });
  return at == kCommands.end() ? nullptr : &*at;
}

std::string overview() {
  std::string text = std::string(tr("Will this model run on this box, how fast, and if not, what makes it?")) + "\n\n";
  text += std::string(tr("usage: edgefit COMMAND [FLAGS]")) + "\n\n";
  for (const auto& command : kCommands) {
    if (command.audience == Command::Audience::people)
      text += fmt::format("  {:<9} {}\n", command.name, tr(command.summary.data()));
  }
  text +=
      std::string("\n") + tr("edgefit COMMAND --help tells its flags; edgefit --version the age of its facts.") + "\n";
  return text;
}

std::string version() {
  const size_t rows = accelerators().size() + cpus().size() + systems().size() + builtin_catalog().parts.size();
  return fmt::format("edgefit {} (catalog {}, {} rows)\n", EDGEFIT_VERSION, catalog_date(), rows);
}

constexpr std::array kProgramFlags = {
    ProgramFlag{"-h", "--help", mark("all commands"), overview},
    ProgramFlag{"-V", "--version", mark("the version and the date of the catalog"), version},
};

int finish(const Result<Done>& written) {
  if (!written) print_problem(written.error());
  return written ? 0 : kUsage;
}

int run_command(const Command& command, const std::vector<std::string>& words) {
  Flags flags("edgefit " + std::string(command.name), tr(command.summary.data()));
  const Run run = command.declare(flags);
  const auto wish = flags.parse(words);
  if (!wish) {
    print_problem(wish.error());
    return kUsage;
  }
  if (*wish == Flags::Wish::help) return finish(write_stdout(flags.help()));
  const Result<int> code = run();
  if (!code) print_problem(code.error());
  return code ? *code : kUsage;
}

int unknown_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const auto& command : kCommands) names.push_back(command.name);
  const std::string near = did_you_mean(word, names);
  const char* const what = word.starts_with("-") ? tr("unknown flag '{}'") : tr("unknown command '{}'");
  print_problem(
      {fmt::format(fmt::runtime(what), word), "", near.empty() ? tr("edgefit --help lists the commands") : near});
  return kUsage;
}

int dispatch(std::vector<std::string> words) {
  if (const auto chosen = choose_language(words); !chosen) {
    print_problem(chosen.error());
    return kUsage;
  }
  if (words.empty()) {
    print_problem({tr("no command given"), "", tr("edgefit --help lists them; start with: edgefit assess MODEL")});
    return kUsage;
  }
  if (words[0] == "help") words = {words.size() > 1 ? words[1] : "--help", "--help"};
  for (const auto& flag : kProgramFlags)
    if (words[0] == flag.letter || words[0] == flag.name) return finish(write_stdout(flag.text()));
  const Command* command = find_command(words[0]);
  return command == nullptr ? unknown_command(words[0]) : run_command(*command, {words.begin() + 1, words.end()});
}

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

std::span<const ProgramFlag> program_flags() {
  return kProgramFlags;
}

int run_cli(int argc, char** argv) {
  // The character set follows the user; numbers are always written with a point, words come from our catalogues.
  std::setlocale(LC_CTYPE, "");
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return dispatch({argv + std::min(argc, 1), argv + argc});
  } catch (const std::exception& error) {
    print_problem({tr("edgefit failed in a way it should not"), error.what(), tr("please report this with the input")});
    return kUsage;
  }
}

}  // namespace edgefit
