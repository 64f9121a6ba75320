// A folder as the Hugging Face hub gives it: config.json for the shapes, safetensors for the exact bytes.
#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "edgefit/text.h"
#include "read/hf_config.h"
#include "read/safetensors.h"

namespace edgefit {

namespace {

constexpr size_t kMaxConfig = 16 << 20;
constexpr size_t kMaxIndex = 64 << 20;
constexpr std::string_view kIndexEnding = ".safetensors.index.json";

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The files that hold the model's weights. Without an index model.safetensors is all; a second copy in the publisher's
/// own format (consolidated.safetensors) and adapters are not the model.
std::vector<std::string> weight_files(const std::vector<std::string>& names) {
  if (has(names, "model.safetensors")) return {"model.safetensors"};
  std::vector<std::string> out;
  for (const auto& name : names)
    if (name.ends_with(".safetensors") && !name.starts_with("consolidated") && !name.starts_with("adapter"))
      out.push_back(name);
  return out;
}

std::string index_in(const std::vector<std::string>& names) {
  if (has(names, "model.safetensors.index.json")) return "model.safetensors.index.json";
  for (const auto& name : names)
    if (name.ends_with(kIndexEnding)) return name;
  return has(names, "pytorch_model.bin.index.json") ? "pytorch_model.bin.index.json" : std::string();
}

class FolderReader {
 public:
  FolderReader(std::string prefix, const std::vector<std::string>& names) : prefix_(std::move(prefix)), names_(names) {}

  Result<Model> read() {
    const auto text = read_small_file(prefix_ + "config.json", kMaxConfig);
    if (!text) return text.error();
    auto model = read_hf_config(*text, prefix_ + "config.json");
    if (!model) return model;
    model_ = std::move(*model);
    for (const auto step : {&FolderReader::read_quantization, &FolderReader::read_weights})
      if (auto done = (this->*step)(); !done) return done.error();
    compare();
    return std::move(model_);
  }

 private:
  /// The config does not always tell the quantisation: NVFP4 checkpoints of modelopt say it beside.
  Result<Done> read_quantization() {
    if (!has(names_, "hf_quant_config.json")) return Done{};
    const auto text = read_small_file(prefix_ + "hf_quant_config.json", kMaxConfig);
    if (!text) return text.error();
    return apply_hf_quant_config(*text, "hf_quant_config.json", model_);
  }

  Result<Done> read_weights() {
    const std::string index_name = index_in(names_);
    if (index_name.empty()) return read_files(weight_files(names_), "*.safetensors");
    const auto text = read_small_file(prefix_ + index_name, kMaxIndex);
    if (!text) return text.error();
    auto index = read_safetensors_index(*text, index_name);
    if (!index) return index.error();
    model_.warnings.insert(model_.warnings.end(), index->warnings.begin(), index->warnings.end());
    std::vector<std::string> missing;
    for (const auto& shard : index->shards)
      if (!has(names_, shard)) missing.push_back(shard);
    if (missing.size() == index->shards.size() || index_name.starts_with("pytorch")) {
      model_.weight_bytes = index->total;
      if (!missing.empty())
        model_.warnings.push_back(
            fmt::format(fmt::runtime(tr("{}: its {} shards are not here; the size is the index's")),
                        printable(index_name), index->shards.size()));
      return Done{};
    }
    if (!missing.empty()) return missing_shards(missing, index->shards.size(), index_name);
    return read_files(index->shards, index_name);
  }

  static Problem missing_shards(const std::vector<std::string>& missing, size_t all, const std::string& index_name) {
    constexpr size_t kShown = 5;
    std::string list;
    for (size_t i = 0; i < std::min(missing.size(), kShown); ++i)
      list += fmt::format("{}{}", i > 0 ? ", " : "", printable(missing[i]));
    if (missing.size() > kShown) list += fmt::format(" ... ({})", missing.size());
    return {fmt::format(fmt::runtime(tr("{} of {} shards are missing: {}")), missing.size(), all, list),
            printable(index_name), tr("fetch them, or give the folder without any shard")};
  }

  Result<Done> read_files(const std::vector<std::string>& files, const std::string& name) {
    Safetensors all;
    double file_bytes = 0;
    for (const auto& shard : files) {
      auto file = File::open(prefix_ + shard);
      if (!file) return file.error();
      auto one = read_safetensors_header(FileSource(*file));
      if (!one) return one.error();
      file_bytes += static_cast<double>(file->size());
      all.weights += one->weights;
      all.side += one->side;
      all.storage += one->storage;
      all.bytes += one->bytes;
      std::move(one->tensors.begin(), one->tensors.end(), std::back_inserter(all.tensors));
      all.warnings.insert(all.warnings.end(), one->warnings.begin(), one->warnings.end());
    }
    if (files.empty()) return Done{};
    model_.file_bytes = {Bytes{file_bytes}, {Origin::Kind::file, name}};
    use_stored(model_, std::move(all), name);
    return Done{};
  }

  /// Says so when the checkpoint holds another number of weights than the config describes.
  void compare() {
    const auto& stored = model_.counts.stored;
    if (!stored || !model_.parameters || *stored == *model_.parameters) return;
    model_.warnings.push_back(fmt::format(
        fmt::runtime(tr("the files store {} weights, the config describes {} unique ones; memory follows the files")),
        show_count(*stored), show_count(*model_.parameters)));
  }

  std::string prefix_;
  const std::vector<std::string>& names_;
  Model model_;
};

}  // namespace

bool is_hf_folder(const std::vector<std::string>& names) {
  if (!has(names, "config.json")) return false;
  const bool gguf = std::any_of(names.begin(), names.end(), [](auto& n) { return n.ends_with(".gguf"); });
  return !gguf || !index_in(names).empty() || !weight_files(names).empty();
}

Result<Model> read_hf_folder(const std::string& folder, const std::vector<std::string>& names) {
  return FolderReader(folder.ends_with('/') ? folder : folder + "/", names).read();
}

}  // namespace edgefit
