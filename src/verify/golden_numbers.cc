#include "verify/golden_numbers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kMostNumbers = 1000;
constexpr size_t kLongestNumber = 64;
/// What groups digits and nothing else; the long ones are UTF-8: no-break, narrow no-break and thin space, '.
constexpr std::array<std::string_view, 6> kGroupers = {"'",           " ", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89",
                                                       "\xe2\x80\x99"};
constexpr std::string_view kMinus = "\xe2\x88\x92";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
/// Latin, Greek and Cyrillic; signs such as the euro's and writing without spaces end no word.
bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (byte >= 0xC3 && byte <= 0xDF);
}

/// `text` starts with exactly three digits.
bool three_digits(std::string_view text) {
  return text.size() >= 3 && is_digit(text[0]) && is_digit(text[1]) && is_digit(text[2]) &&
         (text.size() == 3 || !is_digit(text[3]));
}

/// A run of digits and separators: the digits, where the separators stood, what they were.
struct Digits {
  std::string digits;
  struct Mark {
    char kind;  ///< '.' ',' or 'g' for what only groups
    size_t before;
  };
  std::vector<Mark> marks;
};

/// Cuts the longest run off the front.
Digits cut_digits(std::string_view& text) {
  Digits out;
  while (!text.empty() && out.digits.size() < kLongestNumber) {
    if (is_digit(text.front())) {
      out.digits += text.front();
      text.remove_prefix(1);
      continue;
    }
    const bool divides = text.front() == '.' || text.front() == ',';
    if (divides && text.size() > 1 && is_digit(text[1])) {
      out.marks.push_back({text.front(), out.digits.size()});
      text.remove_prefix(1);
      continue;
    }
    const auto* grouper =
        std::find_if(kGroupers.begin(), kGroupers.end(), [&text](auto known) { return text.starts_with(known); });
    // "12 345" is one number, "12 34" are two.
    if (grouper == kGroupers.end() || !three_digits(text.substr(grouper->size()))) break;
    if (out.marks.empty() && out.digits.size() > 3) break;
    out.marks.push_back({'g', out.digits.size()});
    text.remove_prefix(grouper->size());
  }
  return out;
}

double value_of(const std::string& digits, size_t point) {
  const std::string text = digits.substr(0, point) + "." + digits.substr(point);
  return std::strtod(text.c_str(), nullptr);  // LC_NUMERIC stays "C" in this program
}

/// All marks from `first` on, up to `last`, stand before groups of three.
bool groups(const Digits& run, size_t first, size_t last, size_t end) {
  for (size_t i = first; i < last; ++i) {
    const size_t next = i + 1 < last ? run.marks[i + 1].before : end;
    if (next - run.marks[i].before != 3) return false;
  }
  return run.marks.empty() || first == last || (run.marks[first].before >= 1 && run.marks[first].before <= 3);
}

/// The meanings of a run, best first; empty when its separators make no sense.
std::vector<double> meanings(const Digits& run) {
  const size_t size = run.digits.size();
  const auto& marks = run.marks;
  if (marks.empty()) return {value_of(run.digits, size)};
  const char last = marks.back().kind;
  const auto same = std::count_if(marks.begin(), marks.end(), [last](const auto& mark) { return mark.kind == last; });
  const bool whole = groups(run, 0, marks.size(), size);
  std::vector<double> out;
  // The last mark divides when it can and its kind stands nowhere else.
  if (last != 'g' && same == 1 && groups(run, 0, marks.size() - 1, marks.back().before))
    out.push_back(value_of(run.digits, marks.back().before));
  const bool mixed = std::any_of(marks.begin(), marks.end(), [last](const auto& mark) { return mark.kind != last; });
  const bool leading_zero = run.digits[0] == '0';
  if (whole && !mixed && !leading_zero) out.push_back(value_of(run.digits, size));
  return out;
}

void apply_exponent(std::string_view& text, std::vector<double>& values) {
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return;
  size_t at = 1;
  if (text[at] == '+' || text[at] == '-') ++at;
  size_t end = at;
  while (end < text.size() && end < at + 4 && is_digit(text[end])) ++end;
  if (end == at || (end < text.size() && (is_letter(text[end]) || is_digit(text[end])))) return;
  const double power = std::strtod(std::string(text.substr(1, end - 1)).c_str(), nullptr);
  for (auto& value : values) value *= std::pow(10.0, power);
  text.remove_prefix(end);
}

/// ".5"
std::vector<double> cut_fraction(std::string_view& text) {
  text.remove_prefix(1);
  const Digits run = cut_digits(text);
  return run.marks.empty() ? std::vector<double>{value_of("0" + run.digits, 1)} : std::vector<double>{};
}

void negate(WrittenNumber& number) {
  number.text.insert(0, "-");
  number.value = -number.value;
  if (number.other) number.other = -*number.other;
}

}  // namespace

std::vector<WrittenNumber> numbers_in(std::string_view text) {
  std::vector<WrittenNumber> out;
  bool in_word = false, after_digit = false, minus = false;
  while (!text.empty() && out.size() < kMostNumbers) {
    if (text.starts_with(kMinus) || text.front() == '-') {
      minus = !in_word && !after_digit;  // "10-12" is a range, "A-5" a name
      text.remove_prefix(text.front() == '-' ? 1 : kMinus.size());
      in_word = after_digit = false;
      continue;
    }
    const bool bare = !in_word && !after_digit && text.size() > 1 && text[0] == '.' && is_digit(text[1]);  // ".5"
    if (!bare && !is_digit(text.front())) {
      // The second and further bytes of a character go with its first.
      if ((static_cast<unsigned char>(text.front()) & 0xC0U) != 0x80U) in_word = is_letter(text.front());
      after_digit = minus = false;
      text.remove_prefix(1);
      continue;
    }
    const std::string_view begin = text;
    auto values = bare ? cut_fraction(text) : meanings(cut_digits(text));
    apply_exponent(text, values);
    // "Q4" and "x86" are words, "119EUR" is a number with its unit.
    if (!in_word && !values.empty() && std::isfinite(values.front())) {
      WrittenNumber number{std::string(begin.substr(0, begin.size() - text.size())), values.front(), {}};
      if (values.size() > 1) number.other = values[1];
      if (minus) negate(number);
      out.push_back(std::move(number));
    }
    minus = false;
    after_digit = true;
  }
  return out;
}

std::optional<double> only_number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with("+")) text.remove_prefix(1);
  const auto found = numbers_in(text);
  if (found.size() != 1 || found[0].other) return std::nullopt;
  std::string plain(text);
  if (plain.starts_with(kMinus)) plain.replace(0, kMinus.size(), "-");
  if (plain != found[0].text) return std::nullopt;
  return found[0].value;
}

}  // namespace edgefit
