#include "read/json_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "edgefit/text.h"
#include "read/case_json.h"
#include "read/diffusers.h"
#include "read/hf_config.h"
#include "read/json_scanner.h"
#include "read/model_json.h"
#include "read/modelpack.h"
#include "read/names.h"
#include "read/oci.h"
#include "read/safetensors.h"

namespace edgefit {

namespace {

using Keys = std::vector<std::string>;

/// Keys of the outermost object, as far as the text is JSON; at most 400.
Keys top_keys(std::string_view text) {
  Keys keys;
  JsonScanner scan(text);
  scan.enter_object();
  while (keys.size() < 400) {
    const auto key = scan.next_key();
    if (!key) break;
    keys.emplace_back(key->substr(0, 80));
    if (*key == "weight_map") break;  // tells enough, and is long
    scan.skip();
  }
  return keys;
}

bool has(const Keys& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool is_index(const Keys& keys) {
  return has(keys, "weight_map");
}
bool is_case(const Keys& keys) {
  return has(keys, "format") && has(keys, "host") && has(keys, "model") && has(keys, "runtime") && has(keys, "goals");
}
bool is_descriptor(const Keys& keys) {
  return has(keys, "format") ||
         (has(keys, "name") && (has(keys, "parameters") || has(keys, "architecture") || has(keys, "files")));
}
bool is_config(const Keys& keys) {
  return has(keys, "model_type") || has(keys, "architectures");
}
bool is_pipeline(const Keys& keys) {
  return has(keys, "_class_name") && has(keys, "_diffusers_version");
}
bool is_manifest(const Keys& keys) {
  return has(keys, "schemaVersion") && has(keys, "layers");
}
bool is_modelpack_config(const Keys& keys) {
  return has(keys, "modelfs") || has(keys, "descriptor") || (has(keys, "config") && keys.size() <= 3);
}

struct KindRow {
  bool (*is)(const Keys& keys);
  Result<Model> (*read)(std::string_view text, const std::string& source);
};
constexpr KindRow kKinds[] = {
    {is_index, read_safetensors_index_model},
    {is_case, read_model_of_case},
    {is_descriptor, read_model_json},
    {is_config, read_hf_config},
    {is_pipeline, read_diffusers},
    {is_manifest, read_manifest},
    {is_modelpack_config, read_modelpack_config},
};

/// JSON files that lie beside a model, or look like one.
struct LookAlikeRow {
  std::string_view key, other;  ///< both must be there; `other` may be empty
  const char* what;
};
constexpr LookAlikeRow kLookAlikes[] = {
    {"peft_type", "", mark("this is adapter_config.json: an adapter, not a model of its own")},
    {"added_tokens_decoder", "", mark("this is tokenizer_config.json: it tells nothing of the weights")},
    {"tokenizer_class", "", mark("this is tokenizer_config.json: it tells nothing of the weights")},
    {"chat_template", "", mark("this is tokenizer_config.json: it tells nothing of the weights")},
    {"added_tokens", "model", mark("this is tokenizer.json: a vocabulary, not a model")},
    {"image_processor_type", "", mark("this is preprocessor_config.json: it tells nothing of the weights")},
    {"feature_extractor_type", "", mark("this is preprocessor_config.json: it tells nothing of the weights")},
    {"producer", "quantization", mark("this is hf_quant_config.json: only how the weights beside it are stored")},
    {"max_new_tokens", "", mark("this is generation_config.json: it tells nothing of the weights")},
    {"_from_model_config", "", mark("this is generation_config.json: it tells nothing of the weights")},
    {"eos_token_id", "transformers_version", mark("this is generation_config.json: it tells nothing of the weights")},
    {"dependencies", "", mark("this is package.json of a program, not of a model")},
    {"devDependencies", "", mark("this is package.json of a program, not of a model")},
    {"scripts", "version", mark("this is package.json of a program, not of a model")},
    {"train_batch_size", "", mark("this is a training configuration, not config.json of a model")},
};

}  // namespace

Result<Model> read_json(std::string_view text, const std::string& source) {
  const Keys keys = top_keys(text);
  for (const auto& row : kKinds)
    if (row.is(keys)) return row.read(text, source);
  for (const auto& row : kLookAlikes)
    if (has(keys, row.key) && (row.other.empty() || has(keys, row.other)))
      return Problem{tr(row.what), printable(last_part(source)), tr("name the model's config.json or its folder")};
  if (!keys.empty() && !has(keys, "name"))
    return Problem{tr("neither a model descriptor nor config.json of a model: no name, no model_type"),
                   printable(last_part(source)), tr("name the model's config.json, its folder, or a descriptor")};
  return read_model_json(text, source);
}

}  // namespace edgefit
