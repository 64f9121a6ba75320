// Writes a Model as model.json. Only what is known is written; reading it back gives the same facts.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "edgefit/read.h"
#include "read/limits.h"
#include "read/model_json.h"
#include "read/model_json_tensors.h"

namespace edgefit {

Json json_number(double n) {
  if (n == std::floor(n) && std::abs(n) <= kMaxBytes) return Json(static_cast<int64_t>(n));
  return Json(n);
}

namespace {

void put(Json& object, const char* key, const Fact<double>& fact) {
  if (fact) object[key] = json_number(*fact);
}
void put(Json& object, const char* key, const Fact<Bytes>& fact) {
  if (fact) object[key] = json_number(fact->value);
}
void put(Json& object, const char* key, const Fact<std::string>& fact) {
  if (fact) object[key] = *fact;
}
template <class U>
void put(Json& object, const char* key, const std::optional<Quantity<U>>& quantity) {
  if (quantity) object[key] = json_number(quantity->value);
}
void put(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}
void put(Json& object, const char* key, const std::vector<std::string>& texts) {
  if (!texts.empty()) object[key] = texts;
}
void put(Json& object, const char* key, Json&& part) {
  if (!part.empty()) object[key] = std::move(part);
}

Json numbers(const std::vector<double>& list) {
  Json out = Json::array();
  for (const double n : list) out.push_back(json_number(n));
  return out;
}

template <class Get>
Json by_layer(const WeightTable& table, Get get) {
  Json out = Json::array();
  for (const auto& layer : table.layers) out.push_back(json_number(get(layer)));
  return out;
}

/// The four places of one quantity.
Json places(const WeightTable& table, double BlockWeights::*dense, double BlockWeights::*experts) {
  Json out = Json::object();
  out["token_embedding"] = json_number(table.input.*dense);
  out["output"] = json_number(table.output.*dense);
  out["layers"] = by_layer(table, [=](const BlockWeights& b) { return b.*dense; });
  const bool any =
      std::any_of(table.layers.begin(), table.layers.end(), [=](const BlockWeights& b) { return b.*experts != 0; });
  if (any) out["experts"] = by_layer(table, [=](const BlockWeights& b) { return b.*experts; });
  return out;
}

double largest_of(const WeightTable& table) {
  double largest = std::max(table.input.largest_dense, table.output.largest_dense);
  for (const auto& layer : table.layers) largest = std::max({largest, layer.largest_dense, layer.largest_expert});
  return largest;
}

Json weights_of(const WeightTable& table) {
  Json out = places(table, &BlockWeights::dense, &BlockWeights::experts);
  out["largest"] = json_number(largest_of(table));
  out["largest_of"] = places(table, &BlockWeights::largest_dense, &BlockWeights::largest_expert);
  out["cuda_padding"] = places(table, &BlockWeights::cuda_padding, &BlockWeights::cuda_padding_experts);
  out["repack"] = places(table, &BlockWeights::repack, &BlockWeights::repack_experts);
  out["tied_copy"] = json_number(table.tied_copy);
  out["tied_copy_cuda_padding"] = json_number(table.tied_copy_cuda_padding);
  out["not_loaded"] = json_number(table.not_loaded);
  out["exact"] = table.exact;
  return out;
}

/// One name when all layers are alike, else one a layer.
Json attention_of(const Architecture& a) {
  if (a.attention.empty()) return Json(name_of(Attention::full));
  const bool alike =
      std::all_of(a.attention.begin(), a.attention.end(), [&](Attention x) { return x == a.attention.front(); });
  if (alike) return Json(name_of(a.attention.front()));
  Json out = Json::array();
  for (const Attention x : a.attention) out.push_back(name_of(x));
  return out;
}

void put_parts(Json& out, const Architecture& a) {
  if (a.mla) {
    out["mla"] = {{"kv_lora_rank", json_number(a.mla->kv_lora_rank)},
                  {"rope_head_dim", json_number(a.mla->rope_head_dim)},
                  {"nope_head_dim", json_number(a.mla->nope_head_dim)},
                  {"q_lora_rank", json_number(a.mla->q_lora_rank)}};
  }
  if (a.moe) {
    Json moe = {{"experts", json_number(a.moe->experts)}, {"experts_used", json_number(a.moe->experts_used)}};
    if (a.moe->expert_ffn_size > 0) moe["expert_ffn_size"] = json_number(a.moe->expert_ffn_size);
    moe["shared_ffn_size"] = json_number(a.moe->shared_ffn_size);
    moe["dense_layers"] = json_number(a.moe->dense_layers);
    out["moe"] = std::move(moe);
  }
  if (a.ssm) {
    out["ssm"] = {{"kind", name_of(a.state)},
                  {"inner", json_number(a.ssm->inner)},
                  {"state", json_number(a.ssm->state)},
                  {"conv", json_number(a.ssm->conv)},
                  {"groups", json_number(a.ssm->groups)},
                  {"heads", json_number(a.ssm->heads)}};
  }
}

Json architecture_of(const Architecture& a) {
  Json out = Json::object();
  put(out, "family", a.family);
  put(out, "layers", a.layers);
  put(out, "hidden_size", a.hidden_size);
  put(out, "heads", a.heads);
  if (a.kv_heads_by_layer.empty()) {
    put(out, "kv_heads", a.kv_heads);
  } else {
    out["kv_heads"] = numbers(a.kv_heads_by_layer);
  }
  put(out, "head_dim", a.head_dim);
  put(out, "value_head_dim", a.value_head_dim);
  if (!a.ffn_size_by_layer.empty()) {
    out["ffn_size"] = numbers(a.ffn_size_by_layer);
  } else {
    put(out, "ffn_size", a.ffn_size);
  }
  put(out, "vocab_size", a.vocab_size);
  if (out.empty()) return out;
  out["tied_embeddings"] = a.tied_embeddings;
  put(out, "max_context", a.max_context);
  out["attention"] = attention_of(a);
  put(out, "window", a.window);
  put(out, "kv_layers", a.kv_layers);
  put_parts(out, a);
  out["gated_ffn"] = a.gated_ffn;
  out["fused_qkv"] = a.fused_qkv;
  out["causal"] = a.causal;
  if (a.mtp_layers > 0) out["mtp_layers"] = json_number(a.mtp_layers);
  return out;
}

Json counts_of(const ParameterCounts& counts) {
  Json out = Json::object();
  put(out, "stored", counts.stored);
  put(out, "with_scales", counts.with_scales);
  put(out, "elements", counts.elements);
  put(out, "backbone", counts.backbone);
  return out;
}

Json requires_of(const Requirements& r) {
  constexpr const char* kGpu[] = {"not_needed", "optional", "required"};
  Json out = Json::object();
  if (r.gpu != Requirements::Gpu::optional) out["gpu"] = kGpu[static_cast<int>(r.gpu)];
  put(out, "gpu_features", r.gpu_features);
  if (r.min_compute_capability) out["min_compute_capability"] = json_number(*r.min_compute_capability);
  put(out, "min_vram", r.min_vram);
  put(out, "min_driver", r.min_driver);
  put(out, "apis", r.apis);
  put(out, "cpu_features", r.cpu_features);
  put(out, "min_ram", r.min_ram);
  put(out, "min_disk", r.min_disk);
  put(out, "os", r.os);
  return out;
}

Json workload_of(const Workload& w) {
  Json out = Json::object();
  put(out, "context", w.context);
  put(out, "sequences", w.sequences);
  put(out, "prompt_tokens", w.prompt_tokens);
  put(out, "output_tokens", w.output_tokens);
  put(out, "depth", w.depth);
  put(out, "kv_type", w.kv_type);
  put(out, "kv_type_v", w.kv_type_v);
  return out;
}

Json goals_of(const Goals& g) {
  Json out = Json::object();
  put(out, "time_to_first_token", g.time_to_first_token);
  put(out, "tokens_per_second", g.tokens_per_second);
  put(out, "latency", g.latency);
  put(out, "inferences_per_second", g.inferences_per_second);
  return out;
}

Json lifecycle_of(const Lifecycle& l) {
  Json out = Json::object();
  put(out, "source_url", l.source_url);
  put(out, "revision", l.revision);
  put(out, "license", l.license);
  put(out, "sha256", l.sha256);
  put(out, "released", l.released);
  put(out, "owner", l.owner);
  put(out, "next_review", l.next_review);
  return out;
}

constexpr size_t kLongestRow = 240;

/// Objects one key a line, lists on one line and of short objects one a line: a table of 80 layers stays readable.
void print(const Json& value, size_t indent, std::string& out) {
  // Names come from files: bytes that are no UTF-8 are replaced, never thrown at.
  const auto dump = [](const Json& part) { return part.dump(-1, ' ', false, Json::error_handler_t::replace); };
  if (value.is_array() && !value.empty() && value.front().is_object()) {
    for (size_t i = 0; i < value.size(); ++i) {
      out += fmt::format("{}\n{:{}}", i == 0 ? "[" : ",", "", indent + 2);
      const std::string row = dump(value[i]);
      row.size() > kLongestRow ? print(value[i], indent + 2, out) : void(out += row);
    }
    out += fmt::format("\n{:{}}]", "", indent);
    return;
  }
  if (!value.is_object()) {
    out += dump(value);
    return;
  }
  out += "{\n";
  size_t left = value.size();
  for (const auto& item : value.items()) {
    out += fmt::format("{:{}}{}: ", "", indent + 2, dump(Json(item.key())));
    print(item.value(), indent + 2, out);
    out += --left > 0 ? ",\n" : "\n";
  }
  out += fmt::format("{:{}}}}", "", indent);
}

}  // namespace

std::string write_model_json(const Model& model) {
  Json out = Json::object();
  out["format"] = kModelFormat;
  out["format_version"] = kModelFormatVersion;
  out["name"] = model.name;
  out["task"] = name_of(model.task);
  put(out, "parameters", model.parameters);
  put(out, "active_parameters", model.active_parameters);
  put(out, "input_embedding_parameters", model.input_embedding_parameters);
  put(out, "parameter_counts", counts_of(model.counts));
  put(out, "precision", model.precision);
  put(out, "weight_bytes", model.weight_bytes);
  put(out, "file_bytes", model.file_bytes);
  if (model.weights) out["weights"] = weights_of(*model.weights);
  put(out, "architecture", architecture_of(model.architecture));
  put(out, "tensors", json_tensors_of(model));
  Json compute = Json::object();
  put(compute, "flops_per_inference", model.flops_per_inference);
  put(compute, "activation_bytes", model.activation_bytes);
  put(compute, "nodes", model.network.nodes);
  put(compute, "integer_flops", model.network.integer_flops);
  put(compute, "moved_bytes", model.network.moved_bytes);
  put(compute, "convolution_weight_bytes", model.network.convolution_weight_bytes);
  put(compute, "largest_weight_bytes", model.network.largest_weight_bytes);
  put(compute, "workspace_bytes", model.network.workspace_bytes);
  put(out, "compute", std::move(compute));
  put(out, "files", model.files);
  put(out, "producer", model.producer);
  put(out, "requires", requires_of(model.requires_));
  put(out, "workload", workload_of(model.workload));
  put(out, "goals", goals_of(model.goals));
  put(out, "lifecycle", lifecycle_of(model.lifecycle));
  return json_text(out);
}

std::string json_text(const Json& document) {
  std::string text;
  print(document, 0, text);
  return text + "\n";
}

}  // namespace edgefit
