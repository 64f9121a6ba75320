// What the tensors of a checkpoint and its index tell about the model.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_set>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/json_scanner.h"
#include "read/limits.h"
#include "read/names.h"
#include "read/safetensors.h"

namespace edgefit {

namespace {

constexpr size_t kMaxShards = 100'000;

struct RoleRow {
  std::string_view part;
  TensorRole role;
};
// Module names of transformers' models and of the code beside the weights.
constexpr RoleRow kRoles[] = {
    {"embed_tokens", TensorRole::input},
    {"wte.", TensorRole::input},
    {"word_embeddings", TensorRole::input},
    {"embed_in", TensorRole::input},
    {"tok_embeddings", TensorRole::input},
    {"position_embeddings", TensorRole::input},
    {"wpe.", TensorRole::input},
    {"lm_head", TensorRole::output},
    {"embed_out", TensorRole::output},
    {"output.weight", TensorRole::output},
};
constexpr std::string_view kLayerParts[] = {"layers.", "h.", "layer.", "blocks.", "block."};
constexpr std::string_view kTowers[] = {"vision", "visual", "vpm", "audio", "vit"};

/// Number after one of the words that come before a layer's number; -1 when there is none.
int32_t layer_in(std::string_view name) {
  for (const auto& part : kLayerParts) {
    const size_t at = name.find(part);
    if (at == name.npos || (at > 0 && name[at - 1] != '.')) continue;
    uint16_t layer = 0;
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + at + part.size(), end, layer);
    if (error == std::errc() && stop != end && *stop == '.') return layer;
  }
  return -1;
}

/// A name that stays in the folder: no separator, no parent.
bool stays_inside(std::string_view shard) {
  return !shard.empty() && shard.find('/') == shard.npos && shard.find('\\') == shard.npos && shard != ".." &&
         shard != "." && shard.size() <= 255 && shard.find('\0') == shard.npos;
}

class IndexReader {
 public:
  IndexReader(std::string_view text, const std::string& source) : scan_(text), name_(printable(last_part(source))) {}

  Result<SafetensorsIndex> read() {
    scan_.enter_object();
    while (const auto key = scan_.next_key()) {
      if (*key == "metadata" && scan_.peek() == '{') {
        read_metadata();
      } else if (*key == "weight_map") {
        mapped_ = true;
        read_map();
      } else {
        scan_.skip(8);
      }
    }
    scan_.end();
    if (scan_.failed()) return scan_.problem(name_);
    if (!mapped_ || index_.tensors == 0)
      return Problem{tr("no weight_map: this is no index of a sharded checkpoint"), name_, {}};
    index_.shards.assign(shards_.begin(), shards_.end());
    std::sort(index_.shards.begin(), index_.shards.end());
    if (index_.total && index_.total->value == 0) {
      index_.warnings.push_back(
          fmt::format("{}: total_size 0 {} {}", name_, tr("contradicts its tensors:"), index_.tensors));
      index_.total = Fact<Bytes>::unknown(tr("the index says 0 bytes"), tr("fetch the *.safetensors files"));
    }
    return std::move(index_);
  }

 private:
  void read_metadata() {
    scan_.enter_object();
    while (const auto key = scan_.next_key()) {
      // Some exporters write it as a float.
      if (*key != "total_size" || scan_.peek() == '"') {
        scan_.skip(8);
        continue;
      }
      const double n = scan_.number();
      if (n < 0 || n > kMaxBytes || n != std::floor(n)) return scan_.fail(tr("total_size is out of range"));
      index_.total = {Bytes{n}, {Origin::Kind::file, name_ + ": metadata/total_size"}};
    }
  }

  void read_map() {
    std::vector<size_t> names;  // hashes: tens of thousands of names need not be kept to see one twice
    scan_.enter_object();
    while (const auto key = scan_.next_key()) {
      names.push_back(std::hash<std::string_view>()(*key));
      const std::string_view shard = scan_.string();
      if (scan_.failed()) return;
      ++index_.tensors;
      if (shard == last_ && !last_.empty()) continue;
      last_ = shard;
      if (!stays_inside(last_))
        return scan_.fail(say(tr("a shard's name leaves the folder: \"{}\""), printable(last_.substr(0, 80))));
      shards_.insert(last_);
      if (shards_.size() > kMaxShards) return scan_.fail(tr("too many shards"));
    }
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) != names.end()) scan_.fail(tr("duplicate key"));
  }

  JsonScanner scan_;
  std::string name_, last_;
  bool mapped_ = false;
  std::unordered_set<std::string> shards_;
  SafetensorsIndex index_;
};

}  // namespace

void place_hf(Tensor& tensor) {
  const std::string_view name = tensor.name;
  tensor.layer = -1;
  tensor.role = TensorRole::other;
  if (std::any_of(std::begin(kTowers), std::end(kTowers), [&](auto t) { return name.find(t) != name.npos; })) return;
  tensor.layer = layer_in(name);
  if (tensor.layer >= 0) {
    const bool expert = name.find("experts.") != name.npos && name.find("shared_expert") == name.npos;
    tensor.role = expert ? TensorRole::expert : TensorRole::layer;
    return;
  }
  for (const auto& row : kRoles)
    if (name.find(row.part) != name.npos) tensor.role = row.role;
}

void use_stored(Model& model, Safetensors&& found, const std::string& name) {
  const Origin origin{Origin::Kind::file, fmt::format("{}: {}", name, tr("shapes and types of its tensors"))};
  model.weight_bytes = {Bytes{found.bytes}, origin};
  model.counts.stored = {found.weights, origin};
  model.counts.with_scales = {found.weights + found.side, origin};
  model.counts.elements = {found.storage, origin};
  if (!model.parameters && found.weights > 0) model.parameters = {found.weights, origin};
  if (model.tensors.empty()) {
    model.tensors = std::move(found.tensors);
    model.tensors_stored = true;
  }
  if (model.precision.empty()) {
    const Tensor* largest = nullptr;
    for (const auto& tensor : model.tensors)
      if (largest == nullptr || tensor.bytes > largest->bytes) largest = &tensor;
    if (largest != nullptr && largest->type != nullptr) model.precision = std::string(largest->type->name);
  }
  model.warnings.insert(model.warnings.end(), found.warnings.begin(), found.warnings.end());
}

Result<SafetensorsIndex> read_safetensors_index(std::string_view text, const std::string& source) {
  return IndexReader(text, source).read();
}

Result<Model> read_safetensors_index_model(std::string_view text, const std::string& source) {
  auto index = read_safetensors_index(text, source);
  if (!index) return index.error();
  Model model;
  model.source = source;
  model.format = "safetensors index";
  model.name = printable(last_part(source));
  model.task = Task::other;
  model.weight_bytes = index->total;
  model.parameters = Fact<double>::unknown(tr("an index has no shapes"), tr("name the folder with config.json"));
  model.warnings = std::move(index->warnings);
  return model;
}

}  // namespace edgefit
