#include "read/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/json_scanner.h"
#include "read/limits.h"
#include "read/names.h"

namespace edgefit {

namespace {

// The reference reader takes 100 MB; the largest published header has 10 MB, and a tool need not hold more.
constexpr uint64_t kMaxHeader = 32 << 20;
constexpr size_t kMaxName = 1024;

struct DtypeRow {
  std::string_view name;
  uint32_t bits;
  std::string_view type;  ///< ggml's, empty when it has none
};
// Dtype of huggingface/safetensors, safetensors/src/tensor.rs.
constexpr DtypeRow kDtypes[] = {
    {"BOOL", 8, ""},        {"F4", 4, ""},          {"F6_E2M3", 6, ""},   {"F6_E3M2", 6, ""}, {"U8", 8, ""},
    {"I8", 8, "i8"},        {"F8_E5M2", 8, ""},     {"F8_E4M3", 8, ""},   {"F8_E8M0", 8, ""}, {"I16", 16, "i16"},
    {"U16", 16, ""},        {"F16", 16, "f16"},     {"BF16", 16, "bf16"}, {"I32", 32, "i32"}, {"U32", 32, ""},
    {"F32", 32, "f32"},     {"F64", 64, "f64"},     {"I64", 64, "i64"},   {"U64", 64, ""},    {"C64", 64, ""},
    {"F8_E4M3FNUZ", 8, ""}, {"F8_E5M2FNUZ", 8, ""},
};

// Beside quantised weights: GPTQ, AWQ, compressed-tensors, DeepSeek's FP8, modelopt, MLX, bitsandbytes.
constexpr std::string_view kSides[] = {".weight_scale",
                                       ".weight_scale_inv",
                                       ".weight_scale_2",
                                       ".weight_shape",
                                       ".weight_zero_point",
                                       ".weight_g_idx",
                                       ".input_scale",
                                       ".k_scale",
                                       ".v_scale",
                                       ".scales",
                                       ".qzeros",
                                       ".g_idx",
                                       ".biases",
                                       ".absmax",
                                       ".quant_map",
                                       ".nested_absmax",
                                       ".nested_quant_map",
                                       "_scales"};
constexpr std::string_view kBuffers[] = {".rotary_emb.inv_freq", ".attention.bias", ".masked_bias", ".position_ids"};
/// Names of matrices that hold several weights in one element.
constexpr std::string_view kPacked[] = {".weight_packed", ".qweight", "_blocks"};

template <size_t N>
bool ends_with_any(std::string_view name, const std::string_view (&suffixes)[N]) {
  return std::any_of(std::begin(suffixes), std::end(suffixes), [&](auto s) { return name.ends_with(s); });
}

/// What the header says of one tensor.
struct Entry {
  Tensor tensor;
  const DtypeRow* dtype = nullptr;
  std::string dtype_name;
  uint64_t begin = 0, end = 0, elements = 1;
};

class HeaderReader {
 public:
  HeaderReader(std::string_view text, uint64_t data_bytes, std::string name)
      : scan_(text), data_bytes_(data_bytes), name_(std::move(name)) {}

  Result<Safetensors> read() {
    scan_.enter_object();
    while (const auto key = scan_.next_key()) {
      if (key->size() > kMaxName) scan_.fail(tr("a tensor name is too long"));
      const std::string name(*key);
      if (!names_.insert(name).second) scan_.fail(say(tr("duplicate key \"{}\""), printable(name.substr(0, 80))));
      if (name == "__metadata__") {
        scan_.skip(4);
      } else {
        read_entry(name);
      }
      if (scan_.failed()) break;
    }
    scan_.end();
    if (scan_.failed()) return scan_.problem(fmt::format("{}: {}", name_, tr("header")));
    if (const auto problem = check_layout()) return *problem;
    return sum();
  }

 private:
  static constexpr const char* kDamaged = "the file is damaged or hostile";

  std::optional<uint64_t> whole(double n) {
    if (n >= 0 && n == std::floor(n) && n <= kMaxBytes) return static_cast<uint64_t>(n);
    scan_.fail(fmt::format("{} ({})", n < 0 ? tr("a negative number") : tr("not a whole number"), n));
    return {};
  }

  void read_entry(const std::string& name) {
    Entry entry;
    entry.tensor.name = name;
    int seen = 0;
    scan_.enter_object();
    while (const auto key = scan_.next_key()) {
      if (*key == "dtype") {
        read_dtype(entry, seen);
      } else if (*key == "shape") {
        read_shape(entry, seen);
      } else if (*key == "data_offsets") {
        read_offsets(entry, seen);
      } else {
        scan_.skip(4);
      }
    }
    if (!scan_.failed() && seen != 7)
      scan_.fail(say(tr("dtype, shape or data_offsets missing or twice: {}"), printable(name)));
    if (!scan_.failed()) entries_.push_back(std::move(entry));
  }

  void mark(int& seen, int bit) {
    if ((seen & bit) != 0) scan_.fail(tr("duplicate key"));
    seen |= bit;
  }

  void read_dtype(Entry& entry, int& seen) {
    mark(seen, 1);
    entry.dtype_name = scan_.string();
    for (const auto& row : kDtypes)
      if (row.name == entry.dtype_name) entry.dtype = &row;
    if (entry.dtype != nullptr && !entry.dtype->type.empty()) entry.tensor.type = find_ggml_type(entry.dtype->type);
  }

  void read_shape(Entry& entry, int& seen) {
    mark(seen, 2);
    std::vector<uint64_t> shape;
    scan_.enter_array();
    while (scan_.next_element()) {
      const auto n = whole(scan_.number());
      if (!n || shape.size() >= 16) return scan_.fail(tr("too many dimensions"));
      shape.push_back(*n);
      if (__builtin_mul_overflow(entry.elements, *n, &entry.elements) ||
          entry.elements > static_cast<uint64_t>(kMaxBytes))
        return scan_.fail(tr("the tensor size overflows"));
    }
    // Rows first, as in GGUF; what is beyond four dimensions is folded into the last.
    std::reverse(shape.begin(), shape.end());
    for (size_t i = 0; i < shape.size(); ++i) entry.tensor.shape[std::min<size_t>(i, 3)] *= shape[i];
  }

  void read_offsets(Entry& entry, int& seen) {
    mark(seen, 4);
    std::array<uint64_t, 2> offsets{};
    size_t count = 0;
    scan_.enter_array();
    while (scan_.next_element()) {
      const auto n = whole(scan_.number());
      if (!n || count == 2) return scan_.fail(tr("data_offsets are not two numbers"));
      offsets[count++] = *n;
    }
    if (count != 2) return scan_.fail(tr("data_offsets are not two numbers"));
    if (offsets[1] < offsets[0]) return scan_.fail(tr("data ends before it starts"));
    entry.begin = offsets[0];
    entry.end = offsets[1];
    entry.tensor.bytes = offsets[1] - offsets[0];
  }

  Problem bad(std::string what, const Entry& entry) const {
    return {std::move(what), fmt::format("{}, tensor {}", name_, printable(entry.tensor.name)), tr(kDamaged)};
  }

  /// Neither holes nor overlaps: hidden bytes could make the file a second format.
  std::optional<Problem> check_layout() {
    std::vector<size_t> order(entries_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return std::pair(entries_[a].begin, entries_[a].end) < std::pair(entries_[b].begin, entries_[b].end);
    });
    uint64_t at = 0;
    for (const size_t i : order) {
      const Entry& entry = entries_[i];
      if (entry.begin < at) return bad(tr("it overlaps another tensor"), entry);
      if (entry.begin > at) return bad(tr("there is a gap in the data before it"), entry);
      if (entry.dtype != nullptr && (entry.elements * entry.dtype->bits + 7) / 8 != entry.tensor.bytes)
        return bad(fmt::format(fmt::runtime(tr("shape and offsets differ: {} elements of {} bits in {} bytes")),
                               entry.elements, entry.dtype->bits, entry.tensor.bytes),
                   entry);
      at = entry.end;
    }
    if (at > data_bytes_)
      return Problem{fmt::format(fmt::runtime(tr("the data ends at byte {}, the file has {}")), at, data_bytes_), name_,
                     tr("the download looks incomplete; compare its size and checksum with the publisher's")};
    if (at < data_bytes_) extra_ = data_bytes_ - at;
    return {};
  }

  /// Weights in one element of a packed matrix: 4 bits unless the shape of the scales says otherwise.
  static double unpack(const Entry& entry) {
    const auto n = static_cast<double>(entry.elements);
    if (!ends_with_any(entry.tensor.name, kPacked) || entry.dtype == nullptr) return n;
    if (entry.dtype_name == "I32" || entry.dtype_name == "U32") return n * 8;
    return entry.dtype_name == "U8" || entry.dtype_name == "I8" ? n * 2 : n;
  }

  Safetensors sum() {
    Safetensors out;
    for (auto& entry : entries_) {
      const auto n = static_cast<double>(entry.elements);
      out.storage += n;
      out.bytes += static_cast<double>(entry.tensor.bytes);
      if (ends_with_any(entry.tensor.name, kSides)) {
        out.side += n;
      } else if (!ends_with_any(entry.tensor.name, kBuffers)) {
        out.weights += unpack(entry);
      }
      if (entry.dtype == nullptr && out.warnings.empty())
        out.warnings.push_back(fmt::format("{}, tensor {}: {} {}", name_, printable(entry.tensor.name),
                                           tr("unknown dtype"), printable(entry.dtype_name.substr(0, 40))));
      place_hf(entry.tensor);
      out.tensors.push_back(std::move(entry.tensor));
    }
    if (extra_ > 0)
      out.warnings.push_back(fmt::format(fmt::runtime(tr("{}: {} bytes after the last tensor")), name_, extra_));
    return out;
  }

  JsonScanner scan_;
  uint64_t data_bytes_, extra_ = 0;
  std::string name_;
  std::vector<Entry> entries_;
  std::unordered_set<std::string> names_;
};

}  // namespace

bool looks_like_safetensors(std::string_view head) {
  if (head.size() < 10 || head[0] == '{' || head.starts_with("GGUF")) return false;
  const size_t first = head.find_first_not_of(" \t\r\n", 8);
  return first != head.npos && head[first] == '{';
}

Result<Safetensors> read_safetensors_header(const ByteSource& source) {
  const std::string name = printable(last_part(source.name()));
  ByteCursor cursor(source);
  const uint64_t length = cursor.u64();
  if (!cursor.failed() && (length > cursor.left() || length < 2)) {
    cursor.fail(say(tr("the header is longer than the file ({} / {})"), length, cursor.left()), {},
                tr("this is no safetensors file, or the download is incomplete"));
  }
  const std::string text = cursor.text(length, kMaxHeader);
  if (cursor.failed()) return cursor.problem();
  return HeaderReader(text, cursor.left(), name).read();
}

Result<Model> read_safetensors(const ByteSource& source) {
  auto found = read_safetensors_header(source);
  if (!found) return found.error();
  Model model;
  const std::string name = printable(last_part(source.name()));
  model.source = source.name();
  model.format = "safetensors";
  model.name = name.ends_with(".safetensors") ? name.substr(0, name.size() - 12) : name;
  model.task = Task::other;
  model.file_bytes = {Bytes{static_cast<double>(source.size())}, {Origin::Kind::file, name}};
  use_stored(model, std::move(*found), name);
  return model;
}

}  // namespace edgefit
