// An inventory for programs: JSON (docs/schema/inventory.schema.json) and JUnit XML, a test case each property.
#include <fmt/format.h>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/inventory_reports.h"
#include "report/json_parts.h"
#include "report/junit_file.h"
#include "report/phrases.h"
#include "report/words.h"

namespace edgefit {
namespace {

constexpr CheckStatus kStatuses[] = {CheckStatus::fail, CheckStatus::warn, CheckStatus::unknown, CheckStatus::pass,
                                     CheckStatus::not_applicable};

Json value_json(const InventoryValue& value) {
  return value.number ? number(*value.number) : text_or_null(value.word);
}

Json answer_json(const Assessment& assessment) {
  return {{"verdict", name_of(assessment.verdict)}, {"speed", speed_json(assessment.speed)}};
}

Json side_json(const Case& question, const Assessment& assessment) {
  Json out = {{"host", host_json(*question.host)}, {"runtime", runtime_json(question.runtime)}};
  out.update(answer_json(assessment));
  return out;
}

Json row_json(const InventoryRow& row) {
  return {{"id", row.part + "." + row.property}, {"status", name_of(row.status)},
          {"unit", text_or_null(row.unit)},      {"planned", value_json(row.planned)},
          {"found", value_json(row.found)},      {"why", text_or_null(row.why)},
          {"remedy", text_or_null(row.remedy)},  {"effect", row.effect ? answer_json(*row.effect) : Json(nullptr)}};
}

}  // namespace

std::string render_inventory_json(const Inventory& inventory, const std::string& as_of, const Style&) {
  Json summary = Json::object(), rows = Json::array();
  for (const auto status : kStatuses) summary[name_of(status)] = rows_of(inventory, status).size();
  for (const auto& row : inventory.rows) rows.push_back(row_json(row));
  const Json report = {{"format", "edgefit.inventory"},
                       {"format_version", "1.0"},
                       {"edgefit", EDGEFIT_VERSION},
                       {"as_of", as_of},
                       {"exit_code", exit_code_of(inventory)},
                       {"model", model_json(*inventory.planned.model)},
                       {"workload", workload_json(inventory.planned.workload)},
                       {"planned", side_json(inventory.planned, inventory.before)},
                       {"found", side_json(inventory.found, inventory.after)},
                       {"summary", std::move(summary)},
                       {"rows", std::move(rows)}};
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string render_inventory_junit(const Inventory& inventory, const std::string& as_of, const Style&) {
  using Result = JUnitCase::Result;
  JUnitFile file{"edgefit.inventory", as_of, {{"question", question_text(inventory.planned)}}, {}};
  for (const auto& row : inventory.rows) {
    JUnitCase test{"edgefit.inventory." + row.part, title_of(row)};
    const std::string effect = effect_of(row, inventory.before);
    if (row.status == CheckStatus::not_applicable) {
      test.result = Result::skipped;
      test.message = tr("the plan does not say");
    } else if (row.status == CheckStatus::unknown) {
      test.result = Result::error;
      test.message = values_of(row);
      test.body = row.remedy.empty() ? "" : say(tr("what would tell: {}"), row.remedy);
    } else if (row.status == CheckStatus::fail) {
      test.result = Result::failure;
      test.message = values_of(row);
      test.body = effect;
    } else if (row.status == CheckStatus::warn) {
      test.note = fmt::format("{}: {}; {}", title_of(row), values_of(row), effect);
    }
    file.cases.push_back(std::move(test));
  }
  JUnitCase runs{"edgefit.inventory.answer", tr("the model runs on the delivered box")};
  const int code = exit_code_of(inventory.after.verdict);
  runs.result = code == 1 ? Result::failure : code == 3 ? Result::error : Result::passed;
  runs.message = answer_text(inventory.after);
  file.cases.push_back(std::move(runs));
  return junit_text(file);
}

}  // namespace edgefit
