// edgefit man: the manual page. Commands and flags come from their declarations; the sections around them are the
// tables of this file.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "cli/cli.h"
#include "cli/date.h"
#include "cli/output.h"
#include "cli/shared_rows.h"
#include "edgefit/text.h"
#include "report/width.h"

namespace edgefit {
namespace {

constexpr std::array kSigns = {std::pair{"-", "\\-"}, std::pair{"'", "\\(aq"}, std::pair{"^", "\\(ha"},
                               std::pair{"~", "\\(ti"}, std::pair{"\"", "\\(dq"}};

struct Entry {
  const char* term;
  const char* text;  ///< marked
};
constexpr std::array kDescription = {
    mark("edgefit reads a model file or a short description of a model, looks at the machine or at one that is "
         "described, "
         "and answers with a bill of memory, an expected speed and a verdict: as text, as JSON and as an exit code. "
         "Every "
         "figure can be asked why, says what was measured and what was assumed, and comes with its margin."),
    mark("It reads the header of the model, /proc, /sys and what hwloc and the libraries of the makers of accelerators "
         "tell. "
         "It writes only files that are named, starts no other program and opens no connection; only edgefit verify "
         "speaks with the one server whose address it is given."),
};
constexpr std::array kExitCodes = {
    Entry{"0", mark("It runs: ready, or tight. An inspection found nothing that fails.")},
    Entry{"1", mark("Not ready, or something fails.")},
    Entry{"2", mark("The question could not be read: usage, a missing or broken file. Standard output stays empty.")},
    Entry{"3", mark("Unknown: a fact is missing that could change the answer.")},
    Entry{"130", mark("Interrupted.")},
};
constexpr std::array kFiles = {
    Entry{"host.json", mark("A recorded machine: edgefit probe -o host.json, and --host host.json elsewhere.")},
    Entry{"case.json", mark("A question with its machine, model, engine and load: edgefit assess -o case.json.")},
    Entry{"edgefit.models.json", mark("Checksums of the models in a folder: edgefit audit --write-manifest.")},
};
constexpr std::array kEnvironment = {
    Entry{"LANGUAGE, LC_ALL, LC_MESSAGES, LANG",
          mark("The language, unless --lang is given. The character set follows the locale too.")},
    Entry{"NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE",
          mark("Not empty: no colours, or colours also where the output is no terminal.")},
    Entry{"SOURCE_DATE_EPOCH", mark("The date of reports, in seconds since 1970, unless --as-of is given.")},
    Entry{"HOME", mark("Where edgefit audit looks for stores of models.")},
    Entry{"LD_LIBRARY_PATH", mark("Where the libraries of the makers of accelerators are looked for first.")},
};
constexpr std::array kExamples = {
    Entry{"edgefit assess llama-3.1-8b --quant q4_k_m", mark("Will this model run here?")},
    Entry{"edgefit assess model.gguf --gpu rtx-4090 --ram 64GiB --context 32768",
          mark("And on another box, with a long context?")},
    Entry{"edgefit plan llama-3.1-70b --budget \"5000 EUR\" -o plan.md", mark("What would have to be bought?")},
    Entry{"edgefit explain model.gguf kv_cache", mark("Why this number?")},
    Entry{"edgefit rank --goal tokens_per_second=20", mark("Which models run here at that speed?")},
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// A line of roff: nothing in it is a request, and what is typed keeps its ASCII signs.
std::string plain(std::string_view text) {
  std::string out(text);
  out = replaced(std::move(out), "\\", "\\e");
  for (const auto& [sign, escape] : kSigns) out = replaced(std::move(out), sign, escape);
  return out.starts_with(".") ? "\\&" + out : out;
}

/// In short lines, as roff's readers want its source.
std::string filled(std::string_view text) {
  constexpr size_t kColumns = 66;  // and room for escapes
  std::string out;
  for (const auto& line : wrap(text, kColumns)) out += plain(line) + "\n";
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + plain(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + plain(text) + "\\fR";
}

std::string section(const char* title) {
  return fmt::format(".SH {}\n", plain(title));
}

std::string item(const std::string& term, std::string_view text) {
  return fmt::format(".TP\n{}\n{}", term, filled(text));
}

template <size_t N>
std::string entries(const char* title, const std::array<Entry, N>& rows) {
  std::string out = section(title);
  for (const auto& row : rows) out += item(bold(row.term), tr(row.text));
  return out;
}

std::string page_head(const std::string& date) {
  std::string out =
      fmt::format(".TH EDGEFIT 1 {} \"edgefit {}\" \"{}\"\n.nh\n.ad l\n", date, EDGEFIT_VERSION, tr("User Commands"));
  out += section(tr("NAME")) + "edgefit \\- " + plain(tr("whether, how fast and on what a model runs")) + "\n";
  out += section(tr("SYNOPSIS"));
  out +=
      fmt::format("{} {} [{}]\n", bold("edgefit"), italic(tr_in("usage", "COMMAND")), italic(tr_in("usage", "FLAGS")));
  for (const auto& flag : program_flags()) out += fmt::format(".br\n{}\n", bold(fmt::format("edgefit {}", flag.name)));
  out += section(tr("DESCRIPTION"));
  for (const char* const paragraph : kDescription)
    out += (paragraph == kDescription.front() ? "" : ".PP\n") + filled(tr(paragraph));
  return out;
}

/// "MODEL [TERM] [WORDS...]", as typed behind the name of the command.
std::string typed_behind(const std::string_view command, const std::vector<SharedRow>& rows) {
  std::string out;
  for (const auto& [row, names] : rows) {
    if (!row.positional || std::find(names.begin(), names.end(), command) == names.end()) continue;
    const std::string word = italic(row.type) + (row.repeats ? "..." : "");
    out += row.required ? " " + word : " [" + word + "]";
  }
  return out;
}

std::string page_commands(const std::vector<SharedRow>& rows) {
  std::string out = section(tr("COMMANDS"));
  for (const auto& command : commands()) {
    out += item(bold(command.name) + typed_behind(command.name, rows), tr(command.summary.data()));
    for (const auto& [row, names] : rows) {
      if (row.positional && std::find(names.begin(), names.end(), command.name) != names.end())
        out += fmt::format(".br\n{}: {}\n", italic(row.type), plain(row.help));
    }
  }
  return out;
}

std::string flag_item(const FlagRow& row) {
  std::string term;
  for (const auto& name : row.names) term += (term.empty() ? "" : ", ") + bold(name);
  if (!row.type.empty()) term += " " + italic(row.type);
  return item(term, row.help);
}

/// Flags under the headings of --help, a heading for each set of commands that share them.
std::string page_flags(std::vector<SharedRow> rows) {
  std::string out = section(tr("OPTIONS"));
  const std::vector<std::string_view> all = rows.front().commands;
  while (!rows.empty()) {
    const SharedRow first = rows.front();
    const auto together = [&first](const SharedRow& shared) {
      return shared.commands == first.commands && shared.row.heading == first.row.heading;
    };
    if (!first.row.positional) {
      const std::string whose =
          first.commands == all ? std::string(tr("all commands")) : fmt::format("{}", fmt::join(first.commands, ", "));
      out += fmt::format(".SS \"{}\"\n.RS 0\n{}\n.RE\n", plain(first.row.heading), italic(whose));
      for (const auto& shared : rows)
        if (together(shared)) out += flag_item(shared.row);
    }
    rows.erase(std::remove_if(rows.begin(), rows.end(), together), rows.end());
  }
  return out;
}

Result<int> run() {
  const auto rows = shared_rows();
  const auto date = report_date("");
  if (!date) return date.error();
  const std::string page = page_head(*date) + page_commands(rows) + page_flags(rows) +
                           entries(tr("EXIT STATUS"), kExitCodes) + entries(tr("FILES"), kFiles) +
                           entries(tr("ENVIRONMENT"), kEnvironment) + entries(tr("EXAMPLES"), kExamples);
  if (const auto written = write_stdout(page); !written) return written.error();
  return 0;
}

}  // namespace

Run declare_man(Flags&) {
  return run;
}

}  // namespace edgefit
