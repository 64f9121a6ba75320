// A load beside its prediction: which figures compare, and what the diagnosis says about the deployment.
#include <fmt/format.h>

#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "edgefit/verify.h"

namespace edgefit {
namespace {

const char* label_of(const MeasuredFigure& figure) {
  return std::string_view(figure.id) == "decode" ? tr("each request") : tr("the first token");
}

/// "each request 43 % slower".
std::string shift_of(const MeasuredFigure& figure) {
  const double percent = (figure.speed() - 1) * 100;
  return say(percent < 0 ? tr("{} {:.0f} % slower") : tr("{} {:.0f} % faster"), label_of(figure), std::abs(percent));
}

std::string shifts(const Diagnosis& found, CheckStatus status) {
  std::string out;
  for (const auto& figure : found.figures)
    if (figure.status == status) out += (out.empty() ? "" : "; ") + shift_of(figure);
  return out;
}

template <class Q>
void add(std::vector<MeasuredFigure>& out, const char* id, const char* unit, double measured,
         const std::optional<Estimate<Q>>& predicted, bool more_is_better) {
  if (predicted)
    out.push_back(measured_figure(id, unit, measured, predicted->value.value, predicted->low.value,
                                  predicted->high.value, more_is_better));
}

}  // namespace

std::string incomparable(const LoadPlan& plan, const Speed& predicted) {
  if (plan.shape == LoadShape::users || plan.shape == LoadShape::open)
    return tr("requests overlap by chance in this shape; --shape single compares with the prediction");
  if (!predicted.decode && !predicted.time_to_first_token)
    return tr("the case predicts no speed: edgefit assess case.json tells why");
  return {};
}

std::vector<MeasuredFigure> measured_figures(const LoadResult& load, const Speed& predicted) {
  std::vector<MeasuredFigure> out;
  if (load.tpot.n > 0 && load.tpot.median > 0)
    add(out, "decode", "tok/s", 1 / load.tpot.median, predicted.decode, true);
  if (load.ttft.n > 0) add(out, "first_token", "s", load.ttft.median, predicted.time_to_first_token, false);
  return out;
}

std::vector<VerifyFinding> judge_prediction(const PredictionReport& prediction) {
  const Diagnosis& found = prediction.diagnosis;
  VerifyFinding out{"EF-VER-201", mark("as fast as predicted"), found.status, "", "", true};
  if (!prediction.gap.empty()) {
    out.status = CheckStatus::unknown;
    out.message = prediction.gap;
    return {out};
  }
  if (!found.refused.empty()) {
    out.message = say(tr("not certified: {}"), found.refused);
    out.fix = tr("stop the other programs, wait two minutes, and measure again");
  } else if (found.status == CheckStatus::fail) {
    std::string why, cure;
    for (const auto& cause : found.causes) {
      why += (why.empty() ? "" : "; ") + cause.evidence;
      cure += (cure.empty() ? "" : "; ") + std::string(tr(cause.fix));
    }
    const std::string slower = shifts(found, CheckStatus::fail);
    out.message =
        why.empty() ? say(tr("{} than predicted, unexplained"), slower) : say(tr("{} than predicted: {}"), slower, why);
    out.fix = why.empty() ? tr("measure on the server's own box as root, which sees more") : cure;
  } else if (found.status == CheckStatus::warn) {
    out.message = say(tr("{} than predicted"), shifts(found, CheckStatus::warn));
    out.fix = tr("edgefit calibrate with these figures makes later predictions closer");
  } else {
    out.message = found.figures.empty() ? tr("no answer could be compared") : tr("within the predicted range");
  }
  return {out};
}

}  // namespace edgefit
