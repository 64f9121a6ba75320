#include "read/gguf_split.h"

#include <fmt/format.h>

#include <charconv>
#include <unordered_set>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

namespace {

constexpr std::string_view kEnding = "-00001-of-00001.gguf";
// The largest models that are published have some hundred parts.
constexpr uint32_t kMaxParts = 4096;
constexpr size_t kMaxTensors = 65'536;

std::optional<uint32_t> five_digits(std::string_view text) {
  uint32_t n = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + 5, n);
  return error == std::errc() && stop == text.data() + 5 ? std::optional(n) : std::nullopt;
}

Problem wrong_part(std::string what, const std::string& path) {
  return {std::move(what), printable(path), tr("fetch all parts of one model again")};
}

/// split.no counts from 0.
Result<Done> check_part(const GgufFile& part, uint32_t number, uint32_t parts) {
  if (part.metadata.number("split.count").value_or(1) != parts)
    return wrong_part(fmt::format(fmt::runtime(tr("split.count is not {}, as the name of the file says")), parts),
                      part.path);
  if (part.metadata.number("split.no").value_or(-1) != number - 1)
    return wrong_part(fmt::format(fmt::runtime(tr("split.no is not {}, as the name of the file says")), number - 1),
                      part.path);
  return Done{};
}

/// Moves the tensors of `part` to the whole.
Result<Done> join(GgufFile& whole, GgufFile&& part, std::unordered_set<std::string>& names) {
  GgufTensors& all = whole.tensors;
  if (all.tensors.size() + part.tensors.tensors.size() > kMaxTensors)
    return wrong_part(tr("implausibly many tensors"), part.path);
  for (auto& tensor : part.tensors.tensors) {
    if (!names.insert(tensor.name).second)
      return wrong_part(say(tr("a tensor is in two parts: {}"), printable(tensor.name)), part.path);
    all.tensors.push_back(std::move(tensor));
  }
  for (auto& warning : part.tensors.warnings) all.warnings.push_back(std::move(warning));
  all.bytes_known = all.bytes_known && part.tensors.bytes_known;
  whole.bytes += part.bytes;
  whole.parts += 1;
  return Done{};
}

}  // namespace

std::string SplitName::path_of(uint32_t number) const {
  return fmt::format("{}-{:05}-of-{:05}.gguf", prefix, number, parts);
}

std::optional<SplitName> split_name_of(const std::string& path) {
  if (path.size() <= kEnding.size()) return {};
  const size_t start = path.size() - kEnding.size();
  const std::string_view end = std::string_view(path).substr(start);
  const auto part = five_digits(end.substr(1)), parts = five_digits(end.substr(10));
  if (!part || !parts || *part < 1 || *part > *parts || *parts > kMaxParts) return {};
  SplitName name{path.substr(0, start), *part, *parts};
  return name.path_of(*part) == path ? std::optional(std::move(name)) : std::nullopt;
}

bool same_split_model(const std::string& a, const std::string& b) {
  const auto left = split_name_of(a), right = split_name_of(b);
  return left && right && left->prefix == right->prefix && left->parts == right->parts;
}

Result<Model> join_gguf_parts(GgufFile&& first, const std::function<Result<GgufFile>(const std::string&)>& header_of) {
  const auto name = split_name_of(first.path);
  if (first.metadata.number("split.count").value_or(1) <= 1 || !name) return model_of(std::move(first));
  std::optional<GgufFile> whole;
  std::unordered_set<std::string> names;
  double stated = -1;
  for (uint32_t number = 1; number <= name->parts; ++number) {
    const std::string path = name->path_of(number);
    // NOLINTNEXTLINE(bugprone-use-after-move): each number comes once.
    auto part = number == name->part ? Result<GgufFile>(std::move(first)) : header_of(path);
    if (!part) {
      if (part.error().what == tr("no such file"))
        return wrong_part(fmt::format(fmt::runtime(tr("part {} of {} is missing")), number, name->parts), path);
      return part.error();
    }
    const auto checked = check_part(*part, number, name->parts);
    if (!checked) return checked.error();
    const double total = part->metadata.number("split.tensors.count").value_or(-1);
    if (number == 1) stated = total;
    if (total != stated) return wrong_part(tr("split.tensors.count differs from that of the first part"), path);
    if (!whole) {
      whole = std::move(*part);
      for (const auto& tensor : whole->tensors.tensors) names.insert(tensor.name);
    } else if (const auto joined = join(*whole, std::move(*part), names); !joined) {
      return joined.error();
    }
  }
  const auto found = static_cast<double>(whole->tensors.tensors.size());
  if (stated >= 0 && stated != found)
    return wrong_part(
        fmt::format(fmt::runtime(tr("the parts have {} tensors, split.tensors.count says {}")), found, stated),
        whole->path);
  return model_of(std::move(*whole));
}

Result<Model> read_gguf_parts(const File& file) {
  auto first = read_gguf_header(FileSource(file));
  if (!first) return first.error();
  return join_gguf_parts(std::move(*first), [](const std::string& path) -> Result<GgufFile> {
    const auto part = File::open(path);
    if (!part) return part.error();
    return read_gguf_header(FileSource(*part));
  });
}

}  // namespace edgefit
