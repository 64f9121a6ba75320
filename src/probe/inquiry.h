// One question to foreign code: a vendor library or a driver in a child with a deadline.
// Of a recording it is the answer that was kept, so that live and replayed machines take the same way.
#pragma once

#include <optional>
#include <string>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/child.h"

namespace edgefit {

inline constexpr const char* kAnswersFolder = "/edgefit/answers/";

class Inquiry {
 public:
  enum class Outcome {
    nobody_asked,
    waiting,
    answered,
    failed,   ///< crash, deadline, early exit: one line of Host::errors
    refused,  ///< not asked, for a reason that the user should know: "library not found"
  };
  Inquiry() = default;
  /// Forks at once on a live machine. Of a recording `work` is never called.
  static Inquiry start(const Root& root, std::string source, const Child::Work& work, int deadline_ms);
  /// On a live machine nobody is asked, because of `why`; a recording says for itself.
  static Inquiry refuse(const Root& root, std::string source, std::string why);

  const std::string& source() const { return source_; }
  Outcome outcome() const { return outcome_; }
  /// What was said, with ids made anonymous, or why there is no answer. Waits, at most until the deadline.
  const std::string& finish();
  /// The same as a recording keeps it; empty when nobody was asked.
  std::string recorded() const;

 private:
  static Inquiry replay(const Root& root, std::string source);
  std::string source_;
  Outcome outcome_ = Outcome::nobody_asked;
  std::optional<Child> child_;
  std::string text_;
};

/// Notes a failed inquiry in `host.errors`.
void note_failure(const Inquiry& inquiry, const std::string& what, Host& host);

}  // namespace edgefit
