// The machine contract, version 1.0: docs/report-format.md, docs/schema/assessment.schema.json.
// Every key is always there, in this order; base units; numbers, ids and enums, no sentences where a number can stand.
#include "base/json.h"

#include <array>
#include <cmath>

#include "report/reporters.h"
#include "report/why.h"

namespace edgefit {
namespace {

/// Whole numbers without a decimal point, as far as a double holds them exactly (2^53); not finite = null.
Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::abs(value) < 9007199254740992.0) return static_cast<int64_t>(value);
  return value;
}

template <class Q>
Json number_or_null(const std::optional<Q>& quantity) {
  return quantity ? number(quantity->value) : Json(nullptr);
}
Json number_or_null(const Fact<double>& fact) {
  return fact ? number(*fact) : Json(nullptr);
}
template <class Q>
Json number_or_null(const Fact<Q>& fact) {
  return number_or_null(fact.value);
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
  return {{"gpu_layers", placement.gpu_layers}, {"layers", placement.layers}, {"split", placement.split}};
}

/// `why` is given for the question's own assessment; options are not traced.
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

/// A speed that does not exist is left out; `reason` tells why.
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

Json side_json(const std::optional<double>& value, std::string_view word) {
  return value ? number(*value) : text_or_null(word);
}

Json checks_json(const Answer& answer) {
  Json checks = Json::array();
  for (const auto& check : answer.checks) {
    const Finding& finding = check.finding;
    const bool numeric = finding.required || finding.detected;
    checks.push_back({{"id", check.id},
                      {"title", check.title},
                      {"verdict", name_of(finding.status)},
                      {"required", side_json(finding.required, finding.required_word)},
                      {"detected", side_json(finding.detected, finding.detected_word)},
                      {"unit", numeric ? Json(finding.unit) : Json(nullptr)},
                      {"message", check.message},
                      {"fix", text_or_null(check.fix)}});
  }
  return checks;
}

Json price_json(const Price& price) {
  const auto cents = [&price](int64_t n) { return price.known ? Json(n) : Json(nullptr); };
  return {
      {"low", cents(price.low_cents)},        {"value", cents(price.value_cents)},
      {"high", cents(price.high_cents)},      {"currency", price.currency},
      {"kind", text_or_null(price.kind)},     {"as_of", text_or_null(price.as_of)},
      {"source", text_or_null(price.source)}, {"reason", price.known ? Json(nullptr) : Json("no_price_in_catalog")}};
}

Json changes_json(const std::vector<Change>& changes) {
  constexpr std::array kOps = {"add", "change", "remove", "replace"};
  Json json = Json::array();
  for (const auto& change : changes) {
    json.push_back({{"op", kOps.at(static_cast<size_t>(change.op))},
                    {"what", change.what},
                    {"quantity", number(change.quantity)},
                    {"from", text_or_null(change.from)},
                    {"to", text_or_null(change.to)},
                    {"price", price_json(change.price)}});
  }
  return json;
}

Json unseen_json(const std::vector<Unseen>& unseen) {
  Json json = Json::array();
  for (const auto& item : unseen) {
    json.push_back({{"fact", item.what}, {"needed", number(item.needed)}, {"unit", text_or_null(item.unit)}});
  }
  return json;
}

Json options_json(const std::vector<Option>& options) {
  Json json = Json::array();
  for (size_t i = 0; i < options.size(); ++i) {
    const Option& option = options[i];
    json.push_back({{"rank", i + 1},
                    {"changes", changes_json(option.changes)},
                    {"price", price_json(option.price)},
                    {"power_watts", number_or_null(option.power)},
                    {"recommended", option.recommended},
                    {"over_budget", option.over_budget},
                    {"boxes", option.boxes},
                    {"loss",
                     {{"precision", number(option.loss.precision)},
                      {"cache", number(option.loss.cache)},
                      {"context", number(option.loss.context)},
                      {"sequences", number(option.loss.sequences)}}},
                    {"unseen", unseen_json(option.unseen)},
                    {"verdict", name_of(option.assessment.verdict)},
                    {"memory", memory_json(option.assessment, *option.question.host, nullptr)},
                    {"speed", speed_json(option.assessment.speed)}});
  }
  return json;
}

Json input_json(const Node& input, const Why& why) {
  const bool named = input.op == Node::Op::name;
  const WhyEntry* part = named ? why.find(&input) : nullptr;
  return {{"name", input.name},
          {"value", number(input.value)},
          {"unit", input.unit},
          {"origin", named ? "derived" : name_of(input.origin.kind)},
          {"source", named ? Json(nullptr) : text_or_null(input.origin.text)},
          {"why", part != nullptr ? Json(part->id) : Json(nullptr)}};
}

Json why_json(const Why& why) {
  Json json = Json::object();
  for (const auto& entry : why.entries()) {
    Json inputs = Json::array();
    if (entry.node != nullptr) {
      for (const Node* input : parts_of(*entry.node)) inputs.push_back(input_json(*input, why));
    }
    const bool ruled = entry.node != nullptr && !entry.node->rule.empty();
    json[entry.id] = {{"formula", entry.node != nullptr ? Json(formula_of(*entry.node)) : Json(nullptr)},
                      {"rule", ruled ? Json(entry.node->rule) : Json(nullptr)},
                      {"value", number(entry.value)},
                      {"unit", entry.unit},
                      {"inputs", std::move(inputs)}};
  }
  return json;
}

}  // namespace

std::string render_json(const Answer& answer, const Style&) {
  const Case& question = answer.question;
  const Why why(answer);
  const Json json{
      {"format", "edgefit.assessment"},
      {"format_version", "1.0"},
      {"edgefit", EDGEFIT_VERSION},
      {"as_of", answer.as_of},
      {"model", model_json(*question.model)},
      {"host", host_json(*question.host)},
      {"runtime", runtime_json(question.runtime)},
      {"workload", workload_json(question.workload)},
      {"verdict", name_of(answer.assessment.verdict)},
      {"exit_code", answer.exit_code},
      {"placement", placement_json(answer.assessment.placement)},
      {"memory", memory_json(answer.assessment, *question.host, &why)},
      {"speed", speed_json(answer.assessment.speed)},
      {"checks", checks_json(answer)},
      {"limits",
       {{"max_context", number(answer.limits.max_context)}, {"max_sequences", number(answer.limits.max_sequences)}}},
      {"options", options_json(answer.options)},
      {"command", text_or_null(answer.command)},
      {"warnings", answer.warnings},
      {"why", why_json(why)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit
