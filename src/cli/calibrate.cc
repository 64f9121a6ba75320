// edgefit calibrate MODEL RUN...: real runs of an engine beside the predictions for them, kept for other models.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/files.h"
#include "cli/build_case.h"
#include "cli/catalog_flags.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/find_model.h"
#include "cli/output.h"
#include "edgefit/calibration.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct CalibrateFlags {
  std::string model, as_of;
  std::vector<std::string> runs;
  CaseFlags question;
  CatalogFlags catalog;
  OutputFlags output;
};

Result<std::vector<MeasuredRun>> read_files(const std::vector<std::string>& paths, const std::string& today) {
  std::vector<MeasuredRun> out;
  for (const auto& path : paths) {
    const auto text = read_small_file(path);
    if (!text) return text.error();
    auto runs = read_runs(*text, printable(path));
    if (!runs) return runs.error();
    for (auto& run : *runs) {
      if (run.date.empty()) run.date = today;
      out.push_back(std::move(run));
    }
  }
  return out;
}

/// What nobody typed is as the runs say.
void follow(const std::vector<MeasuredRun>& runs, CaseFlags& typed) {
  if (typed.runtime.empty()) typed.runtime = runs.front().runtime;
  const auto told =
      std::find_if(runs.begin(), runs.end(), [](const MeasuredRun& run) { return run.backend.has_value(); });
  if (typed.backend.empty() && told != runs.end()) typed.backend = name_of(*told->backend);
}

/// The same question asked again: the newer answer counts.
bool same_question(const CalibrationRow& a, const CalibrationRow& b) {
  return a.runtime == b.runtime && a.release == b.release && a.traits.backend == b.traits.backend &&
         a.traits.devices == b.traits.devices && a.traits.prefill == b.traits.prefill &&
         a.traits.model == b.traits.model && a.traits.precision == b.traits.precision &&
         std::abs(std::log(a.traits.seconds / b.traits.seconds)) < 0.01;
}

std::vector<CalibrationRow> merged(const Calibration* before, const std::vector<ComparedRun>& compared) {
  std::vector<CalibrationRow> out;
  if (before != nullptr) out = before->rows();
  for (const auto& one : compared) {
    if (!one.row) continue;
    std::erase_if(out, [&one](const auto& row) { return same_question(row, *one.row); });
    out.push_back(*one.row);
  }
  // The oldest go first when there are too many.
  if (out.size() > Calibration::kMostRows)
    out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(Calibration::kMostRows));
  return out;
}

Result<int> run(const CalibrateFlags& flags) {
  if (flags.runs.empty())
    return Problem{tr("no measured run given"), "",
                   tr("llama-bench -m MODEL -o json > runs.json, then edgefit calibrate MODEL runs.json")};
  const auto outputs = Outputs::make(flags.output, text_and_json());
  if (!outputs) return outputs.error();
  const auto catalog = find_catalog(flags.catalog);
  if (!catalog) return catalog.error();
  const auto date = report_date(flags.as_of);
  if (!date) return date.error();
  const auto runs = read_files(flags.runs, *date);
  if (!runs) return runs.error();
  CaseFlags typed = flags.question;
  follow(*runs, typed);
  const auto question = build_case(typed, flags.model, **catalog);
  if (!question) return question.error();
  const auto compared = compare_runs(*question, *runs);
  const auto rows = merged(question->calibration.get(), compared);
  if (std::none_of(compared.begin(), compared.end(), [](const auto& one) { return one.row.has_value(); }))
    return Problem{tr("no run can be used"), printable(flags.runs.front()), compared.front().refusal};
  const Calibration calibration(box_of(*question->host), rows);
  const auto written = outputs->write([&](std::string_view form, const Style& style) {
    return form == "json" ? write_calibration(calibration) : render_runs(compared, calibration.box(), style);
  });
  if (!written) return written.error();
  return 0;
}

}  // namespace

Run declare_calibrate(Flags& flags) {
  auto typed = std::make_shared<CalibrateFlags>();
  flags.positional("MODEL", typed->model, model_help(), Flags::Need::required, known_models());
  flags.words("RUN", typed->runs, tr("of llama-bench, vllm bench, Ollama, llama-server"));
  declare_case(flags, typed->question);
  declare_catalog_flag(flags, typed->catalog);
  declare_output(flags, typed->output, text_and_json());
  flags.text("--as-of", typed->as_of, "DATE", tr("date of runs that state none (default: today)"));
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
