// Joins a descriptor with the model files that it names: the descriptor wins, the file fills its gaps.
#pragma once

#include "edgefit/model.h"

namespace edgefit {

/// Fills what `model` leaves out from `file`; facts that differ are warnings. Tensors are the file's.
void merge_file(Model& model, Model&& file);

}  // namespace edgefit
