#include "edgefit/rank.h"

#include <algorithm>
#include <memory>
#include <tuple>

#include "edgefit/precision.h"
#include "edgefit/size.h"

namespace edgefit {
namespace {

bool fits(const Assessment& assessment) {
  return assessment.verdict == Verdict::ready || assessment.verdict == Verdict::tight;
}

bool has_speed_goal(const Goals& goals) {
  return goals.time_to_first_token || goals.tokens_per_second || goals.latency || goals.inferences_per_second;
}

/// Nothing of the model is computed by the processor where an accelerator is there.
bool is_whole_on_device(const Case& question, const Assessment& assessment) {
  const Placement& placement = assessment.placement;
  return !placement.split.empty() && placement.gpu_layers > placement.layers && question.runtime.cpu_moe_layers == 0;
}

/// What is compared, best first; larger is better.
auto merit(const Ranked& r) {
  const Model& model = *r.question.model;
  return std::tuple(-static_cast<int>(r.assessment.verdict),
                    !has_speed_goal(r.question.goals) && is_whole_on_device(r.question, r.assessment),
                    model.parameters.value_or(0), model_bytes_per_weight(model).value_or(0));
}

bool better(const Ranked& a, const Ranked& b) {
  return merit(a) != merit(b) ? merit(a) > merit(b) : a.word < b.word;
}

bool fewer_bits(const Ranked& a, const Ranked& b) {
  return model_bytes_per_weight(*a.question.model).value_or(0) < model_bytes_per_weight(*b.question.model).value_or(0);
}

Ranked judge(const std::string& word, const Case& question, std::shared_ptr<const Model> model, bool native) {
  Ranked out{word, question, {}, {}, native};
  out.question.model = std::move(model);
  out.assessment = assess(out.question);
  return out;
}

/// llama.cpp's formats are for what it runs; other engines run a model as it comes.
bool can_be_requantised(const Case& question) {
  return question.runtime.profile->rules == EngineRules::llama_cpp && question.model->weights;
}

/// Every precision that is tried, the native one first and then as listed.
std::vector<Ranked> judge_all(const RankCandidate& candidate, const RankTerms& terms) {
  std::vector<Ranked> out;
  const Case& question = candidate.question;
  const bool others = can_be_requantised(question) && !terms.precisions.empty();
  if (terms.native || !others) out.push_back(judge(candidate.word, question, question.model, true));
  if (!others) return out;
  const double own = model_bytes_per_weight(*question.model).value_or(2.0);
  for (const Precision* precision : terms.precisions) {
    if (precision->bytes_per_weight >= own) continue;  // bits that were thrown away do not come back
    auto model = std::make_shared<const Model>(requantize(*question.model, *precision));
    out.push_back(judge(candidate.word, question, std::move(model), false));
  }
  // Only precisions above its own were asked for: the model stays as it is.
  if (out.empty()) out.push_back(judge(candidate.word, question, question.model, true));
  return out;
}

LeftOut reason_of(const Assessment& assessment) {
  if (assessment.verdict == Verdict::unknown) return LeftOut::unknown;
  LeftOut reason = LeftOut::does_not_fit;
  for (const Finding& finding : assessment.findings) {
    if (finding.status != CheckStatus::fail) continue;
    if (finding.check == FitCheck::host_memory || finding.check == FitCheck::gpu_memory) return LeftOut::does_not_fit;
    const bool goal = finding.check >= FitCheck::goal_first_token && finding.check <= FitCheck::goal_inferences;
    reason = goal ? LeftOut::goal_missed : LeftOut::requirement_missing;
  }
  return reason;
}

bool context_is_too_short(const Case& question, double min_context) {
  const auto& most = question.model->architecture.max_context;
  return min_context > 0 && (!most || *most < min_context);
}

}  // namespace

Ranking rank(std::span<const RankCandidate> candidates, const RankTerms& terms) {
  Ranking out;
  for (const RankCandidate& candidate : candidates) {
    if (terms.task && candidate.question.model->task != *terms.task) continue;
    if (context_is_too_short(candidate.question, terms.min_context)) {
      Ranked as_it_is = judge(candidate.word, candidate.question, candidate.question.model, true);
      out.rest.push_back({candidate.word, LeftOut::context_too_short, std::move(as_it_is)});
      continue;
    }
    std::vector<Ranked> tried = judge_all(candidate, terms);
    const auto best = std::min_element(tried.begin(), tried.end(), better);
    if (fits(best->assessment)) {
      best->limits = limits_of(best->question);
      out.fits.push_back(std::move(*best));
    } else {
      // The fewest bits come nearest to fitting.
      const auto nearest = std::min_element(tried.begin(), tried.end(), fewer_bits);
      out.rest.push_back({candidate.word, reason_of(nearest->assessment), std::move(*nearest)});
    }
  }
  std::sort(out.fits.begin(), out.fits.end(), better);
  return out;
}

}  // namespace edgefit
