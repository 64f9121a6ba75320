// How far each kind of line can be off: factors below and above the estimate, from the measured errors in
// docs/accuracy.md. Memory is never under-estimated: the upper factor covers the worst case seen.
#pragma once

#include "edgefit/assessment.h"

namespace edgefit {

struct Spread {
  double low = 1, high = 1;
};

/// Of a line of `term`; `partial` = layers, experts or the cache lie in host memory.
Spread spread_of(Term term, const Case& question, bool partial);

}  // namespace edgefit
