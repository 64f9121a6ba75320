// What a box and a buyer allow: slots, watts, length, maker, noise, equal division. What cannot be seen is not
// taken for granted: it is listed with the option, to be looked at before ordering.
#pragma once

#include <string_view>

#include "edgefit/catalog.h"
#include "plan/changes.h"

namespace edgefit {

/// May this row be bought: `sold` as the terms want it.
bool buyable(std::string_view sold, const PlanTerms& terms);
/// A card that fits a slot, of the maker and the noise that the terms allow, with known memory and bandwidth.
bool acceptable(const AcceleratorRow& row, const PlanTerms& terms);
/// `count` cards can share the model as the runtime's split mode asks for.
bool divides(const Case& question, int count);
/// False when slots, length or the terms' watts forbid `count` more cards. Adds to `unseen` what nobody can see; a
/// power supply that is known to be too weak is answered by `psu`: another one to buy along.
bool box_takes(const Case& question, const PlanTerms& terms, const AcceleratorRow& row, int count, Candidate& card);

}  // namespace edgefit
