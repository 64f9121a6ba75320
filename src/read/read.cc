#include "edgefit/read.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/byte_cursor.h"
#include "base/files.h"
#include "base/parse.h"
#include "edgefit/text.h"
#include "read/gguf.h"
#include "read/gguf_split.h"
#include "read/hf_config.h"
#include "read/json_kinds.h"
#include "read/merge.h"
#include "read/model_json.h"
#include "read/modelfile.h"
#include "read/onnx.h"
#include "read/safetensors.h"
#include "read/tflite.h"
#include "read/whisper.h"

namespace edgefit {

namespace {

constexpr size_t kHead = 512;
constexpr size_t kMaxDescriptor = 16 << 20;

Result<Model> read_json_file(const File& file) {
  if (file.size() > kMaxDescriptor)
    return Problem{tr("this file is too large for a descriptor"), printable(file.path()), {}};
  const auto text = file.read_at(0, kMaxDescriptor);
  if (!text) return text.error();
  return read_json(*text, file.path());
}

/// Formats whose sizes are all stated.
template <Result<Model> (*kRead)(const File&)>
Result<Model> sized(const File& file, const InputSizes&) {
  return kRead(file);
}

Result<Model> read_safetensors_file(const File& file) {
  return read_safetensors(FileSource(file));
}

Result<Model> read_tflite_file(const File& file) {
  return read_tflite(FileSource(file));
}

Result<Model> read_whisper_file(const File& file) {
  return read_whisper(FileSource(file));
}

Result<Model> read_modelfile_file(const File& file) {
  const auto text = file.read_at(0, kMaxDescriptor);
  if (!text) return text.error();
  return read_modelfile(*text, file.path());
}

/// A format that is read, recognised by its first bytes.
struct FormatRow {
  std::string_view name;
  bool (*looks_like)(std::string_view head);
  Result<Model> (*read)(const File& file, const InputSizes& sizes);
};
constexpr FormatRow kFormats[] = {
    {"gguf", looks_like_gguf, sized<read_gguf_parts>},
    {"safetensors", looks_like_safetensors, sized<read_safetensors_file>},
    {"model.json, config.json, *.index.json", looks_like_json, sized<read_json_file>},
    {"tflite", looks_like_tflite, sized<read_tflite_file>},
    {"whisper.cpp", looks_like_whisper, sized<read_whisper_file>},
    {"modelfile", looks_like_modelfile, sized<read_modelfile_file>},
    {"onnx", looks_like_onnx, read_onnx_file},
};

/// What people hand over by mistake: the first bytes, and what to say.
struct MistakeRow {
  std::string_view head;
  const char* what;
  const char* hint;
};
constexpr MistakeRow kMistakes[] = {
    {"version https://git-lfs", mark("this is a git-lfs pointer, not the model itself"),
     mark("fetch it: git lfs pull")},
    {"PK\x03\x04", mark("this is a ZIP archive (PyTorch saves so), not a GGUF file"),
     mark("convert it, or name its GGUF file")},
    {"tjgg", mark("this is a GGJT file, the format before GGUF"), mark("convert it to GGUF with a llama.cpp of 2023")},
    {"lmgg", mark("this is a GGML file, but no Whisper model of whisper.cpp"),
     mark("convert a language model of 2023 to GGUF")},
    {"fmgg", mark("this is a GGMF file, the format before GGUF"), mark("convert it to GGUF with a llama.cpp of 2023")},
    {"gguf", mark("this starts with gguf in lower case, so it is no GGUF file"), mark("fetch it again")},
    {"<", mark("this is a web page or XML, not a model"),
     mark("the download failed; fetch it again and look at the page")},
};

Problem unrecognised(std::string_view head, const std::string& path) {
  if (head.empty()) return {tr("this file is empty"), printable(path), tr("the download failed; fetch it again")};
  const size_t first = std::min(head.find_first_not_of(" \t\r\n"), head.size());
  for (const auto& row : kMistakes)
    if (head.substr(first).starts_with(row.head)) return {tr(row.what), printable(path), tr(row.hint)};
  std::string names;
  for (const auto& row : kFormats) names += fmt::format("{}{}", names.empty() ? "" : ", ", row.name);
  return {tr("unknown format"), printable(path), say(tr("formats that are read: {}"), names)};
}

Result<Model> read_file(const File& file, const InputSizes& sizes) {
  const auto head = file.read_at(0, kHead);
  if (!head) return head.error();
  for (const auto& row : kFormats)
    if (row.looks_like(*head)) return row.read(file, sizes);
  return unrecognised(*head, file.path());
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

/// Reads the files that a descriptor names, relative to its own folder.
Result<Model> add_files(Model model, const InputSizes& sizes) {
  const std::string folder = folder_of(model.source);
  const bool enough = model.parameters || model.architecture.layers || !model.architecture.family.empty();
  for (const auto& name : model.files) {
    const std::string path = name.starts_with('/') ? name : folder + name;
    auto file = File::open(path);
    auto read = file ? read_file(*file, sizes) : Result<Model>(file.error());
    if (read && read->format == "model.json")
      read = Problem{tr("a descriptor cannot name another one"), printable(path), tr("name the model's own files")};
    if (read) {
      merge_file(model, std::move(*read));
    } else if (enough) {
      model.warnings.push_back(fmt::format("{}: {}", read.error().where, read.error().what));
    } else {
      return read.error();
    }
  }
  return model;
}

/// The descriptor of a folder, or its one GGUF file.
Result<std::string> model_in_folder(const std::string& folder, const std::vector<std::string>& names) {
  const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  std::vector<std::string> models;
  for (const auto& name : names) {
    if (name == "model.json" || name == "model_index.json") return prefix + name;
    if (name.ends_with(".gguf") && (models.empty() || !same_split_model(models.back(), name))) models.push_back(name);
  }
  if (models.size() == 1) return prefix + models.front();
  if (models.empty())
    return Problem{tr("no model in this folder"), printable(folder),
                   tr("it has no model.json, config.json or .gguf file")};
  return Problem{tr("several models in this folder"), printable(folder),
                 say(tr("name one, for example {}"), printable(prefix + models.front()))};
}

}  // namespace

Result<Model> read_model(const std::string& path, const InputSizes& sizes) {
  auto file = File::open(path);
  if (!file) {
    const auto names = Root().list(path);
    if (names.empty()) return file.error();
    if (std::find(names.begin(), names.end(), "model.json") == names.end() && is_hf_folder(names))
      return read_hf_folder(path, names);
    const auto inside = model_in_folder(path, names);
    if (!inside) return inside.error();
    file = File::open(*inside);
    if (!file) return file.error();
  }
  auto model = read_file(*file, sizes);
  if (!model || model->files.empty()) return model;
  return add_files(std::move(*model), sizes);
}

}  // namespace edgefit
