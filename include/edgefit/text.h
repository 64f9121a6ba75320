// Words for people: translated sentences, sizes, tables of aligned columns, safe terminal text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/units.h"

namespace edgefit {

/// The sentence in the user's language (edgefit/language.h); `english` is the gettext message id.
const char* tr(const char* english);
/// The form for `n` things: tr("{} record", "{} records", n).
const char* tr(const char* one, const char* many, size_t n);
/// A word that means several things: `context`, which is never shown, tells the translator which.
const char* tr_in(const char* context, const char* english);
/// Marks a sentence in a table for the catalogues in po/; the table's reader translates it: tr(row.text).
constexpr const char* mark(const char* english) {
  return english;
}
constexpr const char* mark_in(const char* /*context*/, const char* english) {
  return english;
}

/// "4.58 GiB"; MiB below 0.01 GiB.
std::string show(Bytes bytes);
std::string show_gib(Bytes bytes);
/// "0.40 s", "12 ms", "3 min".
std::string show(Seconds seconds);
/// "76 tok/s", "4.2 tok/s".
std::string show(TokensPerSecond speed);
/// "1008 GB/s": vendor figure.
std::string show(BytesPerSecond speed);
/// 131,072
std::string show_count(double n);
/// 8.03 B, 494 M: parameters
std::string show_parameters(double n);

/// Control characters and invalid UTF-8 made visible, so that a file's bytes cannot steer a terminal.
std::string printable(std::string_view text);
/// The nearest candidates by edit distance and shared words, best first, at most `limit`.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string_view>& candidates,
                                 size_t limit = 3);

/// "24 GiB", "24GB", "8B" ... : nothing when it is not a size.
bool parse_bytes(std::string_view text, Bytes& out);
/// "1 s", "50 ms", "2 min".
bool parse_seconds(std::string_view text, Seconds& out);
/// "8B", "494M", "8030261248".
bool parse_count(std::string_view text, double& out);
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string lower(std::string_view text);
/// Without the white space at both ends; no-break spaces are white space too.
std::string_view trimmed(std::string_view text);

}  // namespace edgefit
