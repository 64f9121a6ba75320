// Sweeps over hundreds of files. Under sanitizers, which make them ten times slower, a few of them show what all would.
#pragma once

#include <cstddef>

namespace edgefit::test {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kSanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool kSanitized = false;
#endif

/// Every file, or every fifth.
inline constexpr size_t kSweepStep = kSanitized ? 5 : 1;

}  // namespace edgefit::test
