// edgefit rank for programs: docs/schema/rank.schema.json, with the parts that assess has.
#include <algorithm>

#include "edgefit/report.h"
#include "report/json_parts.h"

namespace edgefit {
namespace {

Json row_json(const Ranked& row) {
  const Case& question = row.question;
  return {{"model", row.word},
          {"name", question.model->name},
          {"task", name_of(question.model->task)},
          {"parameters", number_or_null(question.model->parameters)},
          {"active_parameters", number_or_null(question.model->active_parameters)},
          {"precision", text_or_null(question.model->precision)},
          {"native", row.native},
          {"weight_bytes", number_or_null(question.model->weight_bytes)},
          {"verdict", name_of(row.assessment.verdict)},
          {"runtime", runtime_json(question.runtime)},
          {"workload", workload_json(question.workload)},
          {"placement", placement_json(row.assessment.placement)},
          {"memory", memory_json(row.assessment, *question.host)},
          {"speed", speed_json(row.assessment.speed)}};
}

}  // namespace

std::string render_ranking_json(const Ranking& ranking, const RankHead& head) {
  const size_t shown = head.limit == 0 ? ranking.fits.size() : std::min(head.limit, ranking.fits.size());
  Json models = Json::array();
  for (size_t i = 0; i < shown; ++i) {
    Json row = row_json(ranking.fits[i]);
    const Limits& limits = ranking.fits[i].limits;
    row["limits"] = {{"max_context", number(limits.max_context)}, {"max_sequences", number(limits.max_sequences)}};
    row["rank"] = i + 1;
    models.push_back(std::move(row));
  }
  Json rest = Json::array();
  for (const auto& row : ranking.rest) {
    Json entry = row_json(row.nearest);
    entry["reason"] = name_of(row.reason);
    rest.push_back(std::move(entry));
  }
  const Json json{{"format", "edgefit.rank"},
                  {"format_version", "1.0"},
                  {"edgefit", EDGEFIT_VERSION},
                  {"as_of", head.as_of},
                  {"host", host_json(*head.question.host)},
                  {"order", {"verdict", "whole_on_device", "parameters", "bits_per_weight"}},
                  {"fitting", ranking.fits.size()},
                  {"models", std::move(models)},
                  {"left_out", std::move(rest)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit
