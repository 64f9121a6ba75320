// The words for backends and engine rules, in JSON and on the command line.
#include <array>

#include "edgefit/runtime.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

template <class Enum>
struct Word {
  Enum value;
  const char* name;
};

constexpr std::array<Word<Backend>, 7> kBackends = {{{Backend::cuda, "cuda"},
                                                     {Backend::rocm, "rocm"},
                                                     {Backend::vulkan, "vulkan"},
                                                     {Backend::metal, "metal"},
                                                     {Backend::sycl, "sycl"},
                                                     {Backend::cpu, "cpu"},
                                                     {Backend::npu, "npu"}}};

constexpr std::array<Word<EngineRules>, 4> kEngineRules = {{{EngineRules::llama_cpp, "llama.cpp"},
                                                            {EngineRules::vllm, "vllm"},
                                                            {EngineRules::onnxruntime, "onnxruntime"},
                                                            {EngineRules::other, "other"}}};

template <class Enum, size_t N>
const char* name_in(const std::array<Word<Enum>, N>& words, Enum value) {
  for (const auto& word : words)
    if (word.value == value) return word.name;
  return "";
}

template <class Enum, size_t N>
std::optional<Enum> find_in(const std::array<Word<Enum>, N>& words, std::string_view name) {
  for (const auto& word : words)
    if (equals_ignoring_case(name, word.name)) return word.value;
  return std::nullopt;
}

}  // namespace

const char* name_of(Backend backend) {
  return name_in(kBackends, backend);
}
std::optional<Backend> find_backend(std::string_view name) {
  return find_in(kBackends, name);
}
const char* name_of(EngineRules rules) {
  return name_in(kEngineRules, rules);
}
std::optional<EngineRules> find_engine_rules(std::string_view name) {
  return find_in(kEngineRules, name);
}

}  // namespace edgefit
