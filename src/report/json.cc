// The machine contract, version 1.0: docs/report-format.md, docs/schema/assessment.schema.json.
// Every key is always there, in this order; base units; numbers, ids and enums, no sentences where a number can stand.
#include <array>

#include "report/json_parts.h"
#include "report/reporters.h"
#include "report/why.h"

namespace edgefit {
namespace {

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
                      {"sequences", number(option.loss.sequences)},
                      {"speed", number(option.loss.speed)}}},
                    {"unseen", unseen_json(option.unseen)},
                    {"verdict", name_of(option.assessment.verdict)},
                    {"memory", memory_json(option.assessment, *option.question.host)},
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
      {"why", why_json(why)},
      {"refusal", text_or_null(answer.refusal)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit
