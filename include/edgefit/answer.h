// Everything a report shows about one Case, with its texts. Reporters print an Answer, they compute nothing.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/plan.h"

namespace edgefit {

/// A Finding in words.
struct CheckText {
  Finding finding;
  std::string id, title, required, detected, message, fix;
};

struct Answer {
  Case question;
  std::string as_of;             ///< ISO date
  std::shared_ptr<Trace> trace;  ///< of `assessment`
  Assessment assessment;
  int exit_code = 0;
  Limits limits;
  std::vector<CheckText> checks;
  std::vector<Option> options;
  std::string catalog_date;           ///< of what could be bought
  std::vector<std::string> warnings;  ///< unknown keys, conflicts, ages
  std::string refusal;                ///< what the engine will print at start-up; empty when it starts
  std::string command;                ///< the engine's own command line, when it fits
};

struct AnswerOptions {
  std::string as_of;
  enum class FailOn { not_ready, tight, never } fail_on = FailOn::not_ready;
  bool with_options = true;
  bool plan_unknown = false;  ///< look for options too where the verdict is unknown, not only where it is no
  PlanTerms terms;            ///< what the options may be
};
/// assess + limits + options + texts.
Answer answer(const Case& question, const AnswerOptions& options);

}  // namespace edgefit
