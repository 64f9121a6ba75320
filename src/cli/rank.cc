// edgefit rank [MODEL...]: which of many models run on a box, each in the best precision that fits.
#include "edgefit/rank.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "cli/build_case.h"
#include "cli/catalog_flags.h"
#include "cli/choices.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/find_model.h"
#include "cli/output.h"
#include "edgefit/catalog.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// What people download: llama.cpp's usual files, most bits first.
constexpr std::array kTasks = {
    Task::text_generation,  Task::embedding,      Task::reranking,        Task::image_classification,
    Task::object_detection, Task::speech_to_text, Task::image_generation, Task::other};
constexpr std::array<std::string_view, 5> kUsual = {"q8_0", "q6_k", "q5_k_m", "q4_k_m", "q3_k_m"};
constexpr std::string_view kNative = "native";

struct RankFlags {
  std::vector<std::string> models;
  std::string task, min_context, limit = "20", as_of;
  CaseFlags question;
  CatalogFlags catalog;
  OutputFlags output;
};

Problem bad_value(const char* flag, const std::string& value, std::string hint) {
  return {fmt::format(fmt::runtime(tr("bad value '{}'")), value), flag, std::move(hint)};
}

/// "q8_0,q4_k_m,native"; nothing said = native and the usual ones.
Result<Done> parse_precisions(const std::string& typed, RankTerms& terms) {
  if (typed.empty()) {
    for (const auto name : kUsual) terms.precisions.push_back(find_precision(name));
    return Done{};
  }
  terms.native = false;
  for (size_t at = 0; at <= typed.size();) {
    const size_t comma = std::min(typed.find(',', at), typed.size());
    const std::string word = lower(typed.substr(at, comma - at));
    at = comma + 1;
    if (word == kNative) {
      terms.native = true;
    } else if (const Precision* precision = find_precision(word)) {
      terms.precisions.push_back(precision);
    } else {
      std::vector<std::string_view> names = {kNative};
      for (const auto& row : precisions()) names.push_back(row.name);
      const std::string near = did_you_mean(word, names);
      return bad_value("--quant", word, near.empty() ? tr("write it like --quant native,q8_0,q4_k_m") : near);
    }
  }
  return Done{};
}

Result<std::optional<Task>> parse_task(const std::string& typed) {
  if (typed.empty()) return std::optional<Task>();
  if (const auto task = find_task(lower(typed))) return task;
  std::string all;
  for (int i = 0; i <= static_cast<int>(Task::other); ++i)
    all += fmt::format("{}{}", i > 0 ? ", " : "", name_of(static_cast<Task>(i)));
  return bad_value("--task", typed, fmt::format(fmt::runtime(tr("tasks are {}")), all));
}

/// A whole number written with digits alone.
Result<double> parse_whole(const char* flag, const std::string& typed) {
  double number = 0;
  const bool digits = typed.find_first_not_of("0123456789") == std::string::npos && typed.size() < 12;
  if (typed.empty() || (digits && parse_count(typed, number))) return number;
  return bad_value(flag, typed, tr("a whole number"));
}

/// Memory must hold at least so many tokens, so that many are asked for.
void ask_for_context(double min_context, CaseFlags& typed) {
  double context = 0;
  if (min_context <= 0 || (parse_count(typed.context, context) && context >= min_context)) return;
  typed.context = fmt::format("{:.0f}", min_context);
}

Result<std::vector<RankCandidate>> candidates_of(const RankFlags& flags, const CaseFlags& typed,
                                                 const Catalog& catalog) {
  std::vector<std::string> words = flags.models;
  if (words.empty()) {
    for (const auto& profile : catalog.models) words.emplace_back(profile.key);
  }
  auto questions = build_cases(typed, words, catalog);
  if (!questions) return questions.error();
  std::vector<RankCandidate> out;
  for (size_t i = 0; i < words.size(); ++i) out.push_back({words[i], std::move((*questions)[i])});
  return out;
}

Result<RankTerms> terms_of(const RankFlags& flags) {
  const CaseFlags& typed = flags.question;
  if (!typed.projector.empty() || !typed.adapters.empty() || !typed.draft.empty()) {
    return Problem{tr("--mmproj, --lora and --draft belong to one model, and rank compares many"), "",
                   tr("ask edgefit assess MODEL with them")};
  }
  RankTerms terms;
  if (auto parsed = parse_precisions(typed.quant, terms); !parsed) return parsed.error();
  const auto task = parse_task(flags.task);
  if (!task) return task.error();
  terms.task = *task;
  const auto context = parse_whole("--min-context", flags.min_context);
  if (!context) return context.error();
  terms.min_context = *context;
  return terms;
}

Result<int> run(const RankFlags& flags) {
  const auto outputs = Outputs::make(flags.output, text_and_json());
  if (!outputs) return outputs.error();
  const auto date = report_date(flags.as_of);
  if (!date) return date.error();
  const auto terms = terms_of(flags);
  if (!terms) return terms.error();
  const auto limit = parse_whole("--limit", flags.limit);
  if (!limit) return limit.error();
  CaseFlags typed = flags.question;
  typed.quant.clear();
  ask_for_context(terms->min_context, typed);
  const auto catalog = find_catalog(flags.catalog);
  if (!catalog) return catalog.error();
  const auto candidates = candidates_of(flags, typed, **catalog);
  if (!candidates) return candidates.error();
  const Ranking ranking = rank(*candidates, *terms);
  // Models that can hold less are asked for less: the head tells the most.
  const auto largest = std::max_element(candidates->begin(), candidates->end(), [](const auto& a, const auto& b) {
    return *a.question.workload.context < *b.question.workload.context;
  });
  const RankHead head{*date, largest->question, static_cast<size_t>(*limit)};
  const auto written = outputs->write([&](std::string_view form, const Style& style) {
    return form == "json" ? render_ranking_json(ranking, head) : render_ranking(ranking, head, style);
  });
  if (!written) return written.error();
  return ranking.fits.empty() ? 1 : 0;
}

}  // namespace

Run declare_rank(Flags& flags) {
  auto typed = std::make_shared<RankFlags>();
  flags.words("MODEL", typed->models, tr("files, folders or names (default: inspect --list)"), known_models());
  flags.heading(tr("Which models"));
  flags.text("--task", typed->task, "TASK", tr("only models for it: text-generation, embedding ..."),
             names_of(kTasks, [](Task task) { return name_of(task); }));
  flags.text("--min-context", typed->min_context, "N", tr("only those that hold so many tokens here"));
  flags.text("--limit", typed->limit, "N", tr("rows shown, 0 = all (default: 20)"));
  declare_case(flags, typed->question);
  declare_catalog_flag(flags, typed->catalog);
  declare_output(flags, typed->output, text_and_json());
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the report (default: today)"));
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
