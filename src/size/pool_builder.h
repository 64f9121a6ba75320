// Lines of one memory pool while its bill is made: whole bytes, intervals, sums.
// Shared by the model itself and by what is loaded beside it.
#pragma once

#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/case.h"

namespace edgefit {

/// Adds whole-byte lines to a pool and keeps the sums.
class PoolBuilder {
 public:
  /// `device` = the lines belong to a device, which may have no memory of its own.
  PoolBuilder(PoolFit& pool, const Case& question, bool device, bool partial = false)
      : pool_(pool), question_(question), device_(device), partial_(partial) {}

  /// With the interval that spread_of() states for `term`.
  void add(Term term, Figure<Bytes> bytes);
  /// Nothing is added when there are no bytes. A second line of a term joins the first.
  void add(Term term, Figure<Bytes> bytes, Bytes low, Bytes high);

 private:
  PoolFit& pool_;
  const Case& question_;
  bool device_, partial_;
};

/// The pool of that index (see pools_of), made when it is not there yet. Invalidates references to others.
PoolFit& pool_at(std::vector<PoolFit>& pools, int index);

}  // namespace edgefit
