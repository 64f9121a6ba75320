#include "report/reporters.h"

#include <algorithm>
#include <array>

namespace edgefit {
namespace {

constexpr std::array kReporters = {
    Reporter{"terminal", "txt", render_terminal},
    Reporter{"json", "json", render_json},
    Reporter{"markdown", "md", render_markdown},
    Reporter{"junit", "xml", render_junit},
};

}  // namespace

std::span<const Reporter> reporters() {
  return kReporters;
}

const Reporter* find_reporter(std::string_view name_or_extension) {
  const auto at = std::find_if(kReporters.begin(), kReporters.end(), [&](const Reporter& reporter) {
    return reporter.name == name_or_extension || reporter.extension == name_or_extension;
  });
  return at == kReporters.end() ? nullptr : &*at;
}

}  // namespace edgefit
