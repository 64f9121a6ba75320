// Small parsers for what the kernel prints: lines, "key : value", lists of CPUs, numbers.
// They never throw and never allocate by a number that a file gives.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace edgefit {

std::string_view trim(std::string_view text);
/// Lines without their ends; an empty text has none.
std::vector<std::string_view> split_lines(std::string_view text);
/// Parts between single separators, trimmed; "a,,b" has three.
std::vector<std::string_view> split(std::string_view text, char separator);
/// Words between white space.
std::vector<std::string_view> words(std::string_view text);
/// "key <separator> value", both trimmed; nothing when the separator is missing.
std::optional<std::pair<std::string_view, std::string_view>> key_value(std::string_view line, char separator);
/// A whole decimal number, nothing else around it.
std::optional<double> to_number(std::string_view text);
/// Hexadecimal with or without 0x.
std::optional<uint64_t> to_hex(std::string_view text);
/// The decimal digits at the start of `text`.
std::optional<double> leading_number(std::string_view text);
/// "0-3,8" as 0 1 2 3 8. Numbers above 65535 and reversed ranges are left out.
std::vector<int> parse_cpu_list(std::string_view text);
/// '*' in the pattern stands for any letters, once or more often.
bool matches(std::string_view id, std::string_view pattern);
bool contains_word(const std::vector<std::string>& list, std::string_view word);

/// The text of a file, empty when it could not be read. Views into a temporary would dangle.
inline std::string_view text_of(const std::optional<std::string>& file) {
  return file ? std::string_view(*file) : std::string_view();
}
std::string_view text_of(std::optional<std::string>&&) = delete;

/// A translated sentence with its values: say(tr("{} of {}"), a, b).
template <class... Values>
std::string say(const char* translated, const Values&... values) {
  return fmt::format(fmt::runtime(translated), values...);
}

}  // namespace edgefit
