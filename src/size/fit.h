// The best placement of a Case and its bill: as many layers on the GPUs as surely fit.
#pragma once

#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/size.h"
#include "size/bill.h"
#include "size/placement.h"

namespace edgefit {

struct Fit {
  Layout layout;
  std::vector<Device> devices;
  std::vector<PoolFit> pools;
  int score = 0;                         ///< of the worst pool, see score_of
  std::optional<ServerSettings> server;  ///< of an engine that fills its share of the cards
};

/// --gpu-layers as asked, else the largest number with the best score. Among misfits the smallest shortfall.
Fit best_fit(const Case& question);
/// The bill of a known layout once more, traced.
std::vector<PoolFit> traced_bill(const Case& question, const Fit& fit, Given given);

}  // namespace edgefit
