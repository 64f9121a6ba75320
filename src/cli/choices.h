// The words that the value of a flag may be, out of the table that also reads it: completions never offer what the
// flag refuses, and nobody keeps a second list.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/flags.h"

namespace edgefit {

/// `word_of` each row of a table that lives as long as the program, in its order, each once.
template <typename Table, typename WordOf = std::identity>
Choices names_of(const Table& table, WordOf word_of = {}) {
  return [rows = std::span(table), word_of] {
    std::vector<std::string> out;
    for (const auto& row : rows) {
      std::string word(std::invoke(word_of, row));
      if (std::find(out.begin(), out.end(), word) == out.end()) out.push_back(std::move(word));
    }
    return out;
  };
}

}  // namespace edgefit
