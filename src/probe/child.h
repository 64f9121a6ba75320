// Runs foreign code in a forked child with a deadline: a vendor library may crash, hang or call exit().
// The child writes lines and a marker at the end; an end without the marker is a failure, whatever was written.
#pragma once

#include <functional>
#include <string>

#include "edgefit/result.h"

namespace edgefit {

/// A child at work. Destroying it kills it.
class Child {
 public:
  /// What the child does; `write` passes one line up, control characters made harmless.
  using Write = std::function<void(const std::string& line)>;
  using Work = std::function<void(const Write& write)>;

  /// Forks at once. The deadline counts from here.
  static Result<Child> start(const Work& work, int deadline_ms);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// The lines, or why there are none: crashed with a signal, left early, deadline passed, too much text.
  Result<std::string> finish();

 private:
  Child() = default;
  void end();
  int pid_ = -1;
  int pipe_ = -1;
  int timer_ = -1;
};

}  // namespace edgefit
