// Words that the reports of `edgefit verify` share, and the table of those reports.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/verify_reporters.h"

namespace edgefit {
namespace {

constexpr std::array kVerifyReporters = {
    VerifyReporter{"terminal", "txt", render_verify_terminal},
    VerifyReporter{"json", "json", render_verify_json},
    VerifyReporter{"markdown", "md", render_verify_markdown},
    VerifyReporter{"junit", "xml", render_verify_junit},
};

std::string cell(const std::optional<double>& seconds) {
  return seconds ? show(Seconds{*seconds}) : "-";
}

std::string rate(double value) {
  return fmt::format("{:.3g}", value);
}

}  // namespace

std::span<const VerifyReporter> verify_reporters() {
  return kVerifyReporters;
}

const char* verify_word(int exit_code) {
  return exit_code == 0 ? tr("OK") : exit_code == 1 ? tr("FAIL") : tr("UNDECIDED");
}

std::vector<const VerifyFinding*> findings_of(const Verification& verification, CheckStatus status) {
  std::vector<const VerifyFinding*> found;
  for (const auto& finding : verification.findings)
    if (finding.status == status) found.push_back(&finding);
  return found;
}

std::string verify_counts(const Verification& verification) {
  const auto count = [&](CheckStatus status) { return findings_of(verification, status).size(); };
  return say(tr("{} fail, {} warn, {} unknown, {} pass, {} not applicable"), count(CheckStatus::fail),
             count(CheckStatus::warn), count(CheckStatus::unknown), count(CheckStatus::pass),
             count(CheckStatus::not_applicable));
}

std::string server_text(const ServerFacts& server) {
  const std::string name = server.kind == ServerKind::other ? tr("a server") : name_of(server.kind);
  const std::string full = server.version.empty() ? name : name + " " + server.version;
  return printable(say(tr("{} at {}, model {}"), full, server.url, server.model));
}

std::string load_text(const LoadResult& load) {
  const LoadPlan& plan = load.plan;
  std::string shape = tr(name_of(plan.shape));
  if (plan.shape == LoadShape::users)
    shape = say(tr("{} users, {} between questions"), plan.users, show(Seconds{plan.think}));
  if (plan.shape == LoadShape::open) shape = say(tr("open, {} requests a second"), rate(plan.rate));
  return say(tr("{}: {} requests in {}, prompts of {} tokens, answers of {}"), shape, load.attempted,
             show(Seconds{load.wall}), show_count(plan.prompt_tokens), show_count(plan.output_tokens));
}

std::vector<MeasureRow> measure_rows(const LoadResult& load) {
  std::vector<MeasureRow> rows = {{tr("first token"), &load.ttft}};
  const bool reasons = load.ttfo.n != load.ttft.n || load.ttfo.mean > load.ttft.mean;
  if (reasons) rows.push_back({tr("first visible token"), &load.ttfo});
  rows.push_back({tr("time per token"), &load.tpot});
  rows.push_back({tr("whole answer"), &load.latency});
  return rows;
}

std::vector<std::string> cells_of(const Distribution& values) {
  if (values.n == 0) return {"0", "-", "-", "-", "-", "-"};
  return {std::to_string(values.n), cell(values.median), cell(values.p90),
          cell(values.p95),         cell(values.p99),    cell(values.max)};
}

std::vector<LoadLine> load_lines(const LoadResult& load) {
  std::vector<LoadLine> lines;
  const auto tokens = load.tokens_per_second();
  lines.push_back({tr("throughput"),
                   say(tr("{}, {} answers a second"), tokens ? show(TokensPerSecond{*tokens}) : tr("tokens unknown"),
                       rate(load.requests_per_second()))});
  const auto share = load.share_in_time();
  lines.push_back({tr("goodput"), say(tr("{} answers a second within the limits, {} of all"), rate(load.goodput()),
                                      share ? fmt::format("{:.0f} %", 100 * *share) : tr("an unknown share"))});
  if (load.warm_ttft)
    lines.push_back({tr("same prompt again"), say(tr("first token after {}"), show(Seconds{*load.warm_ttft}))});
  return lines;
}

std::string measure_note(const LoadResult& load) {
  std::string note = tr("Time per token = (whole answer - first token) / (tokens - 1).");
  if (load.latency.n < 299)
    note.append(" ").append(tr(
        "A percentile needs 29 answers (p90), 59 (p95) or 299 (p99) to be bounded; with fewer, max is what is known."));
  return note;
}

}  // namespace edgefit
