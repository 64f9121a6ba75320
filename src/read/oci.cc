#include "read/oci.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/json_fields.h"
#include "read/limits.h"
#include "read/modelpack.h"
#include "read/names.h"
#include "read/ollama.h"

namespace edgefit {

namespace {

constexpr std::string_view kSha256 = "sha256:";
constexpr size_t kMaxManifestLayers = 65'536;

// image-spec 1.1 of the OCI and Docker's manifest version 2.
constexpr std::array<std::string_view, 8> kManifestKeys = {"schemaVersion", "mediaType", "artifactType", "config",
                                                           "layers",        "subject",   "annotations",  "comment"};
constexpr std::array<std::string_view, 8> kLayerKeys = {"mediaType",   "digest", "size",         "urls",
                                                        "annotations", "data",   "artifactType", "from"};

bool is_digest(std::string_view digest) {
  if (!digest.starts_with(kSha256) || digest.size() != kSha256.size() + 64) return false;
  return std::all_of(digest.begin() + kSha256.size(), digest.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

OciLayer read_layer(const Json* value, const std::string& pointer, JsonReport& report) {
  const JsonFields fields(value, pointer, kLayerKeys, report);
  OciLayer layer{fields.text("mediaType"), fields.text("digest"), 0};
  if (const auto n = fields.number("size", {0, kMaxBytes})) layer.bytes = *n;
  if (fields.present() && !is_digest(layer.digest))
    report.fail(say(tr("not a digest: \"{}\""), layer.digest.substr(0, 80)), fields.pointer("digest"),
                tr("expected sha256: and 64 hexadecimal digits; do not trust this file"));
  return layer;
}

/// Folders that may hold the blob, and how it is called there.
std::vector<std::string> places_of(const std::string& hex, const std::string& source) {
  const std::string folder = source.substr(0, source.find_last_of('/') + 1);
  std::vector<std::string> places;
  constexpr std::string_view kManifests = "manifests/";
  size_t at = source.rfind("/manifests/");
  if (at != source.npos) {
    places.push_back(source.substr(0, at + 1) + "blobs/sha256-" + hex);
  } else if (source.starts_with(kManifests)) {
    places.push_back("blobs/sha256-" + hex);
  }
  places.push_back(folder + "blobs/sha256-" + hex);
  places.push_back(folder + "blobs/sha256/" + hex);
  // The manifest is itself a blob of the layout.
  places.push_back(folder + hex);
  return places;
}

}  // namespace

Result<OciManifest> read_oci_manifest(std::string_view text, const std::string& source) {
  JsonReport report{printable(last_part(source)), {}, {}};
  auto json = parse_json(text, report.name);
  if (!json) return json.error();
  const JsonFields top(&*json, "", kManifestKeys, report);
  OciManifest manifest;
  manifest.artifact_type = top.text("artifactType");
  if (const Json* config = top.child("config")) manifest.config = read_layer(config, "/config", report);
  const Json* layers = top.child("layers");
  if (layers == nullptr || !layers->is_array() || layers->empty() || layers->size() > kMaxManifestLayers) {
    report.fail(tr("this manifest lists no layers"), "/layers", tr("name the manifest of one model, not an index"));
  } else {
    for (const auto& layer : *layers) {
      const std::string pointer = fmt::format("/layers/{}", manifest.layers.size());
      manifest.layers.push_back(read_layer(&layer, pointer, report));
      if (report.problem) break;
    }
  }
  if (report.problem) return *report.problem;
  return manifest;
}

std::optional<File> open_blob(const std::string& digest, const std::string& source) {
  if (!is_digest(digest)) return {};
  for (const auto& place : places_of(digest.substr(kSha256.size()), source))
    if (auto file = File::open(place)) return std::move(*file);
  return {};
}

Result<Model> read_manifest(std::string_view text, const std::string& source) {
  const auto manifest = read_oci_manifest(text, source);
  if (!manifest) return manifest.error();
  if (is_ollama(*manifest)) return read_ollama(*manifest, source);
  if (is_modelpack(*manifest)) return read_modelpack_manifest(*manifest, source);
  return Problem{tr("this manifest is of a container image, not of a model"), printable(source),
                 tr("manifests of Ollama, Docker Model Runner and ModelPack are read")};
}

}  // namespace edgefit
