#include "read/ollama.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "edgefit/text.h"
#include "read/gguf_split.h"
#include "read/limits.h"
#include "read/names.h"

namespace edgefit {

namespace {

enum class Part : uint8_t { model, projector, adapter, parameters };
struct MediaRow {
  std::string_view media_type;
  Part part;
};
// Ollama's server/images.go; Docker's model-spec.
constexpr MediaRow kMedia[] = {{"application/vnd.ollama.image.model", Part::model},
                               {"application/vnd.ollama.image.projector", Part::projector},
                               {"application/vnd.ollama.image.adapter", Part::adapter},
                               {"application/vnd.ollama.image.params", Part::parameters},
                               {"application/vnd.docker.ai.gguf.v3", Part::model},
                               {"application/vnd.docker.ai.mmproj", Part::projector},
                               {"application/vnd.docker.ai.gguf.v3.lora", Part::adapter}};

const OciLayer* find_layer(const OciManifest& manifest, Part part) {
  for (const auto& layer : manifest.layers)
    for (const auto& row : kMedia)
      if (row.part == part && row.media_type == layer.media_type) return &layer;
  return nullptr;
}

/// "gemma:2b" of ".../manifests/registry.ollama.ai/library/gemma/2b"; the file's name elsewhere.
std::string name_of_path(const std::string& source) {
  const size_t at = source.rfind("manifests/");
  const std::string name = printable(last_part(source));
  if (at == source.npos || source.size() < at + 10) return name;
  std::vector<std::string> parts;
  std::string_view rest = std::string_view(source).substr(at + 10);
  while (!rest.empty()) {
    const size_t slash = std::min(rest.find('/'), rest.size());
    parts.push_back(printable(rest.substr(0, slash)));
    rest.remove_prefix(std::min(slash + 1, rest.size()));
  }
  if (parts.size() != 4) return name;
  return fmt::format("{}{}:{}", parts[1] == "library" ? "" : parts[1] + "/", parts[2], parts[3]);
}

/// Sizes only: the layer is the GGUF file, so its tensors are a little smaller.
Model sizes_only(const OciLayer& layer, const std::string& file) {
  Model model;
  const std::string why = tr("the manifest tells only the size of the model's file, which is not beside it");
  const std::string remedy = tr("name the manifest inside its store, or the GGUF file");
  model.parameters = model.active_parameters = Fact<double>::unknown(why, remedy);
  model.weight_bytes = {
      Bytes{layer.bytes},
      {Origin::Kind::derived, fmt::format("{}: {}", file, tr("size of the model layer with its header"))}};
  return model;
}

void read_settings(const OciManifest& manifest, const std::string& source, Model& model) {
  const OciLayer* layer = find_layer(manifest, Part::parameters);
  if (layer == nullptr) return;
  const auto blob = open_blob(layer->digest, source);
  constexpr size_t kMaxSettings = 1 << 20;
  if (!blob || blob->size() > kMaxSettings) return;
  const auto text = blob->read_at(0, kMaxSettings);
  if (!text) return;
  const auto json = parse_json(*text, printable(blob->path()));
  if (!json || !json->is_object()) {
    model.warnings.push_back(fmt::format("{}: {}", printable(blob->path()), tr("these settings are no JSON object")));
    return;
  }
  const auto context = json->find("num_ctx");
  if (context == json->end() || !context->is_number()) return;
  const double n = context->get<double>();
  if (n >= 1 && n <= kMaxTokens)
    model.workload.context = {std::floor(n), {Origin::Kind::file, mark("params: num_ctx")}};
}

}  // namespace

bool is_ollama(const OciManifest& manifest) {
  return find_layer(manifest, Part::model) != nullptr;
}

Result<Model> read_ollama(const OciManifest& manifest, const std::string& source) {
  const OciLayer& layer = *find_layer(manifest, Part::model);
  const std::string file = printable(last_part(source));
  Model model;
  if (const auto blob = open_blob(layer.digest, source)) {
    auto read = read_gguf_parts(*blob);
    if (!read) return read.error();
    model = std::move(*read);
    if (static_cast<double>(blob->size()) != layer.bytes)
      model.warnings.push_back(fmt::format(fmt::runtime(tr("{}: the manifest says {} bytes, the file has {}")), file,
                                           layer.bytes, blob->size()));
  } else {
    model = sizes_only(layer, file);
  }
  model.source = source;
  model.format = "ollama";
  model.name = name_of_path(source);
  model.lifecycle.sha256 = layer.digest.substr(7);
  double bytes = layer.bytes;
  for (const Part part : {Part::projector, Part::adapter}) {
    const OciLayer* more = find_layer(manifest, part);
    if (more == nullptr) continue;
    bytes += more->bytes;
    model.warnings.push_back(fmt::format(fmt::runtime(tr("{}: {} of {} comes on top of the weights")), file,
                                         part == Part::projector ? tr("an image projector") : tr("an adapter"),
                                         show(Bytes{more->bytes})));
  }
  if (bytes <= kMaxBytes) model.file_bytes = {Bytes{bytes}, {Origin::Kind::file, fmt::format("{}: layers", file)}};
  read_settings(manifest, source, model);
  return model;
}

}  // namespace edgefit
