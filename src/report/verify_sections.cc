#include "report/verify_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/json_parts.h"
#include "report/markdown.h"
#include "report/table.h"

namespace edgefit {
namespace {

constexpr size_t kMostShown = 20;

/// What does not pass, in the order of the file.
std::vector<const GoldenResult*> shown(const GoldenReport& golden) {
  std::vector<const GoldenResult*> out;
  for (const auto& result : golden.run.results)
    if (result.state != GoldenState::pass) out.push_back(&result);
  return out;
}

std::string counts(const GoldenReport& golden) {
  const GoldenGate& gate = golden.gate;
  return say(tr("{} of {} pass, {} fail, {} flaky, {} without an answer; each asked {} times"), gate.passed, gate.total,
             gate.failed, gate.flaky, gate.unknown, golden.run.repeats);
}

std::string marked(const GoldenResult& result) {
  return printable(result.id) + (result.critical ? std::string(" ") + tr("(critical)") : "");
}

std::string value_of(const MeasuredFigure& figure, double value) {
  return std::string_view(figure.unit) == "s" ? show(Seconds{value}) : show(TokensPerSecond{value});
}
const char* title_of(const MeasuredFigure& figure) {
  return std::string_view(figure.id) == "decode" ? tr("each request") : tr("first token");
}
std::string range_of(const MeasuredFigure& figure) {
  return say(tr("{} to {}"), value_of(figure, figure.low), value_of(figure, figure.high));
}
std::string share_of(const MeasuredFigure& figure) {
  const double percent = (figure.speed() - 1) * 100;
  return std::isfinite(percent) ? fmt::format("{:+.0f} %", percent) : "?";
}

std::string not_seen(const Diagnosis& diagnosis) {
  std::string out;
  for (const auto& id : diagnosis.not_seen) out += (out.empty() ? "" : ", ") + id;
  return out;
}

std::string cause_text(const Cause& cause) {
  return fmt::format("{}; {}", cause.evidence, say(tr("usual effect: {}"), tr(cause.effect)));
}

Json subject_json(const GoldenSubject& subject) {
  return {{"model", text_or_null(subject.model)},
          {"model_digest", text_or_null(subject.model_digest)},
          {"server", text_or_null(subject.server)},
          {"template_sha256", text_or_null(subject.template_sha256)}};
}

Json comparison_json(const GoldenComparison& found) {
  return {{"created", found.created}, {"paired", found.paired},       {"undecided", found.undecided},
          {"added", found.added},     {"gone", found.gone},           {"changed", found.changed},
          {"broken", found.broken},   {"mended", found.mended},       {"p", number(found.p)},
          {"alarm", found.alarm},     {"subject_moved", found.moved}, {"subject_before", subject_json(found.before)}};
}

Json result_json(const GoldenResult& result, bool keep_texts) {
  Json out = {{"id", result.id},
              {"check", name_of(result.check)},
              {"critical", result.critical},
              {"state", name_of(result.state)},
              {"passes", result.passes},
              {"repeats", result.repeats},
              {"why", text_or_null(result.why)},
              {"slowest_seconds", number(result.seconds)}};
  if (keep_texts) out["texts"] = result.texts;
  return out;
}

}  // namespace

void print_golden(Page& page, const GoldenReport& golden) {
  page.paragraph({{std::string(tr("Golden cases")) + "  "}}, counts(golden));
  const auto rows = shown(golden);
  Table table({{Column::Align::left, 0, true}, {}, {Column::Align::right}, {}});
  for (size_t i = 0; i < rows.size() && i < kMostShown; ++i)
    table.row({{marked(*rows[i])},
               {tr(name_of(rows[i]->state)), rows[i]->state == GoldenState::fail ? Paint::bad : Paint::careful},
               {fmt::format("{}/{}", rows[i]->passes, rows[i]->repeats)},
               {printable(rows[i]->why)}});
  table.print(page, 2);
  if (rows.size() > kMostShown)
    page.line("  " + say(tr("and {} more; --format json lists them"), rows.size() - kMostShown));
  page.gap();
}

void print_prediction(Page& page, const PredictionReport& prediction) {
  const Diagnosis& found = prediction.diagnosis;
  if (found.figures.empty()) return;
  Table table({{Column::Align::left, 19}, {Column::Align::right}, {Column::Align::right}, {}, {Column::Align::right}});
  table.row({{tr("Against prediction")}, {tr("measured")}, {tr("predicted")}, {tr("range")}, {tr("speed")}});
  for (const auto& figure : found.figures)
    table.row({{title_of(figure)},
               {value_of(figure, figure.measured)},
               {value_of(figure, figure.predicted)},
               {range_of(figure)},
               {share_of(figure), figure.status == CheckStatus::fail ? Paint::bad : Paint::plain}});
  table.print(page);
  for (const auto& cause : found.causes) {
    page.paragraph({{fmt::format("  {:<15} ", cause.id)}}, cause_text(cause));
    page.paragraph({{std::string(18, ' ') + tr("fix: ")}}, tr(cause.fix));
  }
  if (!found.not_seen.empty()) page.paragraph({{"  "}}, say(tr("could not be looked for: {}"), not_seen(found)));
  page.gap();
}

void markdown_golden(std::string& out, const GoldenReport& golden) {
  out += fmt::format("### {}\n\n{}\n\n", tr("Golden cases"), counts(golden));
  const auto rows = shown(golden);
  if (rows.empty()) return;
  markdown_head(out, {tr("case"), tr("state"), tr("passes"), tr("why")}, "llrl");
  for (size_t i = 0; i < rows.size() && i < kMostShown; ++i)
    markdown_row(out, {markdown_safe(marked(*rows[i])), tr(name_of(rows[i]->state)),
                       fmt::format("{}/{}", rows[i]->passes, rows[i]->repeats), markdown_safe(rows[i]->why)});
  out += "\n";
  if (rows.size() > kMostShown)
    out += say(tr("and {} more; --format json lists them"), rows.size() - kMostShown) + "\n\n";
}

void markdown_prediction(std::string& out, const PredictionReport& prediction) {
  const Diagnosis& found = prediction.diagnosis;
  if (found.figures.empty()) return;
  markdown_head(out, {tr("Against prediction"), tr("measured"), tr("predicted"), tr("range"), tr("speed")}, "lrrlr");
  for (const auto& figure : found.figures)
    markdown_row(out, {title_of(figure), value_of(figure, figure.measured), value_of(figure, figure.predicted),
                       range_of(figure), share_of(figure)});
  out += "\n";
  for (const auto& cause : found.causes)
    out += fmt::format("- **{}**: {}; {}{}\n", cause.id, markdown_safe(cause_text(cause)), tr("fix: "), tr(cause.fix));
  if (!found.not_seen.empty()) out += fmt::format("- {}\n", say(tr("could not be looked for: {}"), not_seen(found)));
  out += "\n";
}

Json golden_json(const GoldenReport& golden, bool keep_texts) {
  const GoldenGate& gate = golden.gate;
  Json cases = Json::array();
  for (const auto& result : golden.run.results) cases.push_back(result_json(result, keep_texts));
  return {{"file", golden.file},
          {"sha256", golden.run.sha256},
          {"repeats", golden.run.repeats},
          {"interrupted", golden.run.interrupted},
          {"total", gate.total},
          {"passed", gate.passed},
          {"failed", gate.failed},
          {"flaky", gate.flaky},
          {"unknown", gate.unknown},
          {"target", number(gate.target)},
          {"wilson_low", number(gate.low)},
          {"wilson_high", number(gate.high)},
          {"cases_needed", gate.cases_needed ? Json(*gate.cases_needed) : Json(nullptr)},
          {"critical_failed", gate.critical_failed},
          {"critical_unknown", gate.critical_unknown},
          {"status", name_of(status_of(gate))},
          {"baseline", gate.comparison ? comparison_json(*gate.comparison) : Json(nullptr)},
          {"cases", std::move(cases)}};
}

Json prediction_json(const PredictionReport& prediction) {
  const Diagnosis& found = prediction.diagnosis;
  Json figures = Json::array(), causes = Json::array();
  for (const auto& figure : found.figures)
    figures.push_back({{"id", figure.id},
                       {"unit", figure.unit},
                       {"measured", number(figure.measured)},
                       {"predicted", interval(figure.predicted, figure.low, figure.high)},
                       {"speed", number(figure.speed())},
                       {"status", name_of(figure.status)}});
  for (const auto& cause : found.causes)
    causes.push_back({{"id", cause.id}, {"effect", cause.effect}, {"evidence", cause.evidence}, {"fix", cause.fix}});
  return {{"case", prediction.file},
          {"gap", text_or_null(prediction.gap)},
          {"refused", text_or_null(found.refused)},
          {"status", name_of(prediction.gap.empty() ? found.status : CheckStatus::unknown)},
          {"figures", std::move(figures)},
          {"causes", std::move(causes)},
          {"not_seen", found.not_seen}};
}

}  // namespace edgefit
