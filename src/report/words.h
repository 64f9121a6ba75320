// Words that several reports share: verdicts, changes, prices, values with units, tags for what is not measured.
// Reports for people only; machine formats print numbers, ids and enums.
#pragma once

#include <string>

#include "edgefit/answer.h"
#include "report/page.h"

namespace edgefit {

/// "READY" "TIGHT" "NOT READY" "UNKNOWN".
const char* verdict_word(Verdict verdict);
Paint paint_of(Verdict verdict);
/// "warn", "fail", "?" ... in a column of word_width() with the space behind it.
size_t word_width();
const char* status_word(CheckStatus status);
Paint paint_of(CheckStatus status);
/// Why a speed is missing, as a sentence.
const char* reason_text(SpeedGap gap);
const char* text_of(BoundBy bound);
/// Where `have` of a pool comes from, as a clause.
const char* text_of(HaveBasis basis, const Pool& pool);

/// The box was described without saying how much RAM it has: what the placement needs is taken to be there.
bool have_is_assumed(const Case& question, const PoolFit& pool);

/// "[assumed]" or "[catalog]" when a figure rests on such a number; assumed is the weaker and wins.
const char* tag_of(const Node* figure);
/// `+ add 1x geforce-rtx-4090`: the symbol, the verb and the rest.
struct ChangeText {
  const char* symbol;
  const char* verb;
  std::string what;
  Paint paint;
};
ChangeText describe(const Change& change);
/// The same in fewer words: "add 1x geforce-rtx-4090", "quant q4_k_m".
std::string brief(const Change& change);
/// "1,599 USD list, 2022-10"; "0" for what costs nothing; "price unknown".
std::string show_price(const Price& price);

/// A value of any unit for people: "4,096 B", "1.25 s", "82.6 TFLOP/s", "32".
std::string show_exact(double value, const char* unit);
/// "llama-3.1-8b Q4_K_M": name and precision, safe to print.
std::string title_of(const Model& model);
/// What the box calls itself, safe to print; live and described ones have no name of their own.
std::string box_name(const Host& host);
/// "2x NVIDIA GeForce RTX 4090" or the processor.
std::string devices_of(const Case& question);

}  // namespace edgefit
