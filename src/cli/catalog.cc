// edgefit catalog list|show|check: what edgefit knows of the market, what it costs today, what has grown old.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "base/parse.h"
#include "cli/catalog_flags.h"
#include "cli/choices.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/output.h"
#include "edgefit/catalog_entries.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr double kMostMonths = 1200;

constexpr std::array<std::string_view, 4> kSold = {"new", "used", "discontinued", "part_of_system"};

struct CatalogCommand {
  std::string action, as_of, sold, older = "6";
  std::vector<std::string> words;
  CatalogFlags catalog;
  PriceFlags prices;
  OutputFlags output;
};

/// What an action needs: where to look, at which day, where to print.
struct Look {
  std::shared_ptr<const Catalog> catalog;
  PriceTerms terms;
  Outputs outputs;
};

Result<Look> look(const CatalogCommand& typed, const CatalogFlags& files) {
  auto outputs = Outputs::make(typed.output, text_and_json());
  if (!outputs) return outputs.error();
  const auto date = report_date(typed.as_of);
  if (!date) return date.error();
  auto catalog = find_catalog(files);
  if (!catalog) return catalog.error();
  auto terms = price_terms(typed.prices, *date, **catalog);
  if (!terms) return terms.error();
  return Look{std::move(*catalog), std::move(*terms), std::move(*outputs)};
}

Result<int> print(const Outputs& outputs, const std::function<std::string(bool json, const Style& style)>& render,
                  int code = 0) {
  const auto written =
      outputs.write([&render](std::string_view form, const Style& style) { return render(form == "json", style); });
  if (!written) return written.error();
  return code;
}

/// "gpus" means gpu, too.
std::string_view kind_of(std::string_view word) {
  for (const auto kind : catalog_kinds())
    if (word == kind || (word.ends_with('s') && word.substr(0, word.size() - 1) == kind)) return kind;
  return {};
}

bool matches(const CatalogEntry& entry, std::span<const std::string> words) {
  const std::string key = lower(entry.key), name = lower(entry.name);
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return key.find(lower(word)) != std::string::npos || name.find(lower(word)) != std::string::npos;
  });
}

Result<int> list(const CatalogCommand& typed) {
  if (!typed.sold.empty() && std::find(kSold.begin(), kSold.end(), typed.sold) == kSold.end())
    return Problem{fmt::format(fmt::runtime(tr("bad value '{}'")), printable(typed.sold)), "--sold",
                   tr("say new, used, discontinued or part_of_system")};
  const auto at = look(typed, typed.catalog);
  if (!at) return at.error();
  std::span<const std::string> words(typed.words);
  const std::string_view kind = words.empty() ? std::string_view() : kind_of(lower(words.front()));
  if (!kind.empty()) words = words.subspan(1);
  auto entries = catalog_entries(*at->catalog, at->terms);
  std::erase_if(entries, [&](const CatalogEntry& entry) {
    return (!kind.empty() && entry.kind != kind) || (!typed.sold.empty() && entry.sold != typed.sold) ||
           !matches(entry, words);
  });
  if (entries.empty())
    return Problem{tr("the catalog has nothing that fits"), "catalog list",
                   say(tr("kinds are {}"), fmt::join(catalog_kinds(), ", "))};
  return print(at->outputs, [&](bool json, const Style& style) {
    return json ? catalog_json(entries, at->terms) : render_catalog(entries, at->terms, style);
  });
}

Result<int> show(const CatalogCommand& typed) {
  const std::string word = fmt::format("{}", fmt::join(typed.words, " "));
  if (word.empty())
    return Problem{tr("say which thing to show"), "catalog show", "edgefit catalog show geforce-rtx-5090"};
  const auto at = look(typed, typed.catalog);
  if (!at) return at.error();
  auto key = find_item(word, *at->catalog);
  if (!key) {
    const auto cpu = find_cpu(word, *at->catalog);
    if (!cpu) return Problem{key.error().what, "catalog show", key.error().hint};
    key = (*cpu)->key;
  }
  auto entries = catalog_entries(*at->catalog, at->terms);
  std::erase_if(entries, [&](const CatalogEntry& entry) { return entry.key != *key; });
  return print(at->outputs, [&](bool json, const Style& style) {
    return json ? catalog_json(entries, at->terms) : render_catalog_entry(entries.front(), at->terms, style);
  });
}

Result<int> check(const CatalogCommand& typed) {
  double months = 0;
  const char* const end = typed.older.data() + typed.older.size();
  const auto [stop, error] = std::from_chars(typed.older.data(), end, months);
  if (error != std::errc{} || stop != end || !(months >= 0 && months <= kMostMonths))
    return Problem{fmt::format(fmt::runtime(tr("bad value '{}'")), printable(typed.older)), "--older",
                   tr("say a number of months")};
  CatalogFlags files = typed.catalog;
  files.paths.insert(files.paths.end(), typed.words.begin(), typed.words.end());
  const auto at = look(typed, files);
  if (!at) return at.error();
  const Catalog* known = files.paths.empty() ? nullptr : &builtin_catalog();
  const auto ages = catalog_ages(*at->catalog, at->terms, months, known);
  return print(
      at->outputs,
      [&](bool json, const Style& style) {
        return json ? catalog_ages_json(ages, at->terms, months) : render_catalog_ages(ages, months, style);
      },
      ages.empty() ? 0 : 1);
}

struct Action {
  std::string_view name;
  Result<int> (*run)(const CatalogCommand& typed);
};
constexpr std::array kActions = {Action{"list", list}, Action{"show", show}, Action{"check", check}};

Result<int> run(const CatalogCommand& typed) {
  std::vector<std::string_view> names;
  for (const auto& action : kActions) {
    if (action.name == typed.action) return action.run(typed);
    names.push_back(action.name);
  }
  const std::string near = did_you_mean(typed.action, names);
  return Problem{fmt::format(fmt::runtime(tr("'{}' is nothing that catalog can do")), printable(typed.action)), "",
                 near.empty() ? tr("say list, show or check") : near};
}

}  // namespace

Run declare_catalog(Flags& flags) {
  auto typed = std::make_shared<CatalogCommand>();
  flags.positional("ACTION", typed->action, tr("list [KIND] [WORDS], show KEY, or check [FILE...]"),
                   Flags::Need::required, names_of(kActions, &Action::name));
  flags.words("WORDS", typed->words, tr("KIND: gpu soc igpu npu cpu system ram ssd psu"), names_of(catalog_kinds()));
  declare_catalog_flag(flags, typed->catalog);
  declare_price_flags(flags, typed->prices);
  flags.text("--sold", typed->sold, "WORD", tr("list: new, used, discontinued, part_of_system"), names_of(kSold));
  flags.text("--older", typed->older, "MONTHS", tr("check: tell prices older than this (default 6)"));
  declare_output(flags, typed->output, text_and_json());
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the prices (default: today)"));
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
