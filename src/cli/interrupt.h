// Ctrl-C as a flag to look at: work ends at the next chance and what is there can still be told.
// A second Ctrl-C ends the program as it always did.
#pragma once

#include <atomic>

namespace edgefit {

/// While it lives, the first SIGINT or SIGTERM only sets the flag.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  const std::atomic<bool>& flag() const;
};

}  // namespace edgefit
