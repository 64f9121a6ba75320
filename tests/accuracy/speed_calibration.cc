#include "accuracy/speed_calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "edgefit/calibration.h"
#include "edgefit/text.h"

namespace edgefit::speed {
namespace {

/// A box as the corpus tells boxes apart: an engine on so many of one device, by one source.
using BoxKey = std::tuple<size_t, std::string, std::string, double>;

/// The engine without its release.
std::string runtime_of(const Row& row) {
  const std::string_view name = families()[row.family].runtime;
  return std::string(name.substr(0, name.find('@')));
}

CalibrationRow row_of(const Judged& judged) {
  const Row& row = *judged.row;
  const Model& model = *row.question->model;
  CalibrationRow out;
  out.runtime = runtime_of(row);
  out.traits.devices = static_cast<int>(row.devices);
  out.traits.prefill = row.prefill;
  out.traits.experts = model.architecture.moe.has_value() || *model.active_parameters < *model.parameters;
  out.traits.model = model.name;
  out.traits.precision = lower(model.precision);
  out.traits.seconds = 1 / judged.predicted;
  out.measured = row.measured;
  out.predicted = judged.predicted;
  return out;
}

/// Sources that gather what many people sent in: their rows of one device are of several boxes.
bool one_owner(const Judged& judged) {
  const std::string& source = judged.row->source;
  for (const char* crowd : {"LocalScore", "localmaxxing", "llmfit"})
    if (source.starts_with(crowd)) return false;
  return true;
}

struct Errors {
  std::vector<double> before, after;
  size_t inside = 0;
  std::set<BoxKey> boxes;
};

double at(std::vector<double> errors, double share) {
  std::sort(errors.begin(), errors.end());
  return errors[static_cast<size_t>(share * static_cast<double>(errors.size() - 1))];
}

BoxKey box_key(const Row& row) {
  return {row.family, row.hardware, row.source, row.devices};
}

void print_line(std::string_view name, const Errors& e) {
  if (e.after.size() < 10) return;
  fmt::print("| {} | {} | {} | {:.1f} / {:.0f} % | {:.1f} / {:.0f} % | {:.0f} % |\n", name, e.boxes.size(),
             e.after.size(), 100 * at(e.before, 0.5), 100 * at(e.before, 0.9), 100 * at(e.after, 0.5),
             100 * at(e.after, 0.9), 100 * static_cast<double>(e.inside) / static_cast<double>(e.after.size()));
}

void print_kind(std::string_view title, const std::vector<Judged>& rows) {
  std::map<const Row*, const Judged*> before;
  for (const Judged& j : rows) before[j.row] = &j;
  Errors all, owners;
  std::vector<Errors> by_family(families().size());
  for (const Judged& j : calibrated(rows)) {
    std::vector<Errors*> sums = {&all, &by_family[j.row->family]};
    if (one_owner(j)) sums.push_back(&owners);
    for (Errors* sum : sums) {
      sum->before.push_back(before[j.row]->error());
      sum->after.push_back(j.error());
      sum->inside += j.inside() ? 1 : 0;
      sum->boxes.insert(box_key(*j.row));
    }
  }
  fmt::print(
      "#### {}\n\n| engine | boxes | configurations | before, median / 90th pct. | after | inside the 80 % interval |\n"
      "|---|---|---|---|---|---|\n",
      title);
  print_line("all", all);
  print_line("boxes of one owner", owners);
  for (size_t i = 0; i < by_family.size(); ++i) print_line(families()[i].name, by_family[i]);
  fmt::print("\n");
}

}  // namespace

std::vector<Judged> calibrated(const std::vector<Judged>& rows) {
  std::map<BoxKey, std::vector<const Judged*>> boxes;
  for (const Judged& j : rows) boxes[box_key(*j.row)].push_back(&j);
  std::vector<Judged> out;
  for (const auto& [key, runs] : boxes) {
    std::set<std::string> models;
    for (const Judged* run : runs) models.insert(run->row->question->model->name);
    for (const auto& left_out : models) {
      std::vector<CalibrationRow> others;
      for (const Judged* run : runs)
        if (run->row->question->model->name != left_out) others.push_back(row_of(*run));
      if (others.empty()) continue;
      const Calibration calibration("box", std::move(others));
      for (const Judged* run : runs) {
        if (run->row->question->model->name != left_out) continue;
        const auto factor = calibration.correct(runtime_of(*run->row), "", row_of(*run).traits);
        if (!factor) continue;
        out.push_back(
            {run->row, run->predicted * factor->factor, run->predicted * factor->low, run->predicted * factor->high});
      }
    }
  }
  return out;
}

void print_calibration(const Study& study) {
  print_kind("Decode after runs of other models on the same box", study.decode.rows);
  print_kind("Prompt after runs of other models on the same box", study.prefill.rows);
}

}  // namespace edgefit::speed
