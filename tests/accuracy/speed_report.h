// What cross-validation says of the speeds, as tables, as coefficients for the profiles, and as bounds that a test
// holds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "accuracy/speed_fit.h"

namespace edgefit::speed {

/// A row judged by coefficients that never saw its device; the interval comes from other devices too.
struct Judged {
  const Row* row = nullptr;
  double predicted = 0, low = 0, high = 0;
  double error() const;  ///< |predicted / measured - 1|
  bool inside() const { return row->measured >= low && row->measured <= high; }
};

/// Interval factors on an estimate.
struct Spread {
  double low = 1, high = 1;
};

struct Study {
  struct Kind {
    std::vector<Judged> rows;
    std::vector<Spread> spreads;  ///< one a family
  };
  Kind decode, prefill;
};
/// Leaves `owners` with the coefficients of all rows and their intervals.
Study study_of(const Corpus& corpus, std::vector<std::unique_ptr<Coefficients>>& owners);

void print_tables(const Study& study, const Corpus& corpus);
int print_coefficients(const Study& study, std::vector<std::unique_ptr<Coefficients>>& owners);
/// 1 when a bound of docs/accuracy.md is broken.
int check(const Study& study);

}  // namespace edgefit::speed
