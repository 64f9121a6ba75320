// The machine contract of `edgefit verify`, version 1.0: docs/schema/verify.schema.json. Every key is always there, in
// this order; what is not known is null. Times are seconds.
#include "base/json.h"
#include "report/verify_reporters.h"
#include "report/verify_sections.h"

namespace edgefit {
namespace {

Json value(const std::optional<double>& number) {
  return number ? Json(*number) : Json(nullptr);
}

Json text(const std::string& word) {
  return word.empty() ? Json(nullptr) : Json(word);
}

Json server_json(const ServerFacts& server) {
  return {{"url", server.url},
          {"kind", name_of(server.kind)},
          {"version", text(server.version)},
          {"model", server.model},
          {"models", server.models},
          {"model_path", text(server.model_path)},
          {"template_sha256", text(server.template_sha256)},
          {"digest", text(server.digest)},
          {"quantization", text(server.quantization)},
          {"context", value(server.context)},
          {"slots", value(server.slots)},
          {"model_bytes", value(server.model_bytes)},
          {"vram_bytes", value(server.vram_bytes)}};
}

Json limit(double seconds) {
  return seconds > 0 ? Json(seconds) : Json(nullptr);
}

Json plan_json(const LoadPlan& plan) {
  return {{"shape", name_of(plan.shape)},
          {"users", plan.users},
          {"think_seconds", plan.think},
          {"rate", plan.rate},
          {"burstiness", plan.burstiness},
          {"warmups", plan.warmups},
          {"requests", plan.requests},
          {"duration_seconds", plan.duration},
          {"prompt_tokens", plan.prompt_tokens},
          {"output_tokens", plan.output_tokens},
          {"seed", plan.seed},
          {"slo",
           {{"ttft_seconds", limit(plan.slo.ttft)},
            {"tpot_seconds", limit(plan.slo.tpot)},
            {"latency_seconds", limit(plan.slo.latency)}}},
          {"share_wanted_in_time", plan.in_time}};
}

Json distribution_json(const Distribution& values) {
  const bool any = values.n > 0;
  const auto known = [any](double number) { return any ? Json(number) : Json(nullptr); };
  return {{"n", values.n},
          {"min", known(values.min)},
          {"mean", known(values.mean)},
          {"median", known(values.median)},
          {"p90", value(values.p90)},
          {"p95", value(values.p95)},
          {"p99", value(values.p99)},
          {"max", known(values.max)}};
}

/// Times count from the first scheduled request.
Json reply_json(const Reply& reply, double begin, bool keep_texts, const std::string* prompt) {
  Json out = {{"fault", name_of(reply.fault)},
              {"message", text(reply.message)},
              {"http_status", reply.http_status > 0 ? Json(reply.http_status) : Json(nullptr)},
              {"scheduled_seconds", reply.scheduled - begin},
              {"sent_seconds", reply.sent - begin},
              {"end_seconds", reply.end - begin},
              {"ttft_seconds", value(reply.ttft())},
              {"ttfo_seconds", value(reply.ttfo())},
              {"tpot_seconds", value(reply.tpot())},
              {"chunks", reply.chunks},
              {"prompt_tokens", value(reply.prompt_tokens)},
              {"output_tokens", value(reply.output_tokens)},
              {"reasoning_tokens", value(reply.reasoning_tokens)},
              {"cached_tokens", value(reply.cached_tokens)},
              {"finish_reason", text(reply.finish_reason)}};
  if (keep_texts) {
    out["prompt"] = prompt == nullptr ? Json(nullptr) : Json(*prompt);
    out["reasoning"] = text(reply.reasoning);
    out["text"] = reply.text;
  }
  return out;
}

Json truth_json(const ServerTruth& truth) {
  return {{"source", text(truth.source)},
          {"gap", text(truth.gap)},
          {"client_tpot_seconds", value(truth.client_tpot)},
          {"server_tpot_seconds", value(truth.server_tpot)},
          {"client_ttft_seconds", value(truth.client_ttft)},
          {"server_ttft_seconds", value(truth.server_ttft)},
          {"other_requests", truth.other_requests}};
}

Json load_json(const LoadResult& load, bool keep_texts) {
  Json requests = Json::array();
  for (size_t i = 0; i < load.replies.size(); ++i)
    requests.push_back(
        reply_json(load.replies[i], load.begin, keep_texts, i < load.prompts.size() ? &load.prompts[i] : nullptr));
  return {{"plan", plan_json(load.plan)},
          {"wall_seconds", load.wall},
          {"attempted", load.attempted},
          {"failed", load.failed},
          {"stopped", load.stopped},
          {"ttft_seconds", distribution_json(load.ttft)},
          {"ttfo_seconds", distribution_json(load.ttfo)},
          {"tpot_seconds", distribution_json(load.tpot)},
          {"latency_seconds", distribution_json(load.latency)},
          {"prompt_tokens", value(load.prompt_tokens)},
          {"output_tokens", value(load.output_tokens)},
          {"tokens_per_second", value(load.tokens_per_second())},
          {"answers_per_second", load.requests_per_second()},
          {"goodput_per_second", load.goodput()},
          {"share_in_time", value(load.share_in_time())},
          {"in_time", load.in_time},
          {"undecided", load.undecided},
          {"warm_ttft_seconds", value(load.warm_ttft)},
          {"first_third_tpot_seconds", value(load.first_third_tpot)},
          {"last_third_tpot_seconds", value(load.last_third_tpot)},
          {"late_seconds", value(load.late)},
          {"server_truth", truth_json(load.truth)},
          {"requests", std::move(requests)}};
}

Json finding_json(const VerifyFinding& finding) {
  return {{"id", finding.id},           {"title", finding.title},     {"status", name_of(finding.status)},
          {"decides", finding.decides}, {"message", finding.message}, {"fix", finding.fix}};
}

}  // namespace

std::string render_verify_json(const VerifyView& view, const Style&) {
  const Verification& verification = view.verification;
  Json checks = Json::array();
  for (const auto& finding : verification.findings) checks.push_back(finding_json(finding));
  const Json report = {
      {"format", "edgefit.verify"},
      {"format_version", "1.0"},
      {"edgefit", EDGEFIT_VERSION},
      {"as_of", verification.as_of},
      {"exit_code", view.exit_code},
      {"status", verification.interrupted ? "interrupted" : "complete"},
      {"server", server_json(verification.server)},
      {"load", verification.load ? load_json(*verification.load, verification.keep_texts) : Json()},
      {"prediction", verification.prediction ? prediction_json(*verification.prediction) : Json()},
      {"golden", verification.golden ? golden_json(*verification.golden, verification.keep_texts) : Json()},
      {"checks", std::move(checks)}};
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit
