// The flags of all commands as completions and the man page tell them: one row for a flag that several commands have
// in the same form. They come from the declarations that also parse, so nothing can be documented that is not there.
#pragma once

#include <string_view>
#include <vector>

#include "cli/flags.h"

namespace edgefit {

struct SharedRow {
  FlagRow row;
  std::vector<std::string_view> commands;
};
/// In the order of the table of commands and of their declarations, each once.
std::vector<SharedRow> shared_rows();

/// What the shell completes beside the words of `row.choices`.
enum class Places { none, files, folders };
Places places_of(const FlagRow& row);

}  // namespace edgefit
