// edgefit completions SHELL: a script that completes commands, flags and their values. It is written from the
// declarations of the commands and runs without edgefit, so that a key press starts no program.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/parse.h"
#include "cli/choices.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/shared_rows.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Spoken by all three shells' helpers below.
const char* word_of(Places places) {
  constexpr std::array kWords = {"none", "files", "folders"};
  return kWords.at(static_cast<size_t>(places));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// Between single quotes of bash and zsh.
std::string quoted(std::string text) {
  return "'" + replaced(std::move(text), "'", R"('\'')") + "'";
}

std::string joined(const std::vector<std::string>& words, const char* between = " ") {
  return fmt::format("{}", fmt::join(words, between));
}

bool has_command(const SharedRow& shared, std::string_view command) {
  return std::find(shared.commands.begin(), shared.commands.end(), command) != shared.commands.end();
}

std::vector<std::string> names_of_commands() {
  std::vector<std::string> out;
  for (const auto& command : commands()) out.emplace_back(command.name);
  return out;
}

std::vector<std::string> names_of_program_flags() {
  std::vector<std::string> out = {"--lang"};
  for (const auto& flag : program_flags()) out.emplace_back(flag.name);
  return out;
}

constexpr std::string_view kBashHead = R"(# bash completion of edgefit, written by: edgefit completions bash

# CURRENT none|files|folders WORDS
_edgefit_offer() {
  mapfile -t COMPREPLY < <(
    compgen -W "$3" -- "$1"
    case $2 in
      files) compgen -f -- "$1" ;;
      folders) compgen -d -- "$1" ;;
    esac
  )
  [[ $2 == none ]] || compopt -o filenames 2>/dev/null
  [[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace 2>/dev/null
}

_edgefit() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= at
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    case ${COMP_WORDS[at]} in
      --lang | =) [[ ${COMP_WORDS[at + 1]} == = ]] || ((at += 1)) ;;
      -*) ;;
      *)
        command=${COMP_WORDS[at]}
        break
        ;;
    esac
  done
  COMPREPLY=()
)";

/// "--gpu:assess | --gpu:plan": the word before, and the command.
std::string bash_patterns(const SharedRow& shared) {
  std::vector<std::string> out;
  for (const auto& name : shared.row.names)
    for (const auto command : shared.commands) out.push_back(fmt::format("{}:{}", name, command));
  return joined(out, " | ");
}

/// What a command takes where no value of a flag is due.
std::string bash_words(std::string_view command, const std::vector<SharedRow>& rows) {
  std::vector<std::string> flags, words;
  Places places = Places::none;
  for (const auto& shared : rows) {
    if (!has_command(shared, command)) continue;
    auto& into = shared.row.positional ? words : flags;
    const auto& from = shared.row.positional ? shared.row.choices : shared.row.names;
    into.insert(into.end(), from.begin(), from.end());
    if (shared.row.positional) places = std::max(places, places_of(shared.row));
  }
  return fmt::format(
      "    {})\n      case $cur in\n        -*) _edgefit_offer \"$cur\" none {} ;;\n"
      "        *) _edgefit_offer \"$cur\" {} {} ;;\n      esac\n      ;;\n",
      command, quoted(joined(flags)), word_of(places), quoted(joined(words)));
}

std::string bash() {
  const auto rows = shared_rows();
  std::string out(kBashHead);
  out += "  case $prev:$command in\n";
  for (const auto& shared : rows) {
    const FlagRow& row = shared.row;
    if (row.positional || row.type.empty()) continue;
    // --lang may stand before the command as well.
    const std::string_view before = row.names.front() == "--lang" ? "--lang: | " : "";
    out += fmt::format("    {}{}) _edgefit_offer \"$cur\" {} {}; return ;;\n", before, bash_patterns(shared),
                       word_of(places_of(row)), quoted(joined(row.choices)));
  }
  out += "  esac\n  case $command in\n";
  const std::string all = joined(names_of_commands());
  out += fmt::format("    '') _edgefit_offer \"$cur\" none {} ;;\n",
                     quoted("help " + all + " " + joined(names_of_program_flags())));
  out += fmt::format("    help) _edgefit_offer \"$cur\" none {} ;;\n", quoted(all));
  for (const auto& command : commands()) out += bash_words(command.name, rows);
  return out + "  esac\n}\n\ncomplete -F _edgefit edgefit\n";
}

constexpr std::string_view kZshHead = R"(#compdef edgefit
# zsh completion of edgefit, written by: edgefit completions zsh

# none|files|folders WORD...
_edgefit_offer() {
  local places=$1 code=1
  shift
  compadd -- "${(@)@:#*=}" && code=0
  compadd -S '' -- "${(@M)@:#*=}" && code=0
  case $places in
    files) _files && code=0 ;;
    folders) _files -/ && code=0 ;;
  esac
  return code
}

_edgefit() {
  local curcontext=$curcontext state line
  local -a commands specs
)";

/// Text inside a specification of _arguments and _describe.
std::string zsh_text(std::string text) {
  for (const char* const sign : {"\\", ":", "[", "]"}) text = replaced(std::move(text), sign, std::string("\\") + sign);
  return text;
}

std::string zsh_spec(const FlagRow& row) {
  std::string offer = fmt::format(" _edgefit_offer {} {}", word_of(places_of(row)), fmt::join(row.choices, " "));
  const bool offers = !row.choices.empty() || places_of(row) != Places::none;
  if (!offers) offer = " ";
  if (row.positional) {
    const char* const which = row.repeats ? "*" : row.required ? "" : ":";
    return quoted(fmt::format("{}:{}:{}", which, zsh_text(row.type), offer));
  }
  std::string out;
  for (const auto& name : row.names) {
    const bool word = name.starts_with("--");
    const std::string value = row.type.empty() ? "" : fmt::format(":{}:{}", zsh_text(row.type), offer);
    out += fmt::format("{}{}", out.empty() ? "" : " ",
                       quoted(fmt::format("{}{}{}[{}]{}", row.repeats ? "*" : "", name,
                                          row.type.empty() || !word ? "" : "=", zsh_text(row.help), value)));
  }
  return out;
}

std::string zsh() {
  std::string out(kZshHead);
  out += "  commands=(\n";
  for (const auto& command : commands())
    out += fmt::format("    {}\n",
                       quoted(zsh_text(std::string(command.name)) + ":" + zsh_text(tr(command.summary.data()))));
  out += "  )\n  _arguments -C \\\n";
  const auto rows = shared_rows();
  const auto lang = std::find_if(rows.begin(), rows.end(),
                                 [](const SharedRow& shared) { return shared.row.names.front() == "--lang"; });
  out += fmt::format("    {} \\\n", zsh_spec(lang->row));
  for (const auto& flag : program_flags()) {
    out += fmt::format("    '(- *)'{{{},{}}}{} \\\n", flag.letter, flag.name,
                       quoted("[" + zsh_text(tr(flag.help.data())) + "]"));
  }
  out +=
      "    '1: :->command' '*:: :->rest' && return\n  case $state in\n    command) _describe -t commands command "
      "commands ;;\n";
  out += "    rest)\n";
  for (const auto& shared : rows)
    out += fmt::format("      [[ $words[1] == ({}) ]] && specs+=({})\n", fmt::join(shared.commands, "|"),
                       zsh_spec(shared.row));
  out += "      [[ $words[1] == help ]] && specs=('1:COMMAND: _describe -t commands command commands')\n";
  return out +
         "      _arguments -S $specs\n      ;;\n  esac\n}\n\n"
         "if [[ $funcstack[1] == _edgefit ]]; then _edgefit \"$@\"; else compdef _edgefit edgefit; fi\n";
}

/// Between single quotes of fish.
std::string fish_quoted(std::string text) {
  return "'" + replaced(replaced(std::move(text), "\\", "\\\\"), "'", "\\'") + "'";
}

/// " -l cpu -x -a 'words' -d 'explanation'"
std::string fish_form(const FlagRow& row) {
  std::string out;
  const Places places = places_of(row);
  if (row.positional) {
    if (places != Places::none) out += " -F";
  } else {
    for (const auto& name : row.names)
      out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!row.type.empty()) out += places == Places::none ? " -x" : " -r -F";
  }
  if (!row.choices.empty()) out += " -a " + fish_quoted(joined(row.choices));
  return out + " -d " + fish_quoted(row.positional ? row.type : row.help) + "\n";
}

constexpr std::string_view kFishHead = R"(# fish completion of edgefit, written by: edgefit completions fish

# No command stands there yet; --lang and its value may.
function __edgefit_wants_command
  set -l words (commandline -opc)
  set -e words[1]
  while set -q words[1]
    switch $words[1]
      case --lang
        set -e words[1]
        set -q words[1]; and set -e words[1]
      case '-*'
        set -e words[1]
      case '*'
        return 1
    end
  end
end

complete -c edgefit -f
)";

std::string fish() {
  std::string out(kFishHead);
  constexpr const char* kFirst = "complete -c edgefit -n __edgefit_wants_command";
  for (const auto& command : commands())
    out += fmt::format("{} -a {} -d {}\n", kFirst, command.name, fish_quoted(tr(command.summary.data())));
  for (const auto& flag : program_flags()) {
    out += fmt::format("{} -s {} -l {} -d {}\n", kFirst, flag.letter.substr(1), flag.name.substr(2),
                       fish_quoted(tr(flag.help.data())));
  }
  out += fmt::format("complete -c edgefit -n '__fish_seen_subcommand_from help' -a {}\n",
                     fish_quoted(joined(names_of_commands())));
  for (const auto& shared : shared_rows()) {
    const FlagRow& row = shared.row;
    if (row.names.front() == "--lang") out += kFirst + fish_form(row);
    if (!row.positional || !row.choices.empty() || places_of(row) != Places::none) {
      out += fmt::format("complete -c edgefit -n '__fish_seen_subcommand_from {}'", fmt::join(shared.commands, " ")) +
             fish_form(row);
    }
  }
  return out;
}

struct Shell {
  std::string_view name;
  std::string (*script)();
};
constexpr std::array kShells = {Shell{"bash", bash}, Shell{"zsh", zsh}, Shell{"fish", fish}};

Result<int> run(const std::string& shell) {
  const auto* const at =
      std::find_if(kShells.begin(), kShells.end(), [&shell](const Shell& row) { return row.name == shell; });
  if (at == kShells.end())
    return Problem{say(tr("there are no completions for '{}'"), printable(shell)), "", tr("say bash, zsh or fish")};
  if (const auto written = write_stdout(at->script()); !written) return written.error();
  return 0;
}

}  // namespace

Run declare_completions(Flags& flags) {
  auto shell = std::make_shared<std::string>();
  flags.positional("SHELL", *shell, tr("bash, zsh or fish"), Flags::Need::required, names_of(kShells, &Shell::name));
  return [shell] { return run(*shell); };
}

}  // namespace edgefit
