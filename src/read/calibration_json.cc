// calibration.json, written by `edgefit calibrate`: runs of a box beside their predictions.
#include <array>
#include <cmath>

#include "base/json.h"
#include "edgefit/calibration.h"
#include "edgefit/text.h"
#include "read/json_fields.h"

namespace edgefit {
namespace {

constexpr std::string_view kFormat = "edgefit.calibration", kVersion = "1.0";
constexpr std::array<std::string_view, 4> kKeys = {"format", "format_version", "box", "runs"};
constexpr std::array<std::string_view, 15> kRunKeys = {"model",     "runtime",   "release", "backend", "devices",
                                                       "what",      "precision", "experts", "seconds", "measured",
                                                       "predicted", "factor",    "source",  "build",   "date"};
constexpr Range kRates{1e-6, 1e9, false}, kSeconds{1e-9, 1e6, false};
// Real hardware stays within: what is further off belongs to another box or model.
constexpr double kMostFactor = 100;

Problem not_this(std::string what, const std::string& where) {
  return {std::move(what), where, tr("edgefit calibrate writes a valid file")};
}

std::optional<CalibrationRow> read_row(const JsonFields& fields) {
  CalibrationRow row;
  row.runtime = fields.text("runtime");
  row.release = fields.text("release");
  row.source = fields.text("source");
  row.build = fields.text("build");
  row.date = fields.text("date");
  row.traits.model = fields.text("model");
  row.traits.precision = fields.text("precision");
  row.traits.experts = fields.flag("experts").value_or(false);
  const auto backend = find_backend(fields.text("backend"));
  const std::string what = fields.text("what");
  const auto devices = fields.number("devices", {1, 1024, true});
  const auto seconds = fields.number("seconds", kSeconds), measured = fields.number("measured", kRates),
             predicted = fields.number("predicted", kRates);
  const bool whole = backend && devices && seconds && measured && predicted && (what == "decode" || what == "prefill");
  if (!whole || std::abs(std::log(*measured / *predicted)) > std::log(kMostFactor)) {
    fields.report().fail(tr("not a run beside its prediction"), fields.pointer(""),
                         tr("edgefit calibrate writes them"));
    return std::nullopt;
  }
  row.traits.backend = *backend;
  row.traits.devices = static_cast<int>(*devices);
  row.traits.prefill = what == "prefill";
  row.traits.seconds = *seconds;
  row.measured = *measured;
  row.predicted = *predicted;
  return row;
}

}  // namespace

std::string write_calibration(const Calibration& calibration) {
  Json out = Json::object();
  out["format"] = kFormat;
  out["format_version"] = kVersion;
  out["box"] = calibration.box();
  out["runs"] = Json::array();
  for (const auto& row : calibration.rows()) {
    Json run = Json::object();
    run["model"] = row.traits.model;
    run["runtime"] = row.runtime;
    run["release"] = row.release;
    run["backend"] = name_of(row.traits.backend);
    run["devices"] = row.traits.devices;
    run["what"] = row.traits.prefill ? "prefill" : "decode";
    run["precision"] = row.traits.precision;
    run["experts"] = row.traits.experts;
    run["seconds"] = row.traits.seconds;
    run["measured"] = row.measured;
    run["predicted"] = row.predicted;
    run["factor"] = row.measured / row.predicted;
    run["source"] = row.source;
    run["build"] = row.build;
    run["date"] = row.date;
    out["runs"].push_back(std::move(run));
  }
  return out.dump(1) + "\n";
}

Result<Calibration> read_calibration(std::string_view text, const std::string& where) {
  const auto document = parse_json(text, where);
  if (!document) return document.error();
  if (!document->is_object() || document->value("format", Json()) != kFormat)
    return not_this(tr("not a calibration file: \"format\" is not \"edgefit.calibration\""), where);
  JsonReport report{where, {}, {}};
  const JsonFields top(&*document, "", kKeys, report);
  if (!top.text("format_version").starts_with("1."))
    return not_this(tr("this calibration needs another edgefit: \"format_version\" is not 1.x"), where);
  std::vector<CalibrationRow> rows;
  const Json* runs = top.child("runs");
  if (runs == nullptr || !runs->is_array() || runs->empty() || runs->size() > Calibration::kMostRows)
    return not_this(tr("expected a list of 1 to 256 runs"), where + ": /runs");
  for (size_t i = 0; i < runs->size(); ++i) {
    const JsonFields fields(&(*runs)[i], "/runs/" + std::to_string(i), kRunKeys, report);
    if (auto row = read_row(fields)) rows.push_back(std::move(*row));
  }
  if (report.problem) return *report.problem;
  return Calibration(top.text("box"), std::move(rows));
}

}  // namespace edgefit
