#include "edgefit/model.h"

#include <algorithm>
#include <array>
#include <utility>

#include "edgefit/text.h"

namespace edgefit {

namespace {

template <class E>
struct NameRow {
  E value;
  std::string_view name;
};

constexpr NameRow<Task> kTasks[] = {{Task::text_generation, "text-generation"},
                                    {Task::embedding, "embedding"},
                                    {Task::reranking, "reranking"},
                                    {Task::image_classification, "image-classification"},
                                    {Task::object_detection, "object-detection"},
                                    {Task::speech_to_text, "speech-to-text"},
                                    {Task::image_generation, "image-generation"},
                                    {Task::other, "other"}};
constexpr NameRow<Attention> kAttentions[] = {{Attention::full, mark("full")},
                                              {Attention::sliding, mark("sliding")},
                                              {Attention::mla, mark("mla")},
                                              {Attention::recurrent, mark("recurrent")},
                                              {Attention::full_recurrent, mark("full+recurrent")},
                                              {Attention::none, mark("none")}};
constexpr NameRow<StateKind> kStateKinds[] = {
    {StateKind::none, "none"},           {StateKind::mamba1, "mamba1"},         {StateKind::mamba2, "mamba2"},
    {StateKind::delta_net, "delta_net"}, {StateKind::short_conv, "short_conv"}, {StateKind::rwkv, "rwkv"}};

template <class E, size_t N>
const char* name_in(const NameRow<E> (&rows)[N], E value) {
  for (const auto& row : rows)
    if (row.value == value) return row.name.data();
  return "";
}

template <class E, size_t N>
std::optional<E> find_in(const NameRow<E> (&rows)[N], std::string_view name) {
  for (const auto& row : rows)
    if (row.name == name) return row.value;
  return {};
}

}  // namespace

const char* name_of(Task task) {
  return name_in(kTasks, task);
}
std::optional<Task> find_task(std::string_view name) {
  return find_in(kTasks, name);
}
const char* name_of(Attention attention) {
  return name_in(kAttentions, attention);
}
std::optional<Attention> find_attention(std::string_view name) {
  return find_in(kAttentions, name);
}
const char* name_of(StateKind kind) {
  return name_in(kStateKinds, kind);
}
std::optional<StateKind> find_state_kind(std::string_view name) {
  return find_in(kStateKinds, name);
}

double WeightTable::total() const {
  double sum = input.total() + output.total() + not_loaded;
  for (const auto& layer : layers) sum += layer.total();
  return sum;
}

bool is_network_family(std::string_view family) {
  constexpr std::array<std::string_view, 3> kNetworks = {"vit", "clip", "whisper"};
  return std::find(kNetworks.begin(), kNetworks.end(), family) != kNetworks.end();
}

bool counts_tokens(const Model& model) {
  if (is_network_family(model.architecture.family)) return false;
  if (model.task == Task::other) return model.weights && model.architecture.layers;
  return model.task == Task::text_generation || model.task == Task::embedding || model.task == Task::reranking;
}

}  // namespace edgefit
