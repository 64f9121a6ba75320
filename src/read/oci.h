// Manifests of the Open Container Initiative, in which registries keep models: layers by digest. Ollama, Docker and
// ModelPack differ in the media types only. A digest becomes a file name here, so its letters are checked first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

struct OciLayer {
  std::string media_type;
  std::string digest;  ///< "sha256:" and 64 hexadecimal digits
  double bytes = 0;
};
struct OciManifest {
  std::string artifact_type;
  OciLayer config;
  std::vector<OciLayer> layers;
};

/// A digest that is anything but a digest is a Problem, whether or not it is used.
Result<OciManifest> read_oci_manifest(std::string_view text, const std::string& source);
/// The file of a digest in the store that the manifest at `source` belongs to, when there is one: Ollama's
/// models/{manifests,blobs}, or an OCI layout's blobs/sha256.
std::optional<File> open_blob(const std::string& digest, const std::string& source);

/// The model of a manifest, by the media types of its layers.
Result<Model> read_manifest(std::string_view text, const std::string& source);

}  // namespace edgefit
