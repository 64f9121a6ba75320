#include "edgefit/money.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kLongest = 60;
constexpr double kMostUnits = 1e9;

struct Sign {
  std::string_view text, currency;
};
/// Longest first.
constexpr std::array kSigns = {Sign{"us$", "USD"}, Sign{"sfr.", "CHF"}, Sign{"sfr", "CHF"}, Sign{"fr.", "CHF"},
                               Sign{"$", "USD"},   Sign{"£", "GBP"},    Sign{"€", "EUR"}};
/// Between thousands: spaces, and the Swiss apostrophe, straight or curly.
constexpr std::array<std::string_view, 5> kGroupMarks = {"'", "\xe2\x80\x99", " ", "\xc2\xa0", "\xe2\x80\xaf"};
/// "1799.-", "1799.--", "1799.–": no cents.
constexpr std::array<std::string_view, 6> kNoCents = {".--", ",--", ".-", ",-", ".\xe2\x80\x93", ",\xe2\x80\x93"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

/// Cuts a currency off one end of the text.
std::string cut_currency(std::string_view& text, bool front) {
  for (const auto& sign : kSigns) {
    if (text.size() <= sign.text.size()) continue;
    const size_t at = front ? 0 : text.size() - sign.text.size();
    if (lower(text.substr(at, sign.text.size())) != sign.text) continue;
    text = trimmed(front ? text.substr(sign.text.size()) : text.substr(0, at));
    return std::string(sign.currency);
  }
  if (text.size() < 4) return {};
  const std::string_view code = front ? text.substr(0, 3) : text.substr(text.size() - 3);
  const char beside = front ? text[3] : text[text.size() - 4];
  if (!std::all_of(code.begin(), code.end(), is_letter) || is_letter(beside)) return {};
  std::string out(code);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
  text = trimmed(front ? text.substr(3) : text.substr(0, text.size() - 3));
  return out;
}

/// "1'234'567" -> "1234567"; nothing when the marks do not stand before three digits each.
std::optional<std::string> ungrouped(std::string_view text, std::string_view mark) {
  std::string out;
  for (bool first = true;; first = false) {
    const size_t end = std::min(text.find(mark), text.size());
    const std::string_view group = text.substr(0, end);
    const bool last = end == text.size();
    if (group.empty() || !std::all_of(group.begin(), group.end(), is_digit)) return std::nullopt;
    if (first ? !last && group.size() > 3 : group.size() != 3) return std::nullopt;
    if (first && !last && group.front() == '0') return std::nullopt;
    out += group;
    if (last) return out;
    text.remove_prefix(end + mark.size());
  }
}

/// Why a number could not be read.
enum class Trouble { no_number, two_meanings };

struct Number {
  std::optional<std::string> plain;  ///< digits with a point
  Trouble trouble = Trouble::no_number;
};

Number with_decimals(const std::optional<std::string>& whole, std::string_view decimals) {
  if (!whole || decimals.empty() || !std::all_of(decimals.begin(), decimals.end(), is_digit)) return {};
  return {*whole + "." + std::string(decimals)};
}

/// A number with at most one kind of mark, which is a point or a comma.
Number with_one_mark(std::string_view text, char mark) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return {ungrouped(text, "'")};
  if (text.find(mark, at + 1) != std::string_view::npos) return {ungrouped(text, std::string_view(&mark, 1))};
  const std::string_view whole = text.substr(0, at), rest = text.substr(at + 1);
  const bool thousands = rest.size() == 3 && !whole.empty() && whole.size() <= 3 && whole.front() != '0';
  if (thousands && ungrouped(whole, "'")) return {std::nullopt, Trouble::two_meanings};
  return with_decimals(ungrouped(whole, "'"), rest);
}

/// "1.234,56" "1,234.56" "1'234.56" "1 234,56" "1234" as digits with a point.
Number plain_number(std::string_view text) {
  for (const auto ending : kNoCents) {
    if (!text.ends_with(ending)) continue;
    text.remove_suffix(ending.size());
    break;
  }
  const size_t last = text.find_last_of(".,");
  for (const auto mark : kGroupMarks) {
    if (text.find(mark) == std::string_view::npos) continue;
    // Marked thousands: what follows a point or comma can only be cents.
    const auto whole = ungrouped(text.substr(0, std::min(last, text.size())), mark);
    return last == std::string_view::npos ? Number{whole} : with_decimals(whole, text.substr(last + 1));
  }
  const bool both = text.find('.') != std::string_view::npos && text.find(',') != std::string_view::npos;
  if (!both) return with_one_mark(text, text.find(',') == std::string_view::npos ? '.' : ',');
  const std::string_view thousands = text[last] == '.' ? "," : ".";
  return with_decimals(ungrouped(text.substr(0, last), thousands), text.substr(last + 1));
}

}  // namespace

Result<Money> parse_amount(std::string_view text, const std::string& where) {
  const std::string shown = printable(text.substr(0, kLongest));
  const auto fail = [&](const char* what, const char* hint) {
    return Problem{fmt::format("{} \"{}\"", what, shown), where, hint};
  };
  std::string_view rest = trimmed(text);
  if (rest.empty() || rest.size() > kLongest) return fail(tr("this is no amount of money:"), tr("write it as 1234.50"));
  Money out;
  out.currency = cut_currency(rest, true);
  const std::string behind = cut_currency(rest, false);
  if (!out.currency.empty() && !behind.empty()) return fail(tr("this amount names two currencies:"), "");
  if (out.currency.empty()) out.currency = behind;
  const Number number = plain_number(rest);
  if (!number.plain && number.trouble == Trouble::two_meanings)
    return fail(tr("this amount can be read in two ways:"), tr("write it without thousands, or with cents: 1234.00"));
  if (!number.plain) return fail(tr("this is no amount of money:"), tr("write it as 1234.50"));
  double units = 0;
  std::from_chars(number.plain->data(), number.plain->data() + number.plain->size(), units);
  if (!(units > 0) || units > kMostUnits || std::llround(units * 100) == 0)
    return fail(tr("this amount is out of range:"), "");
  out.cents = std::llround(units * 100);
  return out;
}

Result<Money> parse_money(std::string_view text, const std::string& where) {
  auto out = parse_amount(text, where);
  if (out && out->currency.empty())
    return Problem{say(tr("the currency is missing in \"{}\""), printable(text.substr(0, kLongest))), where,
                   tr("write it as \"20000 CHF\"")};
  return out;
}

}  // namespace edgefit
