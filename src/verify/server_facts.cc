#include "verify/server_facts.h"

#include "base/json.h"
#include "base/sha256.h"

namespace edgefit {
namespace {

/// The value at a path of keys, or null.
Json at(const Json& json, std::initializer_list<const char*> keys) {
  const Json* here = &json;
  for (const char* key : keys) {
    const auto found = here->is_object() ? here->find(key) : here->end();
    if (found == here->end()) return nullptr;
    here = &*found;
  }
  return *here;
}

std::string text_at(const Json& json, std::initializer_list<const char*> keys) {
  const Json value = at(json, keys);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<double> number_at(const Json& json, std::initializer_list<const char*> keys) {
  const Json value = at(json, keys);
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  return number >= 0 && number < 1e18 ? std::optional(number) : std::nullopt;
}

Json list_at(const Json& json, const char* key) {
  Json value = at(json, {key});
  return value.is_array() ? value : Json::array();
}

/// Who answers, by the owner that it gives its models.
ServerKind kind_of(const std::string& owner) {
  if (owner == "llamacpp") return ServerKind::llama_cpp;
  return owner == "vllm" ? ServerKind::vllm : ServerKind::other;
}

/// "qwen3" and "qwen3:latest" are one model.
bool same_ollama_model(const std::string& a, const std::string& b) {
  const auto full = [](const std::string& name) {
    return name.find(':') == std::string::npos ? name + ":latest" : name;
  };
  return full(a) == full(b);
}

/// In /api/tags and /api/ps; null when it stands in neither.
Json ollama_model(std::string_view text, const std::string& name) {
  const auto json = parse_json(text, "");
  if (!json) return nullptr;
  for (const auto& model : list_at(*json, "models"))
    if (same_ollama_model(text_at(model, {"name"}), name)) return model;
  return nullptr;
}

std::string digest_of(const std::string& chat_template) {
  if (chat_template.empty()) return {};
  Sha256 sum;
  sum.add(chat_template);
  return sum.finish();
}

}  // namespace

bool read_model_list(std::string_view text, ServerFacts& facts) {
  const auto json = parse_json(text, "");
  if (!json || !at(*json, {"data"}).is_array()) return false;
  for (const auto& model : list_at(*json, "data")) {
    const std::string id = text_at(model, {"id"});
    if (id.empty()) continue;
    facts.models.push_back(id);
    const ServerKind kind = kind_of(text_at(model, {"owned_by"}));
    // A name that is not listed may be answered all the same: llama-server takes any.
    if (facts.kind == ServerKind::other) facts.kind = kind;
    if (!facts.model.empty() && facts.model != id) continue;
    facts.model = id;
    facts.kind = kind;
    facts.context = number_at(model, {"max_model_len"});
    facts.model_bytes = number_at(model, {"meta", "size"});
  }
  return true;
}

void read_llama_props(std::string_view text, ServerFacts& facts) {
  const auto json = parse_json(text, "");
  if (!json) return;
  facts.version = text_at(*json, {"build_info"});
  facts.model_path = text_at(*json, {"model_path"});
  facts.slots = number_at(*json, {"total_slots"});
  facts.context = number_at(*json, {"default_generation_settings", "n_ctx"});
  facts.template_sha256 = digest_of(text_at(*json, {"chat_template"}));
}

std::optional<std::string> read_version(std::string_view text) {
  const auto json = parse_json(text, "");
  if (!json) return std::nullopt;
  auto version = text_at(*json, {"version"});
  return version.empty() ? std::nullopt : std::optional(std::move(version));
}

void read_ollama_tags(std::string_view text, ServerFacts& facts) {
  const Json model = ollama_model(text, facts.model);
  if (model.is_null()) return;
  facts.digest = text_at(model, {"digest"});
  facts.quantization = text_at(model, {"details", "quantization_level"});
}

void read_ollama_show(std::string_view text, ServerFacts& facts) {
  if (const auto json = parse_json(text, "")) facts.template_sha256 = digest_of(text_at(*json, {"template"}));
}

void read_ollama_ps(std::string_view text, ServerFacts& facts) {
  const Json model = ollama_model(text, facts.model);
  if (model.is_null()) return;
  read_ollama_tags(text, facts);
  facts.context = number_at(model, {"context_length"});
  facts.model_bytes = number_at(model, {"size"});
  facts.vram_bytes = number_at(model, {"size_vram"});
}

std::optional<double> read_ollama_tpot(std::string_view text) {
  const auto json = parse_json(text, "");
  if (!json) return std::nullopt;
  const auto count = number_at(*json, {"eval_count"}), nanoseconds = number_at(*json, {"eval_duration"});
  if (!count || !nanoseconds || *count < 2) return std::nullopt;
  return *nanoseconds * 1e-9 / (*count - 1);
}

}  // namespace edgefit
