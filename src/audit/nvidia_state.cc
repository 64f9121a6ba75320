#include "audit/nvidia_state.h"

#include "base/parse.h"

namespace edgefit {

std::optional<double> NvidiaState::value(std::string_view card, std::string_view key) const {
  const auto values = by.find(card);
  if (values == by.end()) return std::nullopt;
  const auto at = values->second.find(key);
  return at == values->second.end() ? std::nullopt : std::optional(at->second);
}

NvidiaState read_nvidia_state(const Box& box) {
  NvidiaState state;
  for (const auto& line : *box.note(kNvidiaNote)) {
    const auto fields = split(line, '\t');
    const auto number = fields.size() == 3 ? to_number(fields[2]) : std::nullopt;
    if (!number) continue;
    state.asked = true;
    state.by[std::string(fields[0])].insert_or_assign(std::string(fields[1]), *number);
  }
  return state;
}

}  // namespace edgefit
