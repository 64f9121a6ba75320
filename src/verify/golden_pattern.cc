#include "verify/golden_pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "edgefit/text.h"

namespace edgefit {
namespace {

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);  // of the compiled pattern: a{1000}{1000} is refused instead of filling the memory
  return options;
}

}  // namespace

Result<Done> check_pattern(const std::string& pattern) {
  if (pattern.size() > kLongestPattern)
    return Problem{tr("this pattern is too long"), "",
                   fmt::format(fmt::runtime(tr("at most {} bytes")), kLongestPattern)};
  const RE2 compiled(pattern, quiet());
  if (compiled.ok()) return Done{};
  return Problem{fmt::format(fmt::runtime(tr("this is no regular expression: {}")), printable(compiled.error())), "",
                 tr("RE2 has neither look-around nor back-references: github.com/google/re2/wiki/Syntax")};
}

bool pattern_found(const std::string& pattern, std::string_view text) {
  const RE2 compiled(pattern, quiet());
  if (!compiled.ok()) return false;
  text = text.substr(0, std::min(text.size(), kSearchedBytes));
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled);
}

}  // namespace edgefit
