#include "read/model_json_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <unordered_set>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/families.h"
#include "read/limits.h"
#include "read/tensor_list.h"
#include "read/tensors.h"

namespace edgefit {

namespace {

constexpr size_t kMaxRows = 65'536;
constexpr size_t kMaxTensors = 262'144;
constexpr double kMaxDimension = 1e9;
constexpr std::string_view kBlock = "blk.";

bool ends_last(const Model& model) {
  const ArchitectureRow* row = find_architecture(model.architecture.family);
  return row != nullptr && row->embedding_norm_is_last;
}

/// "0-3,7" as numbers in the order written; nothing when it is not of that form.
std::optional<std::vector<int32_t>> parse_layers(std::string_view text) {
  std::vector<int32_t> out;
  const auto take = [&text](uint16_t& number) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<size_t>(stop - text.data()));
    return true;
  };
  for (;;) {
    uint16_t first = 0;
    if (!take(first)) return std::nullopt;
    uint16_t last = first;
    if (text.starts_with('-')) {
      text.remove_prefix(1);
      if (!take(last)) return std::nullopt;
    }
    if (last < first || last > kMaxLayers || static_cast<double>(out.size()) > kMaxLayers) return std::nullopt;
    for (int32_t layer = first; layer <= last; ++layer) out.push_back(layer);
    if (text.empty()) return out;
    if (!text.starts_with(',')) return std::nullopt;
    text.remove_prefix(1);
  }
}

std::string layers_text(const std::vector<int32_t>& layers) {
  std::string out;
  for (size_t i = 0; i < layers.size();) {
    size_t last = i;
    while (last + 1 < layers.size() && layers[last + 1] == layers[last] + 1) ++last;
    out += fmt::format("{}{}", out.empty() ? "" : ",", layers[i]);
    if (last > i) out += fmt::format("-{}", layers[last]);
    i = last + 1;
  }
  return out;
}

/// Reads rows until one is wrong; the first problem stays in the report.
class TensorReader {
 public:
  TensorReader(JsonReport& report, Model& model) : report_(report), model_(model), last_norm_(ends_last(model)) {}

  void row(const Json& value, size_t index) {
    const JsonFields fields(&value, fmt::format("/tensors/{}", index), kTensorKeys, report_);
    Tensor tensor;
    tensor.name = fields.text("name");
    read_shape(fields, tensor);
    read_storage(fields, tensor);
    if (report_.problem) return;
    const auto layers = read_layers(fields, tensor.name);
    if (report_.problem) return;
    if (model_.tensors.size() + layers.size() > kMaxTensors) {
      return report_.fail(tr("too many tensors"), fields.pointer("layers"), fmt::format("{}", kMaxTensors));
    }
    for (const int32_t layer : layers) add(tensor, layer);
    elements_ += elements_of(tensor) * static_cast<double>(layers.size());
    if (elements_ > kMaxParameters) report_.fail(tr("the sizes are implausibly large"), fields.pointer("shape"), {});
  }

  void finish() {
    if (stored_ > 0 && stored_ < rows_)
      report_.fail(tr("some tensors say how they are stored and some do not"), "/tensors",
                   tr("state \"type\" for all of them or for none"));
    if (report_.problem) return;
    model_.tensors_stored = stored_ > 0;
    std::unordered_set<std::string_view> names;
    for (const auto& tensor : model_.tensors)
      if (!names.insert(tensor.name).second)
        return report_.fail(say(tr("two tensors are called \"{}\""), tensor.name), "/tensors", {});
    std::stable_sort(model_.tensors.begin(), model_.tensors.end(),
                     [](const Tensor& a, const Tensor& b) { return a.layer < b.layer; });
  }

 private:
  void read_shape(const JsonFields& fields, Tensor& tensor) {
    if (tensor.name.empty()) report_.fail(tr("name is missing"), fields.pointer("name"), {});
    const auto shape = fields.numbers("shape", {1, kMaxDimension});
    if (shape.empty() || shape.size() > tensor.shape.size()) {
      return report_.fail(tr("a shape has one to four sizes"), fields.pointer("shape"), tr("row length first"));
    }
    double elements = 1;
    for (size_t i = 0; i < shape.size(); ++i) {
      tensor.shape[i] = static_cast<uint64_t>(shape[i]);
      elements *= shape[i];
    }
    if (elements > kMaxParameters) report_.fail(tr("the sizes are implausibly large"), fields.pointer("shape"), {});
  }

  void read_storage(const JsonFields& fields, Tensor& tensor) {
    ++rows_;
    const std::string type = lower(fields.text("type"));
    const auto bytes = fields.number("bytes", {0, kMaxBytes});
    if (type.empty()) {
      // As the rules of families write them: the precision decides later, vectors stay f32.
      tensor.type = bytes ? nullptr : plain_type(tensor);
      tensor.bytes = static_cast<uint64_t>(bytes ? *bytes : row_bytes(*tensor.type, elements_of(tensor)));
      stored_ += bytes ? 1 : 0;
      return;
    }
    tensor.type = find_ggml_type(type);
    if (tensor.type == nullptr) {
      return report_.fail(say(tr("unknown tensor type \"{}\""), type), fields.pointer("type"),
                          tr("a ggml type like f16 or q4_k; others state \"bytes\""));
    }
    if (tensor.shape[0] % tensor.type->block != 0) {
      return report_.fail(fmt::format(fmt::runtime(tr("rows of {} are no whole blocks of {}")), tensor.shape[0], type),
                          fields.pointer("shape"), {});
    }
    tensor.bytes = static_cast<uint64_t>(row_bytes(*tensor.type, elements_of(tensor)));
    ++stored_;
  }

  /// The numbers that stand for `*` in the name; one entry of -1 for a name that stands alone.
  std::vector<int32_t> read_layers(const JsonFields& fields, const std::string& name) {
    const std::string text = fields.text("layers");
    const auto stars = std::count(name.begin(), name.end(), '*');
    if (stars == 0 && text.empty()) return {-1};
    if (stars != 1)
      report_.fail(tr("layers need a name like blk.*.attn_q.weight"), fields.pointer("layers"), tr("with one *"));
    const auto layers = parse_layers(text);
    if (!layers) report_.fail(tr("not a list of layers"), fields.pointer("layers"), tr("for example \"0-3,7\""));
    return layers.value_or(std::vector<int32_t>{});
  }

  void add(Tensor tensor, int32_t layer) {
    if (layer >= 0) tensor.name.replace(tensor.name.find('*'), 1, fmt::format("{}", layer));
    place(tensor, last_norm_);
    model_.tensors.push_back(std::move(tensor));
  }

  JsonReport& report_;
  Model& model_;
  bool last_norm_;
  double elements_ = 0;
  size_t rows_ = 0, stored_ = 0;
};

bool same(const Tensor& a, const Tensor& b) {
  return a.name == b.name && a.shape == b.shape && a.role == b.role && a.layer == b.layer;
}

/// The rules of the family give these very tensors.
bool follows_family(const Model& model) {
  if (model.tensors_stored) return false;
  auto ruled = tensors_of(model.architecture);
  if (!ruled || ruled->size() != model.tensors.size()) return false;
  const auto by_name = [](const Tensor& a, const Tensor& b) { return a.name < b.name; };
  std::vector<Tensor> own = model.tensors;
  std::sort(own.begin(), own.end(), by_name);
  std::sort(ruled->begin(), ruled->end(), by_name);
  return std::equal(own.begin(), own.end(), ruled->begin(), same);
}

/// What read_json_tensors takes: sizes within its limits, and a name that tells the place.
bool readable(const Tensor& tensor, bool last_norm) {
  Tensor again = tensor;
  place(again, last_norm);
  const bool sizes = std::all_of(tensor.shape.begin(), tensor.shape.end(),
                                 [](uint64_t n) { return n >= 1 && static_cast<double>(n) <= kMaxDimension; });
  const bool blocks = tensor.type == nullptr || tensor.shape[0] % tensor.type->block == 0;
  return same(tensor, again) && sizes && blocks && !tensor.name.empty() && tensor.name.find('*') == std::string::npos &&
         printable(tensor.name) == tensor.name && static_cast<double>(tensor.bytes) <= kMaxBytes;
}

bool all_readable(const Model& model) {
  const bool last_norm = ends_last(model);
  std::unordered_set<std::string_view> names;
  double elements = 0;
  for (const auto& tensor : model.tensors) {
    elements += elements_of(tensor);
    if (!readable(tensor, last_norm) || !names.insert(tensor.name).second) return false;
  }
  return elements <= kMaxParameters && model.tensors.size() <= kMaxTensors;
}

/// "blk.7.attn_q.weight" as "blk.*.attn_q.weight" and 7; also behind a prefix, as in "v.blk.7."; else -1.
int32_t split_layer(const std::string& name, std::string& pattern) {
  pattern = name;
  const size_t at = name.starts_with(kBlock) ? 0 : name.find("." + std::string(kBlock)) + 1;
  if (at == 0 && !name.starts_with(kBlock)) return -1;
  const char* first = name.data() + at + kBlock.size();
  uint16_t layer = 0;
  const auto [stop, error] = std::from_chars(first, name.data() + name.size(), layer);
  const bool plain = stop - first == 1 || *first != '0';  // "007" would come back as 7
  if (error != std::errc() || *stop != '.' || !plain || layer > kMaxLayers) return -1;
  pattern.replace(at + kBlock.size(), static_cast<size_t>(stop - first), "*");
  return layer;
}

Json row_of(const Tensor& tensor, const std::string& name, bool stored) {
  Json out = Json::object();
  out["name"] = name;
  size_t dims = tensor.shape.size();
  while (dims > 1 && tensor.shape[dims - 1] == 1) --dims;
  Json shape = Json::array();
  for (size_t i = 0; i < dims; ++i) shape.push_back(tensor.shape[i]);
  out["shape"] = std::move(shape);
  if (!stored) return out;
  if (tensor.type != nullptr) {
    out["type"] = std::string(tensor.type->name);
  } else {
    out["bytes"] = tensor.bytes;
  }
  return out;
}

}  // namespace

void read_json_tensors(const Json* list, JsonReport& report, Model& model) {
  if (list == nullptr) return;
  if (!list->is_array() || list->size() > kMaxRows) return report.fail(tr("not a list of tensors"), "/tensors", {});
  TensorReader reader(report, model);
  for (size_t i = 0; i < list->size() && !report.problem; ++i) reader.row((*list)[i], i);
  reader.finish();
}

Json json_tensors_of(const Model& model) {
  Json out = Json::array();
  if (model.tensors.empty() || !all_readable(model) || follows_family(model)) return out;
  std::map<std::string, size_t> rows;  // by the row's own text
  std::vector<std::vector<int32_t>> layers;
  for (const auto& tensor : model.tensors) {
    std::string name;
    const int32_t layer = split_layer(tensor.name, name);
    Json row = row_of(tensor, name, model.tensors_stored);
    const auto [at, fresh] = rows.emplace(row.dump(), out.size());
    if (fresh) {
      out.push_back(std::move(row));
      layers.emplace_back();
    }
    if (layer >= 0) layers[at->second].push_back(layer);
  }
  for (size_t i = 0; i < layers.size(); ++i) {
    std::sort(layers[i].begin(), layers[i].end());
    if (!layers[i].empty()) out[i]["layers"] = layers_text(layers[i]);
  }
  if (out.size() > kMaxRows) out.clear();
  return out;
}

}  // namespace edgefit
