#include "base/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

class Scanner {
 public:
  Scanner(std::string_view text, const std::string& where, const CsvLimits& limits)
      : rest_(text), where_(where), limits_(limits) {}

  bool done() const { return rest_.empty(); }
  size_t line() const { return line_; }

  Problem problem(std::string what, std::string hint = {}) const {
    return {std::move(what), fmt::format(fmt::runtime(tr("{}, line {}")), where_, line_), std::move(hint)};
  }

  /// The separator that stands most often in the first line that is not blank, outside of quotes.
  char guess_separator() const {
    std::array<size_t, 3> counts{};
    bool quoted = false, begun = false;
    for (const char c : rest_) {
      if (c == '"') quoted = !quoted;
      const bool end = !quoted && (c == '\n' || c == '\r');
      if (end && begun) break;
      begun = begun || (!end && c != ' ');
      const size_t at = kSeparators.find(c);
      if (!quoted && at != std::string_view::npos) ++counts[at];
    }
    return kSeparators[static_cast<size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
  }

  /// The cells up to the end of the line; quoted ones may hold line ends.
  Result<std::vector<std::string>> cells(char separator) {
    std::vector<std::string> out(1);
    bool quoted = false, closed = false;
    while (!rest_.empty()) {
      const char c = take();
      if (quoted && c == '"' && !rest_.empty() && rest_.front() == '"') {
        out.back() += take();
      } else if (c == '"' && (quoted || trimmed(out.back()).empty())) {
        closed = quoted;
        quoted = !quoted;
        if (quoted) out.back().clear();
      } else if (!quoted && c == separator) {
        if (out.size() == limits_.columns) return problem(tr("this line has too many columns"));
        out.emplace_back();
        closed = false;
      } else if (!quoted && (c == '\n' || c == '\r')) {
        if (c == '\r' && !rest_.empty() && rest_.front() == '\n') rest_.remove_prefix(1);
        break;
      } else {
        if (closed && c != ' ') return problem(tr("there is a stray quotation mark"));
        out.back() += c;
        if (out.back().size() > limits_.cell) return problem(tr("this cell is too long"));
      }
      if (quoted && c == '\n') ++line_;
    }
    if (quoted) return problem(tr("a quotation mark is not closed"));
    for (auto& cell : out) cell = std::string(trimmed(cell));
    for (const auto& cell : out)
      if (printable(cell) != cell && !(limits_.lines && printable(without_lines(cell)) == without_lines(cell)))
        return problem(say(tr("this text holds strange bytes: \"{}\""), printable(cell.substr(0, 60))),
                       tr("save the table as CSV UTF-8"));
    return out;
  }
  void next_line() { ++line_; }

 private:
  static constexpr std::string_view kSeparators = ",;\t";
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  static std::string without_lines(std::string cell) {
    cell.erase(std::remove_if(cell.begin(), cell.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }),
               cell.end());
    return cell;
  }

  std::string_view rest_;
  const std::string& where_;
  const CsvLimits& limits_;
  size_t line_ = 1;
};

/// Excel's first line "sep=;".
std::optional<char> cut_separator_line(std::string_view& text) {
  if (text.size() < 5 || lower(text.substr(0, 4)) != "sep=") return std::nullopt;
  const char separator = text[4];
  const size_t end = text.find('\n');
  if (end == std::string_view::npos || end > 6) return std::nullopt;
  text.remove_prefix(end + 1);
  return separator;
}

bool blank(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.empty(); });
}

}  // namespace

Result<CsvTable> read_csv(std::string_view text, const std::string& where, const CsvLimits& limits) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return Problem{tr("this table is UTF-16"), where, tr("save the table as CSV UTF-8")};
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  const auto said = cut_separator_line(text);
  Scanner scanner(text, where, limits);
  if (said) scanner.next_line();
  const char separator = said.value_or(scanner.guess_separator());
  CsvTable out;
  while (!scanner.done()) {
    const size_t line = scanner.line();
    auto cells = scanner.cells(separator);
    if (!cells) return cells.error();
    if (!blank(*cells)) {
      if (out.heading.empty())
        out.heading = std::move(*cells);
      else if (cells->size() != out.heading.size())
        return scanner.problem(fmt::format(fmt::runtime(tr("this line has {} cells, the heading has {}")),
                                           cells->size(), out.heading.size()));
      else if (out.rows.size() == limits.rows)
        return scanner.problem(tr("this table has too many lines"));
      else
        out.rows.push_back({line, std::move(*cells)});
    }
    scanner.next_line();
  }
  if (out.heading.empty()) return Problem{tr("this table is empty"), where, {}};
  return out;
}

}  // namespace edgefit
