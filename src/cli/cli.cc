#include "cli/cli.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <exception>

#include "cli/output.h"
#include "edgefit/catalog.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kCommands = {
    Command{"assess", "will this model run on this box, how fast, and if not, what makes it?", declare_assess},
    Command{"inspect", "what a model file or descriptor says", declare_inspect},
    Command{"probe", "what this box is", declare_probe},
    Command{"explain", "the arithmetic behind any number of an assessment", declare_explain},
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
  for (const auto& command : kCommands) text += fmt::format("  {:<9} {}\n", command.name, tr(command.summary.data()));
  text +=
      std::string("\n") + tr("edgefit COMMAND --help tells its flags; edgefit --version the age of its facts.") + "\n";
  return text;
}

std::string version() {
  const size_t rows = accelerators().size() + cpus().size() + systems().size();
  return fmt::format("edgefit {} (catalog {}, {} rows)\n", EDGEFIT_VERSION, catalog_date(), rows);
}

int finish(const Result<Done>& written) {
  if (!written) print_problem(written.error());
  return written ? 0 : kUsage;
}

/// The first argument that no flag or positional took, flags first.
std::string stray_argument(const CLI::App& app) {
  const auto rest = app.remaining();
  const auto flag =
      std::find_if(rest.begin(), rest.end(), [](const std::string& word) { return word.starts_with("-"); });
  if (flag != rest.end()) return flag->substr(0, flag->find('='));
  return rest.empty() ? std::string() : rest.front();
}

Problem usage_problem(const CLI::App& app, const CLI::ParseError& error) {
  const std::string help = fmt::format(fmt::runtime(tr("see {} --help")), app.get_name());
  const std::string stray = stray_argument(app);
  if (stray.starts_with("-")) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    const std::string near = did_you_mean(stray, candidates);
    return {fmt::format(fmt::runtime(tr("unknown flag '{}'")), stray), "", near.empty() ? help : near};
  }
  if (error.get_name() == "ExtrasError" && !stray.empty()) {
    return {fmt::format(fmt::runtime(tr("'{}' is one argument too many")), stray), "", help};
  }
  std::string what = error.what();
  if (!what.empty() && what.size() > 1 && std::islower(static_cast<unsigned char>(what[1])) != 0) {
    what[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(what[0])));
  }
  return {what, "", help};
}

/// CLI11's help without its double empty lines.
std::string help_text(const CLI::App& app) {
  std::string text = app.help();
  for (size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n", at)) text.erase(at, 1);
  return text;
}

int run_command(const Command& command, int argc, char** argv) {
  CLI::App app(tr(command.summary.data()), "edgefit " + std::string(command.name));
  app.get_formatter()->column_width(30);
  app.set_help_flag("-h,--help", tr("this text"));
  Flags flags(app);
  const Run run = command.declare(flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return finish(write_stdout(help_text(app)));
  } catch (const CLI::ParseError& error) {
    print_problem(usage_problem(app, error));
    return kUsage;
  }
  const Result<int> code = run();
  if (!code) print_problem(code.error());
  return code ? *code : kUsage;
}

int dispatch(int argc, char** argv) {
  if (argc < 2) {
    print_problem({tr("no command given"), "", tr("edgefit --help lists them; start with: edgefit assess MODEL")});
    return kUsage;
  }
  const std::string_view word = argv[1];
  if (word == "-h" || word == "--help" || (word == "help" && argc == 2)) return finish(write_stdout(overview()));
  if (word == "-V" || word == "--version") return finish(write_stdout(version()));
  if (word == "help") {
    static std::string help = "--help";
    std::array<char*, 3> asked = {argv[2], help.data(), nullptr};
    if (const Command* command = find_command(argv[2])) return run_command(*command, 2, asked.data());
  }
  if (const Command* command = find_command(word)) return run_command(*command, argc - 1, argv + 1);
  const std::string_view wrong = word == "help" ? argv[2] : word;
  std::vector<std::string_view> names;
  for (const auto& command : kCommands) names.push_back(command.name);
  const std::string near = did_you_mean(wrong, names);
  print_problem(
      {fmt::format(fmt::runtime(wrong.starts_with("-") ? tr("unknown flag '{}'") : tr("unknown command '{}'")), wrong),
       "", near.empty() ? tr("edgefit --help lists the commands") : near});
  return kUsage;
}

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const auto near = nearest(word, candidates, 1);
  return near.empty() ? std::string() : fmt::format(fmt::runtime(tr("did you mean '{}'?")), near.front());
}

int run_cli(int argc, char** argv) {
  // Words and character set follow the user; numbers are always written with a point.
  std::setlocale(LC_CTYPE, "");
  std::setlocale(LC_MESSAGES, "");
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return dispatch(argc, argv);
  } catch (const std::exception& error) {
    print_problem({tr("edgefit failed in a way it should not"), error.what(), tr("please report this with the input")});
    return kUsage;
  }
}

}  // namespace edgefit
