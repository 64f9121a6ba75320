// What moved since an earlier assessment: the old one as its JSON, the new one as an Answer, the difference as rows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/answer.h"
#include "edgefit/report.h"
#include "edgefit/result.h"

namespace edgefit {

/// One thing that is not what it was. Numbers in `unit`, or words; nothing on one side = it was not there.
struct Move {
  std::string part;   ///< "verdict" "question" "memory" "speed" "limits" "checks" "options"
  std::string what;   ///< key within the part: "gpu0.need", "EF-FIT-002"
  std::string title;  ///< for people
  const char* unit = "";
  std::optional<double> was, now;
  std::string was_word, now_word;
};

struct Moves {
  std::string old_as_of, old_edgefit;
  std::string old_verdict;
  std::vector<Move> list;
};

/// A file that is no assessment, or one of another major version, is a Problem.
/// Numbers count as moved from the first digit on; only where both sides tell what was free at the moment, free memory
/// and the limits that follow from it count from 1 % on.
Result<Moves> moved_since(std::string_view old_json, const std::string& where, const Answer& answer);

/// "terminal", "markdown" or "json" (docs/schema/movement.schema.json).
std::string render_moves(const Moves& moves, const Answer& answer, std::string_view form, const Style& style);

}  // namespace edgefit
