// What a load run says about the deployment: one row a check. Ids are never reused.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/parse.h"
#include "edgefit/text.h"
#include "edgefit/verify.h"

namespace edgefit {
namespace {

constexpr double kApart = 0.05;       // client and server this far apart: readiness practice of load tests
constexpr double kClockNoise = 5e-3;  // seconds an answer: ends of streams and clocks of servers in whole milliseconds
constexpr double kSlower = 0.10;      // the last third of a soak against the first
constexpr double kLate = 5e-3;        // seconds; the client's own share of a waiting time
constexpr double kOffLength = 0.10;   // prompts longer or shorter than asked
constexpr double kMostCached = 0.10;  // of the prompts' tokens

struct Judgement {
  CheckStatus status = CheckStatus::not_applicable;
  std::string message, fix;
};
using enum CheckStatus;

std::string percent(double share) {
  return fmt::format("{:.0f} %", 100 * share);
}

std::vector<const Reply*> whole_answers(const LoadResult& load) {
  std::vector<const Reply*> out;
  for (const auto& reply : load.replies)
    if (reply.good()) out.push_back(&reply);
  return out;
}

Judgement all_answered(const LoadResult& load, const ServerFacts&) {
  const size_t asked = load.attempted - load.stopped;
  if (asked == 0) return {unknown, tr("no request was finished"), ""};
  if (load.failed == 0) return {pass, say(tr("{} of {} requests were answered whole"), asked, asked), ""};
  std::map<std::string, size_t> reasons;
  for (const auto& reply : load.replies)
    if (!reply.good() && reply.fault != ReplyFault::stopped) ++reasons[reply.message];
  const auto most = std::max_element(reasons.begin(), reasons.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return {fail, say(tr("{} of {} requests failed; most often: {}"), load.failed, asked, printable(most->first)),
          tr("the server's log tells why; fewer users, or a longer --timeout where it only takes long")};
}

std::string limits_text(const Slo& slo) {
  std::string out;
  const auto add = [&out](const char* name, double limit) {
    if (limit > 0) out += fmt::format("{}{} <= {}", out.empty() ? "" : ", ", name, show(Seconds{limit}));
  };
  add("ttft", slo.ttft);
  add("tpot", slo.tpot);
  add("latency", slo.latency);
  return out;
}

Judgement in_time(const LoadResult& load, const ServerFacts&) {
  const size_t asked = load.attempted - load.stopped;
  if (limits_text(load.plan.slo).empty()) return {not_applicable, tr("no limits were set"), ""};
  if (asked == 0) return {unknown, tr("no request was finished"), ""};
  if (load.undecided > 0)
    return {unknown,
            say(tr("{} answer carries no token count, so its speed is not known",
                   "{} answers carry no token count, so their speed is not known", static_cast<size_t>(load.undecided)),
                load.undecided),
            tr("a server that honours stream_options.include_usage, or --slo without tpot")};
  const double share = *load.share_in_time();
  return {share >= load.plan.in_time ? pass : fail,
          say(tr("{} of {} answers ({}) within {}; wanted are {}"), load.in_time, asked, percent(share),
              limits_text(load.plan.slo), percent(load.plan.in_time)),
          tr("fewer users, a smaller or more quantized model, or faster hardware: edgefit plan")};
}

Judgement clocks_agree(const LoadResult& load, const ServerFacts&) {
  const ServerTruth& truth = load.truth;
  if (truth.other_requests > 0)
    return {warn, say(tr("the server answered {:.0f} requests of others during the run"), truth.other_requests),
            tr("measure again when nobody else uses it")};
  if (!truth.client_tpot || !truth.server_tpot) return {not_applicable, truth.gap, ""};
  const double gap = *truth.client_tpot - *truth.server_tpot, apart = std::abs(gap) / *truth.server_tpot;
  const double tokens = load.output_tokens.value_or(0) / static_cast<double>(std::max<size_t>(1, load.tpot.n));
  const bool noise = std::abs(gap) * tokens < kClockNoise;
  const std::string both = say(tr("{} a token here, {} by the server's {}"), show(Seconds{*truth.client_tpot}),
                               show(Seconds{*truth.server_tpot}), truth.source);
  if (apart <= kApart || noise) return {pass, both, ""};
  return {warn, say(tr("{}: {} apart"), both, percent(apart)),
          tr("the client, the network or a proxy limits the test; run it on the server itself")};
}

Judgement soak_holds(const LoadResult& load, const ServerFacts&) {
  if (load.plan.shape != LoadShape::soak) return {not_applicable, tr("only a soak tells"), ""};
  if (!load.first_third_tpot || !load.last_third_tpot)
    return {unknown, tr("too few answers for thirds"), tr("a longer --duration")};
  const double slower = *load.last_third_tpot / *load.first_third_tpot - 1;
  const std::string both = say(tr("{} a token in the first third, {} in the last"),
                               show(Seconds{*load.first_third_tpot}), show(Seconds{*load.last_third_tpot}));
  return {slower > kSlower ? warn : pass, both, tr("cooling, dust, power limits; or something else began to run")};
}

Judgement on_schedule(const LoadResult& load, const ServerFacts&) {
  const auto unsent = std::count_if(load.replies.begin(), load.replies.end(),
                                    [](const Reply& reply) { return reply.fault == ReplyFault::not_sent; });
  if (!load.late) return {unknown, tr("nothing was sent"), ""};
  if (unsent > 0)
    return {warn,
            say(tr("{} request was not sent, too many were open", "{} requests were not sent, too many were open",
                   static_cast<size_t>(unsent)),
                unsent),
            tr("a lower --rate")};
  return {*load.late > kLate ? warn : pass,
          say(tr("requests were sent at most {} after their time"), show(Seconds{*load.late})),
          tr("this computer is too busy to measure; the waiting counts in the times above")};
}

Judgement prompts_fresh(const LoadResult& load, const ServerFacts&) {
  double cached = 0, all = 0;
  for (const auto* reply : whole_answers(load)) {
    if (!reply->cached_tokens || !reply->prompt_tokens) continue;
    cached += *reply->cached_tokens;
    all += *reply->prompt_tokens;
  }
  if (all == 0) return {not_applicable, tr("the server does not count tokens from its cache"), ""};
  return {cached / all > kMostCached ? warn : pass,
          say(tr("{} of the prompts' tokens came from the server's cache"), percent(cached / all)),
          tr("times to the first token are too good; another --seed, or a restarted server")};
}

Judgement lengths_as_asked(const LoadResult& load, const ServerFacts&) {
  const auto answers = whole_answers(load);
  if (answers.empty()) return {not_applicable, tr("there is no whole answer"), ""};
  if (!load.prompt_tokens || !load.output_tokens)
    return {warn, tr("the server does not count tokens in every answer"), tr("speeds of tokens are not known")};
  const auto n = static_cast<double>(answers.size());
  const double prompt = *load.prompt_tokens / n, output = *load.output_tokens / n;
  const bool off = std::abs(prompt / load.plan.prompt_tokens - 1) > kOffLength ||
                   std::abs(output / load.plan.output_tokens - 1) > kOffLength;
  return {off ? warn : pass,
          say(tr("prompts of {:.0f} tokens ({} asked for), answers of {:.0f} ({} asked for), on average"), prompt,
              load.plan.prompt_tokens, output, load.plan.output_tokens),
          tr("the load was another one than planned; --output-tokens as long as answers really are")};
}

struct Row {
  const char* id;
  const char* title;
  bool decides;
  Judgement (*judge)(const LoadResult&, const ServerFacts&);
};
constexpr std::array kRows = {
    Row{"EF-VER-001", mark("every request is answered"), true, all_answered},
    Row{"EF-VER-002", mark("answers come in time"), true, in_time},
    Row{"EF-VER-003", mark("the server's clock agrees"), false, clocks_agree},
    Row{"EF-VER-004", mark("speed holds over time"), false, soak_holds},
    Row{"EF-VER-005", mark("requests were sent on time"), false, on_schedule},
    Row{"EF-VER-006", mark("no prompt came from a cache"), false, prompts_fresh},
    Row{"EF-VER-007", mark("prompts and answers are as long as planned"), false, lengths_as_asked},
};

}  // namespace

std::vector<VerifyFinding> judge_load(const LoadResult& load, const ServerFacts& server) {
  std::vector<VerifyFinding> out;
  for (const auto& row : kRows) {
    Judgement judgement = row.judge(load, server);
    if (judgement.status == pass || judgement.status == not_applicable) judgement.fix.clear();
    out.push_back(
        {row.id, row.title, judgement.status, std::move(judgement.message), std::move(judgement.fix), row.decides});
  }
  return out;
}

int exit_code_of(const Verification& verification) {
  bool decided = false, open = verification.interrupted;
  for (const auto& finding : verification.findings) {
    if (finding.status == fail) return 1;
    open = open || (finding.decides && finding.status == unknown);
    decided = decided || (finding.decides && finding.status == pass);
  }
  return open || !decided ? 3 : 0;
}

}  // namespace edgefit
