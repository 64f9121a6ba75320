// The report for people. Verdict first, then the table that proves it, then what to do, then the next command:
//
//   READY      llama-3.1-8b Q4_K_M on this box
//              13.88 GiB to spare in gpu0
//              NVIDIA GeForce RTX 4090, llama.cpp v0.5.0 cuda, 4 requests x 8,192 tokens
//
//   Memory                 need         have   used
//     gpu0             9.64 GiB    23.52 GiB   41 %  ########............
//       weights        4.58 GiB                      q4_k_m
//   ...
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "edgefit/text.h"
#include "report/phrases.h"
#include "report/reporters.h"
#include "report/sections.h"
#include "report/why.h"
#include "report/width.h"
#include "report/words.h"

namespace edgefit {
namespace {

void print_placement(Page& page, const Answer& answer) {
  const std::string text = placement_text(answer);
  if (text.empty()) return;
  page.paragraph({{fmt::format("{:<{}}  ", tr("Placement"), kLabelWidth)}}, text);
  page.gap();
}

void print_limits(Page& page, const Answer& answer) {
  const Limits& limits = answer.limits;
  const Workload& load = answer.question.workload;
  if (answer.assessment.verdict == Verdict::unknown || !load.context || !load.sequences) return;
  if (limits.max_context <= 0 && limits.max_sequences <= 0) return;
  const bool fits = exit_code_of(answer.assessment.verdict) == 0;
  page.line(fits ? tr("Room to grow, one at a time") : tr("What would fit, one at a time"));
  const auto row = [&page](const char* label, double asked, double most, const std::string& rest) {
    const std::string limit = most > 0 ? show_count(most) : tr("none");
    page.line(fmt::format("  {:<{}}{:>9} -> {} {}", label, kLabelWidth - 2, show_count(asked), limit, rest));
  };
  const auto& trained = answer.question.model->architecture.max_context;
  const bool all = trained && limits.max_context >= *trained;
  row(tr("context"), *load.context, limits.max_context,
      fmt::format(
          fmt::runtime(tr("tokens with {} request", "tokens with {} requests", static_cast<size_t>(*load.sequences))),
          show_count(*load.sequences)) +
          (all ? tr(" (model limit)") : ""));
  row(tr("requests"), *load.sequences, limits.max_sequences,
      fmt::format(fmt::runtime(tr("at once with {} tokens each")), show_count(*load.context)));
  if (answer.question.runtime.backend != Backend::cpu && !answer.question.runtime.gpu_layers &&
      !answer.assessment.placement.server) {
    page.line(tr("  beyond the GPU's memory layers move to the processor, which is slower"));
  }
  page.gap();
}

void print_checks(Page& page, const Answer& answer) {
  std::map<CheckStatus, int> counts;
  for (const auto& check : answer.checks) ++counts[check.finding.status];
  page.line(
      fmt::format("{:<{}}  {}", tr("Checks"), kLabelWidth,
                  fmt::format(fmt::runtime(tr("{} pass, {} warn, {} fail, {} unknown")), counts[CheckStatus::pass],
                              counts[CheckStatus::warn], counts[CheckStatus::fail], counts[CheckStatus::unknown])));
  for (const CheckStatus status : {CheckStatus::fail, CheckStatus::unknown, CheckStatus::warn}) {
    for (const auto& check : answer.checks) {
      if (check.finding.status != status) continue;
      const std::string word = status_word(status);
      page.line({{"  "},
                 {word, paint_of(status)},
                 {padding(word, word_width()) + check.id + "  "},
                 {printable(check.title)}});
      if (!check.message.empty()) page.paragraph({{"        "}}, printable(check.message));
      if (!check.fix.empty()) page.paragraph({{std::string("        ") + tr("fix: ")}}, printable(check.fix));
    }
  }
  if (!answer.refusal.empty()) {
    page.line(answer.question.runtime.profile->rules == EngineRules::vllm
                  ? tr("  At start-up the engine will say, with these figures give or take their ranges:")
                  : tr("  At start-up, with these figures give or take their ranges:"));
    page.paragraph({{"        "}}, answer.refusal);
  }
  page.gap();
}

/// "Inputs: 3 measured, 6 file, 2 catalog, 3 assumed": the given numbers behind the figures of this report.
void print_inputs(Page& page, const Why& why) {
  std::vector<const Node*> roots;
  for (const auto& entry : why.entries()) roots.push_back(entry.node);
  std::map<Origin::Kind, int> counts;
  for (const Node* given : givens_below(roots)) ++counts[given->origin.kind];
  std::string text;
  for (const auto& [kind, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count,
                        kind == Origin::Kind::user ? tr("from you") : tr(name_of(kind)));
  }
  if (!text.empty()) page.paragraph({{fmt::format("{:<{}}  ", tr("Inputs"), kLabelWidth)}}, text);
}

void print_next(Page& page, const Answer& answer) {
  const Why why(answer);
  print_inputs(page, why);
  if (!why.entries().empty()) {
    page.line(fmt::format("  {:<{}}  {}", tr("why a number"), kLabelWidth - 2, tr("edgefit explain MODEL weights")));
  }
  page.line(fmt::format("  {:<{}}  {}", tr("keep the report"), kLabelWidth - 2, tr("add -o report.json")));
  if (answer.command.empty()) return;
  page.gap();
  page.line(tr("Run it so"));
  page.command(printable(answer.command));
}

}  // namespace

void print_headline(Page& page, const Answer& answer) {
  const Verdict verdict = answer.assessment.verdict;
  const std::string word = verdict_word(verdict);
  const size_t column = std::max(size_t{11}, display_width(word) + 2);
  const std::string title =
      fmt::format(fmt::runtime(tr("{} on {}")), title_of(*answer.question.model), box_name(*answer.question.host));
  page.line({{word, paint_of(verdict)}, {padding(word, column) + title}});
  const std::string indent(column, ' ');
  const std::string room = room_text(answer);
  if (!room.empty()) page.paragraph({{indent}}, room);
  page.paragraph({{indent}}, question_text(answer.question));
  const std::string reasons = blockers(answer);
  if (!reasons.empty()) {
    const char* const text = verdict == Verdict::unknown ? tr("undecided: {}") : tr("blocked by: {}");
    page.paragraph({{indent}}, fmt::format(fmt::runtime(text), reasons));
  }
  page.gap();
}

std::string render_terminal(const Answer& answer, const Style& style) {
  Page page(style);
  print_headline(page, answer);
  print_memory(page, answer);
  print_placement(page, answer);
  print_speed(page, answer);
  print_limits(page, answer);
  print_checks(page, answer);
  print_options(page, answer);
  for (const auto& warning : answer.warnings) page.paragraph({{tr("note: ")}}, printable(warning));
  page.gap();
  print_next(page, answer);
  return std::move(page).text();
}

}  // namespace edgefit
