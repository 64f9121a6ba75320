// The records as a criterion sees them on one day: the newest of a kind, what is current, and where something is
// missing. What is older than a gap in the chain proves nothing, so that taking a record away can never help.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/days.h"
#include "edgefit/roadmap.h"

namespace edgefit {

class History {
 public:
  History(const EvidenceChain& chain, std::string as_of);

  Day as_of() const { return day_; }
  /// The newest records that a predicate may look at: one, or of imports one for each thing that was scanned.
  std::vector<const Evidence*> find(const Predicate& need) const;
  /// A gap that could have held something newer than `number` for this predicate.
  const EvidenceGap* gap_after(const Predicate& need, uint64_t number) const;
  /// The attestation of `topic` that holds today.
  const Evidence* attested(std::string_view topic) const;

  /// Why a record no longer is about what is there now; empty = it still is. `gap` when a missing record could tell.
  struct Drift {
    std::string text;
    const EvidenceGap* gap = nullptr;
  };
  Drift drift(const Evidence& record, std::string_view subject) const;
  /// How the box that was found differs from the one that was planned.
  struct Deviations {
    const Evidence *plan = nullptr, *box = nullptr;
    std::vector<std::string> wrong, unknown;
  };
  Deviations deviations() const;
  const std::vector<const Evidence*>& records() const { return records_; }

 private:
  const Evidence* newest(EvidenceKind kind) const;
  std::vector<const Evidence*> records_;
  const std::vector<EvidenceGap>& gaps_;
  Day day_;
};

/// Whether a record holds a metric, a date or a result of that name; '*' for any letters; empty = always.
bool carries(const Evidence& record, std::string_view names);

}  // namespace edgefit
