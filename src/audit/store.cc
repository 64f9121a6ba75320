#include "audit/store.h"

#include <algorithm>

#include "base/mounts.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kMostFiles = 100'000;
constexpr size_t kMostNames = 200'000;
constexpr int kDeepest = 24;
constexpr uint64_t kSmall = 1 << 20;  // below this, what is not known is no model

using namespace std::string_view_literals;

struct Magic {
  size_t at;
  std::string_view bytes;
  ModelKind kind;
};
// ggml.h, gguf.md, TensorFlow Lite schema ("TFL3" after the root offset), HDF5 specification; NumPy and joblib files
// are judged by their names, as arrays of objects are pickles inside.
constexpr Magic kMagics[] = {
    {0, "GGUF"sv, ModelKind::gguf},
    {0, "lmgg"sv, ModelKind::ggml},
    {0, "tjgg"sv, ModelKind::ggml},
    {4, "TFL3"sv, ModelKind::tflite},
    {0, "\x89HDF\r\n\x1a\n"sv, ModelKind::hdf5},
    {0, "\x80\x02"sv, ModelKind::pickle},
    {0, "\x80\x03"sv, ModelKind::pickle},
    {0, "\x80\x04"sv, ModelKind::pickle},
    {0, "\x80\x05"sv, ModelKind::pickle},
};

struct Ending {
  std::string_view text;
  ModelKind kind;
};
constexpr Ending kEndings[] = {
    {".onnx", ModelKind::onnx},     {".pkl", ModelKind::pickle}, {".pickle", ModelKind::pickle},
    {".joblib", ModelKind::pickle}, {".pt", ModelKind::pickle},  {".pth", ModelKind::pickle},
    {".ckpt", ModelKind::pickle},   {".h5", ModelKind::hdf5},    {".keras", ModelKind::hdf5},
    {".py", ModelKind::code},
};

bool ends_with(std::string_view name, std::string_view ending) {
  return name.size() > ending.size() && equals_ignoring_case(name.substr(name.size() - ending.size()), ending);
}

ModelKind kind_of_name(std::string_view name) {
  for (const auto& row : kEndings)
    if (ends_with(name, row.text)) return row.kind;
  return ModelKind::other;
}

/// Names of the first local headers of a zip (APPNOTE 4.3.7: the name starts 30 bytes behind "PK\3\4").
bool zip_has_pickle(std::string_view head) {
  constexpr size_t kNameAt = 30;
  for (size_t at = head.find("PK\x03\x04"sv); at != std::string_view::npos; at = head.find("PK\x03\x04"sv, at + 4)) {
    if (at + kNameAt > head.size()) return false;
    const auto length = static_cast<size_t>(static_cast<unsigned char>(head[at + 26])) |
                        static_cast<size_t>(static_cast<unsigned char>(head[at + 27])) << 8;
    if (head.substr(at + kNameAt, length).ends_with(".pkl")) return true;
  }
  return false;
}

/// Eight bytes of length, then a JSON object that fits into the file.
bool is_safetensors(std::string_view head, uint64_t size) {
  if (head.size() < 10 || head[8] != '{') return false;
  uint64_t length = 0;
  for (size_t i = 8; i-- > 0;) length = length << 8 | static_cast<unsigned char>(head[i]);
  return length >= 2 && size >= 8 && length <= size - 8;
}

bool is_text(std::string_view head) {
  return std::none_of(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
  });
}

void add_file(const Box& box, Store& store, const std::string& path, const FileState& state) {
  StoreFile file{path, path, ModelKind::unreadable, state, false};
  if (state.kind == FileState::Kind::link) {
    const auto& real = box.resolve(path);
    if (!real) {
      file.real.clear();
    } else {
      file.real = *real;
      file.outside = !is_below(*real, store.path);
      file.state = *box.look(*real);
    }
  }
  if (file.state.kind == FileState::Kind::file)
    if (const auto& head = box.head(file.real)) file.kind = kind_of(*head, path, file.state.size);
  store.files.push_back(std::move(file));
}

void scan(const Box& box, Store& store, const std::string& folder, int depth) {
  store.folders.push_back(folder);
  const auto& names = box.list(folder, kMostNames);
  if (!names) {
    store.closed.push_back(folder);
    return;
  }
  if (depth >= kDeepest) store.cut = true;
  for (const auto& name : *names) {
    if (store.files.size() >= kMostFiles) store.cut = true;
    if (store.cut) return;
    const std::string path = folder + "/" + name;
    const auto& state = box.look(path);
    if (state.access == Access::denied) store.closed.push_back(path);
    if (!state) continue;  // closed, or gone since it was listed
    if (state->kind == FileState::Kind::folder)
      scan(box, store, path, depth + 1);
    else
      add_file(box, store, path, *state);
  }
}

}  // namespace

bool is_weights(ModelKind kind) {
  return kind != ModelKind::text && kind != ModelKind::code && kind != ModelKind::unreadable;
}

ModelKind kind_of(std::string_view head, std::string_view name, uint64_t size) {
  for (const auto& row : kMagics)
    if (head.size() >= row.at && head.substr(row.at).starts_with(row.bytes)) return row.kind;
  if (is_safetensors(head, size)) return ModelKind::safetensors;
  if (head.starts_with("PK\x03\x04"sv)) return zip_has_pickle(head) ? ModelKind::pickle : ModelKind::archive;
  const auto named = kind_of_name(name);
  if (named == ModelKind::code) return named;
  // Protocol 0 has no magic: a mark, a list or a global at the start, under a name that says pickle.
  const bool protocol_0 = !head.empty() && "(]cl}"sv.find(head[0]) != std::string_view::npos;
  if (named == ModelKind::pickle || (protocol_0 && ends_with(name, ".bin"))) return ModelKind::pickle;
  if (named != ModelKind::other) return named;
  if (is_text(head)) return ModelKind::text;
  return size < kSmall ? ModelKind::text : ModelKind::other;
}

Store read_store(const Box& box, const std::string& path) {
  const auto& real = box.resolve(path);
  Store store;
  store.path = real ? *real : path;
  store.access = real.access;
  if (real) scan(box, store, *real, 0);
  return store;
}

}  // namespace edgefit
