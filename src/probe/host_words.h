// The words of host.json that differ from the names used elsewhere: confidence and mode.
// One table each, used by writer and reader.
#pragma once

#include <optional>
#include <string_view>

#include "edgefit/host.h"

namespace edgefit {

/// measured driver os firmware table inferred user; "none" stands for an unknown fact.
const char* confidence_of(Origin::Kind kind);
std::optional<Origin::Kind> find_confidence(std::string_view word);
inline constexpr std::string_view kNoConfidence = "none";

/// live sysroot xml recorded user
const char* mode_word(Host::Mode mode);
std::optional<Host::Mode> find_mode(std::string_view word);

inline constexpr std::string_view kHostFormat = "edgefit.host";
inline constexpr std::string_view kHostVersion = "1.0";

}  // namespace edgefit
