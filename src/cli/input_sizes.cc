#include "cli/input_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "edgefit/text.h"

namespace edgefit {
namespace {

// As many dimensions and elements as no network has.
constexpr size_t kMaxRank = 8;
constexpr double kMaxElements = 1e12;

std::optional<int64_t> parse_size(std::string_view text) {
  int64_t size = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  const bool good = error == std::errc{} && stop == text.data() + text.size() && size >= 1 &&
                    size <= std::numeric_limits<int32_t>::max();
  return good ? std::optional(size) : std::nullopt;
}

std::optional<std::vector<int64_t>> parse_shape(std::string_view text) {
  std::vector<int64_t> dims;
  double elements = 1;
  for (size_t at = 0; at <= text.size() && !text.empty();) {
    const size_t cross = std::min(text.find('x', at), text.size());
    const auto size = parse_size(text.substr(at, cross - at));
    if (!size || dims.size() == kMaxRank) return std::nullopt;
    elements *= static_cast<double>(*size);
    dims.push_back(*size);
    at = cross + 1;
  }
  return elements <= kMaxElements ? std::optional(dims) : std::nullopt;
}

Problem bad_value(const char* flag, const std::string& value, const char* hint) {
  return {fmt::format(fmt::runtime(tr("bad value '{}'")), value), flag, hint};
}

}  // namespace

Result<InputSizes> parse_input_sizes(const std::vector<std::string>& inputs, const std::string& batch) {
  InputSizes out;
  for (const auto& typed : inputs) {
    // Names hold whatever exporters put there, also "=".
    const size_t equals = typed.rfind('=');
    auto dims = equals == std::string::npos || equals == 0 ? std::nullopt
                                                           : parse_shape(std::string_view(typed).substr(equals + 1));
    if (!dims) return bad_value("--input", typed, tr("write the name and all sizes, like images=1x3x640x640"));
    if (!out.inputs.emplace(typed.substr(0, equals), std::move(*dims)).second)
      return bad_value("--input", typed, tr("this input was stated before"));
  }
  if (batch.empty()) return out;
  out.batch = parse_size(batch);
  if (!out.batch) return bad_value("--batch", batch, tr("a whole number of at least 1"));
  return out;
}

}  // namespace edgefit
