// Ways out of a shortfall, one row of kChanges each: what could be changed about a Case, and how.
#pragma once

#include <span>
#include <vector>

#include "edgefit/case.h"
#include "edgefit/plan.h"

namespace edgefit {

/// One candidate: the change with its price and added power.
struct Candidate {
  Change change;
  Price price;
  std::optional<Watts> power;
  double loss = 0;  ///< precision given up, in ranks of Precision::quality
};

/// Makes candidates for a Case, cheapest first.
struct ChangeRow {
  std::string_view name;
  bool hardware;  ///< buys something
  std::vector<Candidate> (*propose)(const Case&);
};
std::span<const ChangeRow> change_rows();

}  // namespace edgefit
