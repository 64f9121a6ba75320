// How good speeds get with real runs on the box: each model of a box is judged by the runs of the others there.
#pragma once

#include "accuracy/speed_report.h"

namespace edgefit::speed {

/// The rows of boxes that measured at least two models, judged anew: the prediction by coefficients that never saw the
/// device, corrected by the box's runs of all other models.
std::vector<Judged> calibrated(const std::vector<Judged>& rows);

/// A table of errors before and after, by engine.
void print_calibration(const Study& study);

}  // namespace edgefit::speed
