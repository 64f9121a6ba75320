// Which of many models run on a box, each in the best precision that fits: a loop over assess(), which sizes all of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/case.h"

namespace edgefit {

/// One model to be ranked: the question in the precision that the model comes in.
struct RankCandidate {
  std::string word;  ///< as the user names it: a name of the catalog or a path
  Case question;
};

struct RankTerms {
  bool native = true;                        ///< the precision that the model comes in is one of those tried
  std::vector<const Precision*> precisions;  ///< others; one that keeps no less than the native one is not tried
  std::optional<Task> task;                  ///< only models for it
  double min_context = 0;                    ///< tokens that model and memory must both hold
};

struct Ranked {
  std::string word;
  Case question;  ///< in the precision that was chosen
  Assessment assessment;
  Limits limits;
  bool native = false;  ///< no requantisation needed
};

/// Why a model is not in the list.
enum class LeftOut : uint8_t { does_not_fit, goal_missed, requirement_missing, unknown, context_too_short };
const char* name_of(LeftOut reason);
struct Rest {
  std::string word;
  LeftOut reason = LeftOut::does_not_fit;
  Ranked nearest;  ///< the precision that came nearest
};

struct Ranking {
  std::vector<Ranked> fits;  ///< best first
  std::vector<Rest> rest;    ///< in the order of the candidates
};

/// ready before tight; without a speed goal, all layers on the accelerators before some in host memory; more parameters
/// before fewer; then more bits a weight. The same order picks a model's precision and sorts the models: how well a
/// model was trained is not known here, and no score is made up for it.
Ranking rank(std::span<const RankCandidate> candidates, const RankTerms& terms);

}  // namespace edgefit
