#include "report/json_parts.h"

#include <cmath>

namespace edgefit {

Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::abs(value) < 9007199254740992.0) return static_cast<int64_t>(value);
  return value;
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(text);
}
Json text_or_null(const Fact<std::string>& fact) {
  return fact ? Json(*fact) : Json(nullptr);
}

Json interval(double value, double low, double high) {
  return {{"value", number(value)}, {"low", number(low)}, {"high", number(high)}};
}

Json model_json(const Model& model) {
  return {{"name", model.name},
          {"architecture", text_or_null(model.architecture.family)},
          {"parameters", number_or_null(model.parameters)},
          {"active_parameters", number_or_null(model.active_parameters)},
          {"weight_bytes", number_or_null(model.weight_bytes)},
          {"precision", text_or_null(model.precision)}};
}

Json host_json(const Host& host) {
  Json pools = Json::array();
  for (const auto& pool : pools_of(host)) {
    pools.push_back(
        {{"id", pool.id}, {"total_bytes", number_or_null(pool.total)}, {"free_bytes", number_or_null(pool.free)}});
  }
  return {{"name", host.name}, {"pools", std::move(pools)}};
}

Json runtime_json(const Runtime& runtime) {
  const RuntimeProfile* profile = runtime.profile;
  return {{"name", profile != nullptr ? Json(profile->name) : Json(nullptr)},
          {"release", profile != nullptr ? Json(profile->release) : Json(nullptr)},
          {"backend", name_of(runtime.backend)}};
}

Json workload_json(const Workload& load) {
  const auto& kv_type_v = load.kv_type_v ? load.kv_type_v : load.kv_type;
  return {{"context", number_or_null(load.context)},
          {"sequences", number_or_null(load.sequences)},
          {"prompt_tokens", number_or_null(load.prompt_tokens)},
          {"output_tokens", number_or_null(load.output_tokens)},
          {"kv_type", text_or_null(load.kv_type)},
          {"kv_type_v", text_or_null(kv_type_v)},
          {"depth", number_or_null(load.depth)}};
}

Json placement_json(const Placement& placement) {
  Json out = {{"gpu_layers", placement.gpu_layers}, {"layers", placement.layers}, {"split", placement.split}};
  if (!placement.server) return out;
  const ServerSettings& s = *placement.server;
  out["server"] = {{"tensor_parallel", s.tensor},
                   {"pipeline_parallel", s.pipeline},
                   {"max_num_seqs", number(s.max_requests)},
                   {"max_num_batched_tokens", number(s.batched_tokens)},
                   {"gpu_memory_utilization", number(s.memory_share)},
                   {"expert_parallel", s.expert},
                   {"enforce_eager", s.eager}};
  return out;
}

Json memory_json(const Assessment& assessment, const Host& host, const Why* why) {
  const auto pools = pools_of(host);
  Json memory = Json::array();
  for (const auto& pool : assessment.pools) {
    Json lines = Json::array();
    for (const auto& line : pool.lines) {
      const WhyEntry* entry = why != nullptr ? why->find(line) : nullptr;
      lines.push_back({{"term", name_of(line.term)},
                       {"bytes", number(line.bytes.value)},
                       {"low", number(line.low.value)},
                       {"high", number(line.high.value)},
                       {"why", entry != nullptr ? Json(entry->id) : Json(nullptr)}});
    }
    memory.push_back({{"pool", pools.at(static_cast<size_t>(pool.pool)).id},
                      {"need", interval(pool.need.value.value, pool.need.low.value, pool.need.high.value)},
                      {"have", number_or_null(pool.have)},
                      {"have_basis", name_of(pool.basis)},
                      {"lines", std::move(lines)}});
  }
  return memory;
}

Json speed_json(const Speed& speed) {
  Json json{{"reason", speed.gap == SpeedGap::none ? Json(nullptr) : Json(name_of(speed.gap))}};
  const auto add = [&json](const char* key, const auto& estimate) {
    if (estimate) json[key] = interval(estimate->value.value, estimate->low.value, estimate->high.value);
  };
  add("decode_tokens_per_second", speed.decode);
  add("decode_tokens_per_second_total", speed.decode_total);
  add("prefill_tokens_per_second", speed.prefill);
  add("time_to_first_token_seconds", speed.time_to_first_token);
  add("load_seconds", speed.load);
  add("latency_seconds", speed.latency);
  add("inferences_per_second", speed.inferences_per_second);
  add("answer_seconds", speed.answer_time);
  add("tokens_per_joule", speed.tokens_per_joule);
  json["bound_by"] = speed.bound_by == BoundBy::none ? Json(nullptr) : Json(name_of(speed.bound_by));
  return json;
}

}  // namespace edgefit
