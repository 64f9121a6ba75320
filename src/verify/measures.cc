#include "verify/measures.h"

#include <algorithm>
#include <numeric>

#include "edgefit/text.h"
#include "verify/statistics.h"

namespace edgefit {
namespace {

struct Percentile {
  double share;
  std::optional<double> Distribution::*to;
};
constexpr Percentile kPercentiles[] = {
    {0.90, &Distribution::p90}, {0.95, &Distribution::p95}, {0.99, &Distribution::p99}};

/// Of whole answers, what `value` gives; answers for which it gives nothing are left out.
template <class Value>
std::vector<double> collect(const LoadResult& load, Value value) {
  std::vector<double> out;
  for (const auto& reply : load.replies)
    if (const std::optional<double> one = reply.good() ? value(reply) : std::nullopt) out.push_back(*one);
  return out;
}

/// Nothing when one of the whole answers has no count: a sum without it would be a smaller one, not an unknown one.
template <class Value>
std::optional<double> sum_of(const LoadResult& load, Value value) {
  const auto values = collect(load, value);
  const auto good = std::count_if(load.replies.begin(), load.replies.end(), [](const Reply& r) { return r.good(); });
  if (values.empty() || values.size() != static_cast<size_t>(good)) return std::nullopt;
  return std::accumulate(values.begin(), values.end(), 0.0);
}

void count_faults(LoadResult& load) {
  double end = load.begin;
  load.attempted = load.replies.size();
  load.failed = load.stopped = 0;
  for (const auto& reply : load.replies) {
    if (reply.fault == ReplyFault::stopped)
      ++load.stopped;
    else if (!reply.good())
      ++load.failed;
    if (reply.fault != ReplyFault::not_sent) load.late = std::max(load.late.value_or(0), reply.sent - reply.scheduled);
    end = std::max(end, reply.end);
  }
  load.wall = end - load.begin;
}

void count_in_time(LoadResult& load) {
  load.in_time = load.undecided = 0;
  for (const auto& reply : load.replies) {
    if (!reply.good()) continue;
    const auto kept = kept_limits(reply, load.plan.slo);
    load.in_time += kept.value_or(false) ? 1 : 0;
    load.undecided += kept ? 0 : 1;
  }
}

void compare_thirds(LoadResult& load) {
  constexpr size_t kLeast = 3;  // answers in a third, for a median that one of them cannot move
  const auto values = collect(load, [](const Reply& reply) { return reply.tpot(); });
  const auto third = values.size() / 3;
  if (load.plan.shape != LoadShape::soak || third < kLeast) return;
  const auto length = static_cast<std::ptrdiff_t>(third);
  load.first_third_tpot = distribution_of({values.begin(), values.begin() + length}).median;
  load.last_third_tpot = distribution_of({values.end() - length, values.end()}).median;
}

}  // namespace

std::optional<double> Reply::ttft() const {
  return first_token ? std::optional(*first_token - scheduled) : std::nullopt;
}

std::optional<double> Reply::ttfo() const {
  return first_visible ? std::optional(*first_visible - scheduled) : std::nullopt;
}

std::optional<double> Reply::tpot() const {
  if (!output_tokens || *output_tokens < 2 || !first_token) return std::nullopt;
  return (end - *first_token) / (*output_tokens - 1);
}

std::optional<double> LoadResult::tokens_per_second() const {
  return output_tokens && wall > 0 ? std::optional(*output_tokens / wall) : std::nullopt;
}

std::optional<double> LoadResult::share_in_time() const {
  const size_t judged = attempted - stopped;
  if (judged == 0 || undecided > 0) return std::nullopt;
  return static_cast<double>(in_time) / static_cast<double>(judged);
}

Distribution distribution_of(std::vector<double> values) {
  Distribution out;
  out.n = values.size();
  if (values.empty()) return out;
  std::sort(values.begin(), values.end());
  out.min = values.front();
  out.max = values.back();
  out.median = nearest_rank(values, 0.5);
  out.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(out.n);
  for (const auto& row : kPercentiles) out.*row.to = percentile(values, row.share);
  return out;
}

std::optional<bool> kept_limits(const Reply& reply, const Slo& slo) {
  const auto ttft = reply.ttft();
  if (slo.ttft > 0 && (!ttft || *ttft > slo.ttft)) return false;
  if (slo.latency > 0 && reply.latency() > slo.latency) return false;
  if (slo.tpot <= 0) return true;
  if (!reply.output_tokens) return std::nullopt;
  return reply.tpot().value_or(0) <= slo.tpot;  // one token has no time between tokens
}

void summarize(LoadResult& load) {
  count_faults(load);
  count_in_time(load);
  load.ttft = distribution_of(collect(load, [](const Reply& reply) { return reply.ttft(); }));
  load.ttfo = distribution_of(collect(load, [](const Reply& reply) { return reply.ttfo(); }));
  load.tpot = distribution_of(collect(load, [](const Reply& reply) { return reply.tpot(); }));
  load.latency = distribution_of(collect(load, [](const Reply& reply) { return std::optional(reply.latency()); }));
  load.output_tokens = sum_of(load, [](const Reply& reply) { return reply.output_tokens; });
  load.prompt_tokens = sum_of(load, [](const Reply& reply) { return reply.prompt_tokens; });
  compare_thirds(load);
}

ServerTruth truth_of_timings(const LoadResult& load, bool alone) {
  ServerTruth truth{"timings", "", {}, {}, {}, {}, 0};
  double client = 0, server = 0, gaps = 0, client_ttft = 0, server_ttft = 0, n = 0;
  for (const auto& reply : load.replies) {
    if (!reply.tpot() || !reply.good() || !reply.server_decode_seconds || !reply.server_prompt_seconds) continue;
    client += reply.end - *reply.first_token;
    server += *reply.server_decode_seconds;
    gaps += *reply.output_tokens - 1;
    client_ttft += *reply.ttft();
    server_ttft += *reply.server_prompt_seconds;
    ++n;
  }
  if (n == 0) {
    truth.gap = tr("no answer carried the server's timings");
    return truth;
  }
  truth.client_tpot = client / gaps;
  truth.server_tpot = server / gaps;
  if (!alone) return truth;
  truth.client_ttft = client_ttft / n;
  truth.server_ttft = server_ttft / n;
  return truth;
}

ServerTruth truth_of_metrics(const LoadResult& load, const ServerMetrics& before, const ServerMetrics& after) {
  ServerTruth truth{"/metrics", "", {}, {}, {}, {}, 0};
  const auto ttft = since(before.ttft, after.ttft), gaps = since(before.gaps, after.gaps);
  if (!ttft || !gaps) {
    truth.gap = tr("the server shows no counters of its requests");
    return truth;
  }
  const auto sent = static_cast<double>(load.attempted);
  if (ttft->count > sent) {
    truth.other_requests = ttft->count - sent;
    truth.gap = tr("others used the server at the same time");
    return truth;
  }
  double client = 0, tokens = 0;
  for (const auto& reply : load.replies) {
    if (!reply.good() || !reply.tpot()) continue;
    client += reply.end - *reply.first_token;
    tokens += *reply.output_tokens - 1;
  }
  if (tokens == 0 || load.failed > 0 || load.stopped > 0 || ttft->count < sent) {
    truth.gap = tr("not every answer came whole, but the server's counters hold all");
    return truth;
  }
  truth.client_tpot = client / tokens;
  // Not by the counted gaps: where drafts are accepted, one step and so one gap gives several tokens.
  truth.server_tpot = gaps->sum / tokens;
  truth.client_ttft = load.ttft.mean;
  truth.server_ttft = ttft->sum / ttft->count;
  return truth;
}

}  // namespace edgefit
