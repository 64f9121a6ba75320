#include "read/diffusers.h"

#include <fmt/format.h>

#include "base/json.h"
#include "edgefit/text.h"
#include "read/names.h"

namespace edgefit {
namespace {

/// "hub-diffusion" of "models/hub-diffusion/model_index.json"; the class where there is no folder.
std::string name_of_pipeline(const std::string& source, const std::string& class_name) {
  const size_t slash = source.find_last_of('/');
  const std::string folder = slash == std::string::npos ? std::string() : last_part(source.substr(0, slash));
  return folder.empty() || folder.starts_with('.') ? class_name : printable(folder);
}

}  // namespace

Result<Model> read_diffusers(std::string_view text, const std::string& source) {
  const auto parsed = parse_json(text, source);
  if (!parsed) return parsed.error();
  constexpr size_t kLongestName = 200, kMostParts = 32;
  const auto word = parsed->find("_class_name");
  if (word == parsed->end() || !word->is_string())
    return Problem{tr("_class_name of a diffusers pipeline is no text"), printable(last_part(source)), {}};
  Model model;
  model.source = source;
  model.format = "diffusers";
  model.task = Task::image_generation;
  const std::string class_name = printable(word->get<std::string>().substr(0, kLongestName));
  model.name = name_of_pipeline(source, class_name);
  model.precision = "f16";
  model.activation_bytes = Fact<Bytes>::unknown(
      fmt::format(fmt::runtime(tr("no rule for diffusion: what {} holds depends on the size of its pictures")),
                  class_name),
      tr("state weight_bytes and activation_bytes, measured at your size of picture"));
  for (const auto& [key, value] : parsed->items()) {
    // "unet": ["diffusers", "UNet2DConditionModel"]
    if (!value.is_array() || value.size() != 2 || !value[1].is_string() || model.unknown.size() >= kMostParts) continue;
    model.unknown.push_back(fmt::format("{}: {}", printable(key.substr(0, kLongestName)),
                                        printable(value[1].get<std::string>().substr(0, kLongestName))));
  }
  return model;
}

}  // namespace edgefit
