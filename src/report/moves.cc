// What moved since a baseline, for people and for programs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "edgefit/baseline.h"
#include "edgefit/text.h"
#include "report/json_parts.h"
#include "report/markdown.h"
#include "report/table.h"
#include "report/words.h"

namespace edgefit {
namespace {

std::string number_text(double value, std::string_view unit, bool exact) {
  if (exact && unit == "s") return fmt::format("{:.6g} s", value);
  if (exact) return show_exact(value, std::string(unit).c_str());
  if (unit == "B") return show_gib(Bytes{value});
  if (unit == "s") return show(Seconds{value});
  if (unit == "tok/s") return show(TokensPerSecond{value});
  return unit == "1/s" ? fmt::format("{:.4g} /s", value) : show_count(value);
}

/// Both sides in words; exactly where rounding would show no difference.
std::pair<std::string, std::string> sides_of(const Move& move) {
  const auto side = [&move](const std::optional<double>& value, const std::string& word, bool exact) {
    if (value) return number_text(*value, move.unit, exact);
    std::string text = word.empty() ? "-" : printable(word);
    if (move.part != "question") std::replace(text.begin(), text.end(), '_', ' ');  // ids: not_ready
    return text;
  };
  const auto both = [&](bool exact) {
    return std::pair(side(move.was, move.was_word, exact), side(move.now, move.now_word, exact));
  };
  const auto rounded = both(false);
  return rounded.first == rounded.second ? both(true) : rounded;
}

/// "+12.0 %", "x51"; empty for words.
std::string percent_of(const Move& move) {
  if (!move.was || !move.now || *move.was == 0) return {};
  const double ratio = *move.now / *move.was;
  if (ratio >= 10) return fmt::format("x{:.0f}", ratio);
  const double percent = (ratio - 1) * 100;
  return std::abs(percent) < 0.05 ? "< 0.1 %" : fmt::format("{:+.1f} %", percent);
}

std::string since_text(const Moves& moves) {
  return moves.old_as_of.empty() ? std::string(tr("the baseline")) : printable(moves.old_as_of);
}

std::string subject_of(const Answer& answer) {
  return fmt::format(fmt::runtime(tr("{} on {}")), title_of(*answer.question.model), box_name(*answer.question.host));
}

std::string nothing_text(const Moves& moves, const Answer& answer) {
  return fmt::format(fmt::runtime(tr("nothing moved since {}: {}, {}")), since_text(moves),
                     verdict_word(answer.assessment.verdict), title_of(*answer.question.model));
}

const char* heading_of(std::string_view part) {
  return part == "verdict"    ? tr("Verdict")
         : part == "question" ? tr("Question")
         : part == "memory"   ? tr("Memory")
         : part == "speed"    ? tr("Speed")
         : part == "limits"   ? tr("Limits")
         : part == "checks"   ? tr("Checks")
                              : tr("Ways out");
}

std::string terminal_text(const Moves& moves, const Answer& answer, const Style& style) {
  Page page(style);
  if (moves.list.empty()) {
    page.line(nothing_text(moves, answer));
    return std::move(page).text();
  }
  const Verdict verdict = answer.assessment.verdict;
  page.line({{verdict_word(verdict), paint_of(verdict)}, {"  " + subject_of(answer)}});
  page.line(fmt::format(fmt::runtime(tr("moved since {}")), since_text(moves)));
  page.gap();
  using Align = Column::Align;
  Table table({{Align::left}, {Align::left, 0, /*shrinks=*/true}, {Align::right}, {Align::right}, {Align::right}});
  table.row({{}, {}, {tr("was")}, {tr("now")}, {}});
  std::string_view part;
  for (const auto& move : moves.list) {
    const auto [was, now] = sides_of(move);
    table.row({{move.part == part ? "" : heading_of(move.part)}, {move.title}, {was}, {now}, {percent_of(move)}});
    part = move.part;
  }
  table.print(page);
  return std::move(page).text();
}

std::string markdown_text(const Moves& moves, const Answer& answer) {
  if (moves.list.empty()) return markdown_safe(nothing_text(moves, answer)) + "\n";
  std::string out = fmt::format("## {}: {}\n\n{}\n\n| | | {} | {} | |\n|---|---|--:|--:|--:|\n",
                                verdict_word(answer.assessment.verdict), markdown_safe(subject_of(answer)),
                                markdown_safe(fmt::format(fmt::runtime(tr("moved since {}")), since_text(moves))),
                                tr("was"), tr("now"));
  for (const auto& move : moves.list) {
    const auto [was, now] = sides_of(move);
    out += fmt::format("| {} | {} | {} | {} | {} |\n", heading_of(move.part), markdown_safe(move.title),
                       markdown_safe(was), markdown_safe(now), percent_of(move));
  }
  return out;
}

std::string json_text(const Moves& moves, const Answer& answer) {
  const auto side = [](const std::optional<double>& value, const std::string& word) {
    return value ? number(*value) : text_or_null(word);
  };
  Json list = Json::array();
  for (const auto& move : moves.list) {
    list.push_back({{"part", move.part},
                    {"what", move.what},
                    {"unit", text_or_null(move.unit)},
                    {"was", side(move.was, move.was_word)},
                    {"now", side(move.now, move.now_word)}});
  }
  const Json json{{"format", "edgefit.movement"},
                  {"format_version", "1.0"},
                  {"edgefit", EDGEFIT_VERSION},
                  {"as_of", answer.as_of},
                  {"baseline",
                   {{"edgefit", text_or_null(moves.old_edgefit)},
                    {"as_of", text_or_null(moves.old_as_of)},
                    {"verdict", text_or_null(moves.old_verdict)}}},
                  {"verdict", name_of(answer.assessment.verdict)},
                  {"exit_code", answer.exit_code},
                  {"moved", std::move(list)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string render_moves(const Moves& moves, const Answer& answer, std::string_view form, const Style& style) {
  if (form == "json") return json_text(moves, answer);
  return form == "markdown" ? markdown_text(moves, answer) : terminal_text(moves, answer, style);
}

}  // namespace edgefit
