// Numbers that look random and are the same for the same seed on every machine and compiler.
// The standard's distributions are not: each library draws its own way.
#pragma once

#include <cstdint>

namespace edgefit {

/// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();
  double uniform();            ///< above 0, at most 1
  double exponential();        ///< mean 1
  double gamma(double shape);  ///< mean `shape`, by Marsaglia and Tsang (2000)

 private:
  double normal();  ///< by Box and Muller
  uint64_t state_;
};

}  // namespace edgefit
