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
  /// The newest records that a predicate may look at: one of each topic.
  std::vector<const Evidence*> find(const Predicate& need) const;
  /// A gap that could have held something for this predicate that nothing newer among `found` stands in for. Where
  /// several topics are asked for, only a record of the same one does.
  const EvidenceGap* gap_among(const Predicate& need, const std::vector<const Evidence*>& found) const;
  /// The attestation of `topic` that holds today, unless a newer one could be missing.
  const Evidence* attested(const std::string& topic) const;

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
