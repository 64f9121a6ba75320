#include "cli/verify_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "base/files.h"
#include "cli/probe_options.h"
#include "cli/stored_case.h"
#include "edgefit/catalog.h"
#include "edgefit/probe.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr double kMostRepeats = 20;

Problem bad_value(const std::string& value, const char* flag, std::string hint) {
  return {fmt::format(fmt::runtime(tr("bad value '{}'")), printable(value)), flag, std::move(hint)};
}

/// "0.9", "90%": a share above 0 and up to 1.
bool parse_share(std::string text, double& out) {
  const bool percent = text.ends_with('%');
  if (percent) text.pop_back();
  while (text.ends_with(' ')) text.pop_back();
  if (!parse_count(text, out)) return false;
  if (percent) out /= 100;
  return out > 0 && out <= 1;
}

/// The box that the server listens on is this one.
bool is_here(const std::string& url) {
  const size_t begin = url.find("://");
  const std::string_view host = std::string_view(url).substr(begin == std::string::npos ? 0 : begin + 3);
  constexpr std::array<std::string_view, 3> kHere = {"localhost", "127.", "[::1]"};
  return std::any_of(kHere.begin(), kHere.end(), [host](std::string_view name) { return host.starts_with(name); });
}

GoldenSubject subject_of(const ServerFacts& server) {
  const std::string name = name_of(server.kind);
  return {server.model, server.digest, server.version.empty() ? name : name + " " + server.version,
          server.template_sha256};
}

GoldenReply ask_one(Endpoint& endpoint, const GoldenCase& question) {
  Question asked;
  asked.prompt = question.prompt;
  asked.system = question.system;
  asked.max_tokens = question.answer_tokens;
  Reply reply = endpoint.ask(asked);
  const bool lost =
      reply.fault == ReplyFault::connect || reply.fault == ReplyFault::timeout || reply.fault == ReplyFault::reset;
  return {reply.good(),          reply.message.empty() ? name_of(reply.fault) : reply.message,
          std::move(reply.text), reply.output_tokens,
          reply.latency(),       lost};
}

/// The case as it was measured: the same model and box, one request of the lengths that the server counted, or of
/// those that were asked for where it does not count.
Case as_measured(const Case& planned, const LoadResult& load) {
  Case out = planned;
  const Origin said{Origin::Kind::measured, "edgefit verify"};
  const auto answers = static_cast<double>(load.latency.n);
  const auto mean = [answers](const std::optional<double>& sum, int asked) {
    return sum && answers > 0 && *sum >= answers ? *sum / answers : asked;
  };
  out.workload.prompt_tokens = {mean(load.prompt_tokens, load.plan.prompt_tokens), said};
  out.workload.output_tokens = {mean(load.output_tokens, load.plan.output_tokens), said};
  out.workload.sequences = {1.0, said};
  out.assume_idle = true;  // the server that is measured holds the memory that it needs
  return out;
}

Result<Done> read_golden_flags(const VerifyCheckFlags& typed, VerifyChecks& out) {
  const auto text = read_small_file(typed.golden);
  if (!text) return text.error();
  auto set = read_golden(*text, printable(typed.golden));
  if (!set) return set.error();
  out.golden = std::move(*set);
  out.golden_file = typed.golden;
  out.save_baseline = typed.save_baseline;
  double repeats = out.repeats;
  if (!typed.repeats.empty() &&
      (!parse_count(typed.repeats, repeats) || repeats < 1 || repeats > kMostRepeats || repeats != std::floor(repeats)))
    return bad_value(typed.repeats, "--repeats", fmt::format(fmt::runtime(tr("1 to {:g}")), kMostRepeats));
  out.repeats = static_cast<int>(repeats);
  if (!typed.target.empty() && !parse_share(typed.target, out.target))
    return bad_value(typed.target, "--target", "0.9, 90%");
  if (typed.baseline.empty()) return Done{};
  const auto before = read_small_file(typed.baseline);
  if (!before) return before.error();
  auto baseline = read_golden_baseline(*before, printable(typed.baseline));
  if (!baseline) return baseline.error();
  out.baseline = std::move(*baseline);
  return Done{};
}

}  // namespace

void declare_check_flags(Flags& flags, VerifyCheckFlags& typed) {
  flags.heading(tr("What to check"));
  flags.text("--golden", typed.golden, "FILE", tr("cases with known answers: JSON Lines or CSV"));
  flags.text("--repeats", typed.repeats, "N", tr("each case is asked so often (default: 3)"));
  flags.text("--target", typed.target, "SHARE", tr("of cases that must surely pass (default: 0.9)"));
  flags.text("--baseline", typed.baseline, "FILE", tr("compare the cases with an earlier run"));
  flags.text("--save-baseline", typed.save_baseline, "FILE", tr("keep this run for --baseline"));
  flags.text("--case", typed.case_file, "FILE", tr("the case.json that predicted the speed"));
}

Result<VerifyChecks> verify_checks(const VerifyCheckFlags& typed) {
  VerifyChecks out;
  if (typed.golden.empty()) {
    for (const auto& [flag, value] :
         {std::pair{"--repeats", &typed.repeats}, std::pair{"--target", &typed.target},
          std::pair{"--baseline", &typed.baseline}, std::pair{"--save-baseline", &typed.save_baseline}})
      if (!value->empty()) return Problem{tr("this flag goes with --golden only"), flag, "--golden FILE"};
  } else if (auto read = read_golden_flags(typed, out); !read) {
    return read.error();
  }
  if (typed.case_file.empty()) return out;
  if (const auto file = File::open(typed.case_file); !file) return file.error();
  auto planned = find_stored_case(typed.case_file);
  if (!planned) return planned.error();
  if (!*planned)
    return Problem{tr("this is no case: \"format\" is not \"edgefit.case\""), printable(typed.case_file),
                   tr("edgefit assess MODEL -o case.json writes one")};
  out.planned = std::move(**planned);
  out.case_file = typed.case_file;
  return out;
}

Result<GoldenReport> run_golden_cases(const VerifyChecks& checks, Endpoint& endpoint, bool keep_texts,
                                      const std::string& date) {
  Progress bar(tr("golden cases"));
  GoldenOptions options;
  options.repeats = checks.repeats;
  options.keep_texts = keep_texts;
  options.stopped = [&endpoint] { return endpoint.stopped(); };
  options.progress = [&bar](double share) { bar.show(share); };
  GoldenReport out;
  out.file = checks.golden_file;
  out.run = run_golden(*checks.golden, options,
                       [&endpoint](const GoldenCase& question) { return ask_one(endpoint, question); });
  bar.clear();
  const GoldenSubject subject = subject_of(endpoint.server());
  std::optional<GoldenComparison> comparison;
  if (checks.baseline) comparison = compare(out.run, subject, *checks.baseline);
  out.gate = gate(out.run, checks.target, std::move(comparison));
  if (checks.save_baseline.empty() || out.run.interrupted) return out;
  if (auto kept = replace_file(checks.save_baseline, write_golden_baseline(out.run, subject, date)); !kept)
    return kept.error();
  return out;
}

namespace {

/// Asking the cards takes its time: not while requests run.
BoxSample sample_with_cards() {
  BoxSample out = sample_box("");
  add_nvidia_state(ask_nvidia_state(probe_options({}).library_path), out);
  return out;
}

}  // namespace

BoxWatch::BoxWatch() {
  seen_.before = sample_with_cards();
  seen_.host = Probe(probe_options({"."})).finish();
  fill_from_catalog(seen_.host);
}

void BoxWatch::during(double share) {
  if (half_way_ || share < 0.5) return;
  half_way_ = true;
  seen_.during = sample_box("");
}

Signs BoxWatch::evidence(const ServerFacts& server, const LoadResult& load) {
  seen_.after = sample_with_cards();
  if (!half_way_) seen_.during = seen_.after;
  seen_.served = {server.model_bytes, server.vram_bytes, server.context, server.quantization, server.model_path};
  seen_.local = is_here(server.url);
  seen_.seconds = load.wall;
  return seen_;
}

PredictionReport compare_with_case(const VerifyChecks& checks, const LoadResult& load, const ServerFacts& server,
                                   BoxWatch& watch) {
  PredictionReport out;
  out.file = checks.case_file;
  const Case question = as_measured(*checks.planned, load);
  const Assessment predicted = assess(question);
  out.gap = incomparable(load.plan, predicted.speed);
  if (!out.gap.empty()) return out;
  out.diagnosis = diagnose(question, predicted, watch.evidence(server, load), measured_figures(load, predicted.speed));
  return out;
}

}  // namespace edgefit
