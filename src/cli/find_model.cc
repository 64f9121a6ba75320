#include "cli/find_model.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "cli/choices.h"
#include "edgefit/catalog.h"
#include "edgefit/read.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Endings of model files: a word with one of them was meant as a file.
constexpr std::array<std::string_view, 10> kFileEndings = {".gguf", ".json", ".safetensors", ".onnx", ".tflite",
                                                           ".bin",  ".pt",   ".pth",         ".ggml", ".txt"};

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

bool looks_like_path(const std::string& word) {
  if (word.empty() || word.find('/') != std::string::npos || word.front() == '.') return true;
  const std::string small = lower(word);
  return std::any_of(kFileEndings.begin(), kFileEndings.end(), [&](auto ending) { return small.ends_with(ending); });
}

}  // namespace

Result<Model> find_model(const std::string& word, const Catalog& catalog, const InputSizes& sizes) {
  auto model = read_model(word, sizes);
  if (model || exists(word)) return model;
  if (const auto profile = find_model_profile(word, catalog)) {
    return read_model_profile(**profile);
  } else if (!looks_like_path(word)) {
    Problem problem = profile.error();
    problem.what = fmt::format("{}, {} {}", model.error().what, tr("and"), problem.what);
    problem.where.clear();
    problem.hint += problem.hint.empty() ? "" : " ";
    problem.hint += tr("edgefit inspect --list names all models that need no file");
    return problem;
  }
  return model;
}

Choices known_models() {
  return names_of(model_profiles(), &ModelProfile::key);
}

const char* model_help() {
  return tr("a file, a folder, or a name of inspect --list");
}

std::string list_of_models() {
  std::string out;
  for (const auto& profile : model_profiles()) {
    out += fmt::format("{:<22} {:>8}  {}\n", profile.key, show_parameters(profile.parameters.value_or(0)), profile.hub);
  }
  return out;
}

}  // namespace edgefit
