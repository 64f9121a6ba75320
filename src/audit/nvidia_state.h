// What NVIDIA's library told an audit that was allowed to ask it, as a recording keeps it.
// No other source tells confidential computing, limits of power and ECC of these cards.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "audit/box.h"

namespace edgefit {

inline constexpr const char* kNvidiaNote = "nvidia";

struct NvidiaState {
  using Values = std::map<std::string, double, std::less<>>;
  bool asked = false;                             ///< and answered
  std::map<std::string, Values, std::less<>> by;  ///< PCI address, or "-" -> key -> value; "!call" -> code

  std::optional<double> value(std::string_view card, std::string_view key) const;
};
/// Lines of ask_nvidia_state (edgefit/probe.h); a line of another shape is left out.
NvidiaState read_nvidia_state(const Box& box);

}  // namespace edgefit
