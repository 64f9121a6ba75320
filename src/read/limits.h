// The largest hyper-parameters that are believed. Far above every published model, and small enough that no
// product of a tensor's dimensions leaves 64 bits.
#pragma once

namespace edgefit {

inline constexpr double kMaxLayers = 10'000;
inline constexpr double kMaxHidden = 1e6;
inline constexpr double kMaxFfn = 1e7;
inline constexpr double kMaxVocab = 1e7;
inline constexpr double kMaxHeads = 1e5;
inline constexpr double kMaxHeadDim = 1e6;
inline constexpr double kMaxExperts = 1e5;
inline constexpr double kMaxTokens = 1e9;  ///< context lengths and windows
inline constexpr double kMaxParameters = 1e16;
inline constexpr double kMaxBytes = 9'007'199'254'740'992;  ///< 2^53: whole bytes that a double holds

}  // namespace edgefit
