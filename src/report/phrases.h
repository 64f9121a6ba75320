// Sentences about an Answer that several reports for people share, so that no two of them say it differently.
#pragma once

#include <string>
#include <vector>

#include "edgefit/answer.h"
#include "report/words.h"

namespace edgefit {

/// "0.35 GiB to spare in gpu1": the pool with the least room; or all shortages.
std::string room_text(const Answer& answer);
/// The checks that decide a verdict other than ready, by title.
std::string blockers(const Answer& answer);
/// Devices, engine and load in one line.
std::string question_text(const Case& question);
/// How the layers are spread; empty when there is no choice.
std::string placement_text(const Answer& answer);

const char* label_of(Term term);
/// What a line depends on, in a few words.
std::string note_of(const Line& line, const PoolFit& pool, const Answer& answer);
/// What a pool is and how `have` came about: "gpu0: GeForce RTX 4090, 24.00 GiB; have is what is free now".
std::string pool_text(const PoolFit& pool, const Pool& seen, const Answer& answer);

/// One estimate beside its goal.
struct SpeedRow {
  std::string label, value, range, goal;
  const char* word = "";  ///< how the check on the goal went
  Paint paint = Paint::plain;
};
/// Empty when nothing could be estimated; gap_text says why then.
std::vector<SpeedRow> speed_rows(const Answer& answer);
/// What the estimates hold for: "after a prompt of 1,024 tokens; limited by memory bandwidth".
std::string conditions(const Answer& answer);
/// Why there is no estimate and, for the processor, which flag would give one.
std::string gap_text(const Answer& answer);

/// The fullest pool of an assessment, in percent; "?" when a pool's size is not known.
std::string fullest(const Assessment& assessment);
/// A price in its currency's units for tables: "1,599", "0" or "?".
std::string amount(const Price& price);
/// Of the first option that has a price; empty when none has.
std::string currency_of(const std::vector<Option>& options);
/// What the published measurements say about a setting; empty when they say nothing.
std::string quality_note(const Change& change);
/// Index of the recommended option.
size_t recommended(const std::vector<Option>& options);
/// What option `index` is: "Option 2 is the cheapest that keeps 8 x 32,768 tokens and meets every goal".
std::string headline_of(const Answer& answer, size_t index);
/// What has to be looked at before ordering, and the flag that states it.
std::string unseen_text(const Unseen& unseen);
/// A misfit that nothing in the catalog mends.
std::string no_options_text(const Answer& answer);
/// Lower case, for ways out: the capitals belong to the verdict of the question itself.
const char* small_word(Verdict verdict);

}  // namespace edgefit
