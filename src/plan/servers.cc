// Settings that cure a server's failure to start: none of them gives up anything of the question but time.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "edgefit/size.h"
#include "plan/changes.h"

namespace edgefit {
namespace {

/// Shares of each card beyond the servers' own, the smallest first. The rest is the driver's and the desktop's.
constexpr std::array kShares = {0.93, 0.95, 0.97};
constexpr double kFewRequests = 16;

bool is_server(const Case& question) {
  return question.runtime.profile != nullptr && fills_cards(question.runtime.profile->rules) &&
         question.model->weights.has_value();
}

}  // namespace

/// Where the user fixed how many requests are taken at a time: the sampler's copies of the logits shrink with them.
/// The rest waits.
std::vector<Candidate> fewer_at_a_time(const Case& question, const PlanTerms& /*terms*/) {
  const double stated = question.runtime.max_requests;
  const double least = std::max(kFewRequests, question.workload.sequences.value_or(1));
  if (!is_server(question) || stated <= least) return {};
  return {setting("max_requests", fmt::format("{:.0f}", stated), fmt::format("{:.0f}", least),
                  [least](Case& question) { question.runtime.max_requests = least; })};
}

/// vLLM only: the others' shares are of what their own steps leave, which is not to be taken from them.
std::vector<Candidate> other_shares(const Case& question, const PlanTerms& /*terms*/) {
  if (!is_server(question) || question.runtime.profile->rules != EngineRules::vllm) return {};
  const double usual = question.runtime.profile->server.memory_share;
  const double now = std::max(question.runtime.memory_share, usual);
  if (now > usual) {
    // More than is free, perhaps: the server's own, or what is free.
    auto out = setting("memory_share", fmt::format("{:g}", now), "auto",
                       [](Case& question) { question.runtime.memory_share = 0; });
    if (solves(apply(question, out))) return {out};
  }
  for (const double share : kShares) {
    if (share <= now) continue;
    auto out = setting("memory_share", fmt::format("{:g}", now), fmt::format("{:g}", share),
                       [share](Case& question) { question.runtime.memory_share = share; });
    if (solves(apply(question, out))) return {out};
  }
  return {};
}

/// Where the user fixed fewer ranks than there are cards.
std::vector<Candidate> more_ranks(const Case& question, const PlanTerms& /*terms*/) {
  const int stated = question.runtime.tensor_parallel;
  if (!is_server(question) || stated == 0 || question.runtime.expert_parallel > 0) return {};
  const auto cards = static_cast<int>(question.host->gpus.size());
  for (int ranks = stated + 1; ranks <= cards; ++ranks) {
    auto out = setting("tensor", std::to_string(stated), std::to_string(ranks),
                       [ranks](Case& question) { question.runtime.tensor_parallel = ranks; });
    if (solves(apply(question, out))) return {out};
  }
  return {};
}

std::vector<Candidate> without_graphs(const Case& question, const PlanTerms& /*terms*/) {
  // TensorRT-LLM has no flag for it.
  if (!is_server(question) || question.runtime.eager || question.runtime.profile->rules == EngineRules::tensorrt_llm) {
    return {};
  }
  auto out = setting("eager", "", "on", [](Case& question) { question.runtime.eager = true; });
  out.loss.speed = 1;
  return {out};
}

}  // namespace edgefit
