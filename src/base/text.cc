#include "edgefit/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>

namespace edgefit {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  // The last two are the no-break space and the narrow one, which spreadsheets put between digits.
  constexpr std::array<std::string_view, 4> kSpaces = {" ", "\t", "\xc2\xa0", "\xe2\x80\xaf"};
  for (bool cut = true; cut;) {
    cut = false;
    for (const auto space : kSpaces) {
      if (text.starts_with(space)) text.remove_prefix(space.size()), cut = true;
      if (text.ends_with(space)) text.remove_suffix(space.size()), cut = true;
    }
  }
  return text;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  // Compared many times for one assessment: without copies.
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return x == y || std::tolower(x) == std::tolower(y); });
}

std::string show_gib(Bytes bytes) {
  return fmt::format("{:.2f} GiB", bytes.value / kGiB);
}

std::string show(Bytes bytes) {
  if (bytes.value < 0.01 * kGiB && bytes.value > 0) return fmt::format("{:.1f} MiB", bytes.value / kMiB);
  return show_gib(bytes);
}

std::string show(Seconds seconds) {
  const double s = seconds.value;
  if (s < 0.1) return fmt::format("{:.3g} ms", s * 1e3);
  if (s < 120) return fmt::format("{:.2f} s", s);
  return fmt::format("{:.1f} min", s / 60);
}

std::string show(TokensPerSecond speed) {
  return fmt::format("{:.{}f} tok/s", speed.value, speed.value < 10 ? 1 : 0);
}

std::string show(BytesPerSecond speed) {
  return fmt::format("{:.0f} GB/s", speed.value / 1e9);
}

std::string show_count(double n) {
  std::string digits = fmt::format("{:.0f}", n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (n < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

std::string show_parameters(double n) {
  if (n >= 1e12) return fmt::format("{:.2f} T", n / 1e12);
  if (n >= 1e9) return fmt::format("{:.2f} B", n / 1e9);
  if (n >= 1e6) return fmt::format("{:.1f} M", n / 1e6);
  return show_count(n);
}

namespace {

/// Length of the valid UTF-8 sequence of a printable character at the start of `text`, 0 when there is none.
size_t printable_sequence(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first >= 0x20 && first < 0x7f) return 1;
  const size_t length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length == 0 || first >= 0xf5 || text.size() < length) return 0;
  uint32_t code = first & (0x7fU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
    code = (code << 6) | (byte(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10ffff));
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  const bool steering = code < 0xa0 || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
                        (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
  return overlong || surrogate || steering ? 0 : length;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = printable_sequence(text);
    if (length > 0) {
      out.append(text.substr(0, length));
      text.remove_prefix(length);
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
      text.remove_prefix(1);
    }
  }
  return out;
}

namespace {

/// Edits (insert, delete, replace, swap of neighbours) between two words.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replace, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

bool is_word_start(std::string_view text, size_t at) {
  return at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0;
}

/// Small for near misses: edits, less a bonus when the word stands whole inside the candidate.
double distance(std::string_view word, std::string_view candidate) {
  const auto edits = static_cast<double>(edit_distance(word, candidate));
  const size_t at = candidate.find(word);
  if (at == std::string_view::npos) return edits;
  return (is_word_start(candidate, at) ? 0.05 : 0.1) * edits;
}

}  // namespace

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string_view>& candidates, size_t limit) {
  const std::string wanted = lower(word.substr(0, 64));
  std::vector<std::pair<double, std::string_view>> scored;
  for (const auto candidate : candidates) {
    const double d = distance(wanted, lower(candidate));
    const auto longest = static_cast<double>(std::max(wanted.size(), candidate.size()));
    if (d <= std::max(2.0, 0.4 * longest) && d < longest) scored.emplace_back(d, candidate);
  }
  std::stable_sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [d, candidate] : scored) {
    if (out.size() == limit) break;
    out.emplace_back(candidate);
  }
  return out;
}

namespace {

struct Suffix {
  std::string_view text;
  double factor;
};
constexpr std::array kByteSuffixes = {
    Suffix{"b", 1},      Suffix{"", 1},
    Suffix{"kib", kKiB}, Suffix{"mib", kMiB},
    Suffix{"gib", kGiB}, Suffix{"tib", 1024 * kGiB},
    Suffix{"kb", 1e3},   Suffix{"mb", 1e6},
    Suffix{"gb", 1e9},   Suffix{"tb", 1e12},
    Suffix{"g", kGiB},   Suffix{"m", kMiB},
    Suffix{"k", kKiB},   Suffix{"t", 1024 * kGiB},
};
constexpr std::array kSecondSuffixes = {
    Suffix{"s", 1},    Suffix{"", 1},     Suffix{"ms", 1e-3}, Suffix{"us", 1e-6},
    Suffix{"min", 60}, Suffix{"h", 3600}, Suffix{"d", 86400},
};
constexpr std::array kCountSuffixes = {
    Suffix{"", 1}, Suffix{"k", 1e3}, Suffix{"m", 1e6}, Suffix{"b", 1e9}, Suffix{"t", 1e12},
};

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

template <size_t N>
bool parse_with(std::string_view text, const std::array<Suffix, N>& suffixes, double& out) {
  text = trim(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::general);
  if (error != std::errc{} || !std::isfinite(number) || number < 0) return false;
  const std::string_view rest = trim(text.substr(static_cast<size_t>(end - text.data())));
  for (const auto& suffix : suffixes) {
    if (equals_ignoring_case(rest, suffix.text)) {
      out = number * suffix.factor;
      return true;
    }
  }
  return false;
}

}  // namespace

bool parse_bytes(std::string_view text, Bytes& out) {
  return parse_with(text, kByteSuffixes, out.value);
}
bool parse_seconds(std::string_view text, Seconds& out) {
  return parse_with(text, kSecondSuffixes, out.value);
}
bool parse_count(std::string_view text, double& out) {
  return parse_with(text, kCountSuffixes, out);
}

}  // namespace edgefit
