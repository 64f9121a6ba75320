#include "read/gguf_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_set>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/limits.h"
#include "read/tensors.h"

namespace edgefit {

namespace {

// ggml itself allows 63 bytes; names of research forks are a little longer.
constexpr uint64_t kMaxName = 256;
constexpr uint32_t kMaxDimensions = 4;

std::string quoted(const std::string& name) {
  return fmt::format("tensor {}", printable(name));
}

/// Sets the exact bytes. The words say what is wrong, empty when all is well.
std::string size_tensor(Tensor& tensor, uint32_t type_id) {
  // ggml counts elements in int64_t; a tensor past 2^53 bytes (8 PiB) is no tensor of today, and its bytes would
  // no longer be a whole number here.
  constexpr auto kMaxElements = static_cast<uint64_t>(kMaxBytes);
  uint64_t elements = 1;
  for (const uint64_t n : tensor.shape) {
    if (n == 0 || n > kMaxElements) return tr("a dimension is out of range");
    if (__builtin_mul_overflow(elements, n, &elements)) return tr("the tensor size overflows");
  }
  tensor.type = find_ggml_type(type_id);
  if (elements > kMaxElements) return tr("the tensor size overflows");
  if (tensor.type == nullptr) return {};
  if (tensor.shape[0] % tensor.type->block != 0) {
    return say(tr("a row of {} elements is no multiple of the {} of a block of {}"), tensor.shape[0],
               tensor.type->block, tensor.type->name);
  }
  tensor.bytes = elements / tensor.type->block * tensor.type->bytes;  // at most 2^53 times some hundred
  return tensor.bytes > kMaxElements ? tr("the tensor size overflows") : std::string();
}

/// Order of the tensors in the data.
std::vector<size_t> by_offset(const GgufTensors& found) {
  std::vector<size_t> order(found.offsets.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return found.offsets[a] < found.offsets[b]; });
  return order;
}

/// Bytes of tensors whose type has no row: what lies between their offset and the next one's.
void size_unknown_types(GgufTensors& found, const std::vector<size_t>& order, uint64_t data_bytes) {
  for (size_t i = 0; i < order.size(); ++i) {
    Tensor& tensor = found.tensors[order[i]];
    if (tensor.type != nullptr) continue;
    const uint64_t start = found.offsets[order[i]];
    const uint64_t end = i + 1 < order.size() ? found.offsets[order[i + 1]] : std::max(start, data_bytes);
    tensor.bytes = found.header_only && i + 1 == order.size() ? 0 : end - start;
    if (tensor.bytes == 0) found.bytes_known = false;
  }
}

Result<Done> check_ends(const GgufTensors& found, uint64_t data_start, uint64_t file_size, const std::string& file) {
  const Tensor* worst = nullptr;
  uint64_t furthest = 0;
  for (size_t i = 0; i < found.tensors.size(); ++i) {
    uint64_t end = 0;
    const bool overflow = __builtin_add_overflow(data_start, found.offsets[i], &end) ||
                          __builtin_add_overflow(end, found.tensors[i].bytes, &end);
    if (overflow) end = std::numeric_limits<uint64_t>::max();
    if (end > furthest) {
      furthest = end;
      worst = &found.tensors[i];
    }
  }
  if (worst == nullptr || furthest <= file_size || found.header_only) return Done{};
  return Problem{tr("tensor data runs past the end of the file"),
                 say(tr("{}, {}: ends at byte {} of {}"), printable(file), quoted(worst->name),
                     show_count(static_cast<double>(furthest)), show_count(static_cast<double>(file_size))),
                 tr("the download looks incomplete; compare its size and checksum with the publisher's")};
}

/// Sums beyond any model: only a file without its data can state them.
Result<Done> check_totals(const GgufTensors& found, const std::string& file) {
  double elements = 0, bytes = 0;
  for (const auto& tensor : found.tensors) {
    elements += elements_of(tensor);
    bytes += static_cast<double>(tensor.bytes);
  }
  if (elements <= kMaxParameters && bytes <= kMaxBytes) return Done{};
  return Problem{tr("the tensors are implausibly large"), printable(file), tr("the file is damaged or hostile")};
}

void warn_of_layout(GgufTensors& found, const std::vector<size_t>& order, uint64_t alignment) {
  for (size_t i = 0; i < order.size(); ++i) {
    const uint64_t start = found.offsets[order[i]];
    const std::string name = quoted(found.tensors[order[i]].name);
    if (start % alignment != 0) {
      found.warnings.push_back(fmt::format("{}: {}", name,
                                           fmt::format(fmt::runtime(tr("its offset {} is not aligned to {} bytes; "
                                                                       "llama.cpp will not load this file")),
                                                       start, alignment)));
      return;
    }
    if (i > 0 && start - found.offsets[order[i - 1]] < found.tensors[order[i - 1]].bytes) {
      found.warnings.push_back(
          fmt::format("{}: {}", name, tr("it overlaps another tensor; llama.cpp will not load this file")));
      return;
    }
  }
}

}  // namespace

GgufTensors read_gguf_tensors(ByteCursor& cursor, uint64_t count) {
  GgufTensors found;
  std::unordered_set<std::string> names;
  const char* const damaged = tr("the file is damaged or hostile");
  uint64_t unknown = 0;  // types; one warning is enough
  found.tensors.reserve(static_cast<size_t>(count));
  for (uint64_t i = 0; i < count; ++i) {
    Tensor tensor;
    tensor.name = cursor.text(cursor.u64(), kMaxName);
    const uint32_t dimensions = cursor.u32();
    if (cursor.failed()) break;
    if (dimensions == 0 || dimensions > kMaxDimensions) {
      cursor.fail(say(tr("the number of dimensions is not 1 to 4 ({})"), dimensions), quoted(tensor.name), damaged);
      break;
    }
    for (uint32_t d = 0; d < dimensions; ++d) tensor.shape[d] = cursor.u64();
    const uint32_t type_id = cursor.u32();
    const uint64_t offset = cursor.u64();
    if (cursor.failed()) break;
    std::string wrong = size_tensor(tensor, type_id);
    if (wrong.empty() && tensor.name.empty()) wrong = tr("a tensor has no name");
    if (wrong.empty() && !names.insert(tensor.name).second) wrong = tr("duplicate tensor name");
    if (!wrong.empty()) {
      cursor.fail(std::move(wrong), quoted(tensor.name), damaged);
      break;
    }
    if (tensor.type == nullptr && unknown++ == 0) {
      found.warnings.push_back(fmt::format("{}: {} {}", quoted(tensor.name), tr("unknown ggml type"), type_id));
    }
    found.tensors.push_back(std::move(tensor));
    found.offsets.push_back(offset);
  }
  return found;
}

Result<Done> check_gguf_data(GgufTensors& found, uint64_t data_start, uint64_t alignment, uint64_t file_size,
                             const std::string& file_name) {
  found.header_only = !found.tensors.empty() && file_size <= data_start;
  const std::vector<size_t> order = by_offset(found);
  size_unknown_types(found, order, file_size - std::min(data_start, file_size));
  auto ends = check_ends(found, data_start, file_size, file_name);
  if (!ends) return ends;
  auto totals = check_totals(found, file_name);
  if (!totals) return totals;
  warn_of_layout(found, order, alignment);
  if (found.header_only) {
    found.warnings.emplace_back(tr("the file holds the header only; the tensor data is still to be fetched"));
  }
  return Done{};
}

}  // namespace edgefit
