// The golden cases and the comparison with the prediction, as the reports of `edgefit verify` show them.
#pragma once

#include <string>

#include "base/json.h"
#include "edgefit/verify.h"
#include "report/page.h"

namespace edgefit {

/// A table of the cases that do not pass, at most twenty; JSON has them all.
void print_golden(Page& page, const GoldenReport& golden);
/// Measured beside predicted, and each cause with what shows it.
void print_prediction(Page& page, const PredictionReport& prediction);
void markdown_golden(std::string& out, const GoldenReport& golden);
void markdown_prediction(std::string& out, const PredictionReport& prediction);
Json golden_json(const GoldenReport& golden, bool keep_texts);
Json prediction_json(const PredictionReport& prediction);

}  // namespace edgefit
