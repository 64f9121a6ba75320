// A folder of models: its files, what each of them is by its content, and what is said about them.
// Names are only tie-breakers. Walking is bounded in depth and number; a link that leads out is told, not followed.
#pragma once

#include <string>
#include <vector>

#include "audit/box.h"

namespace edgefit {

enum class ModelKind : uint8_t {
  gguf,
  safetensors,
  onnx,
  tflite,
  ggml,
  pickle,   ///< runs code when loaded
  archive,  ///< a zip whose content is not a known model
  hdf5,     ///< Keras: may hold code in Lambda layers
  other,    ///< large and of no known kind
  text,     ///< configuration, documents
  code,     ///< Python beside the weights
  unreadable,
};
/// May hold weights: worth a checksum.
bool is_weights(ModelKind kind);

struct StoreFile {
  std::string path;  ///< absolute, as found
  std::string real;  ///< without links; empty when it leads nowhere
  ModelKind kind = ModelKind::other;
  FileState state;
  bool outside = false;  ///< a link that leads out of the store
};

struct Store {
  std::string path;
  Access access = Access::ok;
  std::vector<StoreFile> files;
  std::vector<std::string> folders;  ///< itself first
  std::vector<std::string> closed;   ///< folders and files of which nothing can be seen
  bool cut = false;                  ///< more files or deeper than is looked at
};

Store read_store(const Box& box, const std::string& path);
/// By the first bytes; `name` decides only where they leave it open.
ModelKind kind_of(std::string_view head, std::string_view name, uint64_t size);

}  // namespace edgefit
