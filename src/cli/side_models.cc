#include "cli/side_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "cli/find_model.h"
#include "edgefit/read.h"
#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

Result<Done> add_projector(const std::string& path, Case& question) {
  auto model = read_model(path);
  if (!model) return model.error();
  if (!model->encoder) {
    return Problem{tr("this is no projector"), path,
                   tr("--mmproj takes the GGUF file whose general.architecture is clip, often called mmproj-...")};
  }
  question.projector = std::make_shared<const Model>(std::move(*model));
  return Done{};
}

bool is_adapter(const Model& model) {
  const auto of_pair = [](const Tensor& t) { return t.name.ends_with(".lora_a") || t.name.ends_with(".lora_b"); };
  return !model.tensors.empty() && std::all_of(model.tensors.begin(), model.tensors.end(), of_pair);
}

Result<Done> add_adapter(const std::string& path, Case& question) {
  auto model = read_model(path);
  if (!model) return model.error();
  if (!is_adapter(*model)) {
    return Problem{tr("this is no LoRA adapter"), path,
                   tr("convert it with convert_lora_to_gguf.py: its tensors end with .lora_a and .lora_b")};
  }
  const auto& family = question.model->architecture.family;
  if (!family.empty() && model->architecture.family != family) {
    // llama.cpp refuses it as well.
    return Problem{fmt::format(fmt::runtime(tr("an adapter for {}, but the model is {}")),
                               printable(model->architecture.family), printable(family)),
                   path, tr("an adapter only fits the model that it was trained on")};
  }
  prepare(*model);
  question.adapters.push_back(std::make_shared<const Model>(std::move(*model)));
  return Done{};
}

Result<Done> add_draft(const std::string& word, Case& question) {
  auto model = find_model(word);
  if (!model) return model.error();
  prepare(*model);
  if (!model->weights) {
    return Problem{tr("the draft model cannot be sized"), word, tr("state parameters and precision, or weight_bytes")};
  }
  question.draft = std::make_shared<const Model>(std::move(*model));
  return Done{};
}

}  // namespace

Result<Done> add_side_models(const CaseFlags& typed, Case& question) {
  if (!typed.projector.empty()) {
    if (auto added = add_projector(typed.projector, question); !added) return added.error();
  }
  for (const auto& path : typed.adapters) {
    if (auto added = add_adapter(path, question); !added) return added.error();
  }
  if (!typed.draft.empty()) {
    if (auto added = add_draft(typed.draft, question); !added) return added.error();
  }
  return Done{};
}

}  // namespace edgefit
