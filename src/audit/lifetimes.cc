#include "audit/lifetimes.h"

#include <algorithm>

namespace edgefit {
namespace {

constexpr Day kOldTable = 180;  // days
constexpr Day kSoon = 90;       // days

Day day_of(const std::string& text) {
  return parse_day(text).value_or(0);
}

/// "9.4" of RHEL is its 9; Alpine and Ubuntu have two numbers in a release.
bool same_release(std::string_view row, std::string_view version) {
  if (row == version) return true;
  return version.size() > row.size() && version.starts_with(row) && version[row.size()] == '.';
}

/// Calls `look` with every row.
template <class Look>
void each_row(const Advisories& tables, Look look) {
  for (const auto& row : tables.distributions) look(row);
  for (const auto& row : tables.drivers) look(row);
  for (const auto& row : tables.cuda) look(row);
}

}  // namespace

std::optional<Lifetime> distribution_lifetime(const Advisories& tables, std::string_view id, std::string_view version) {
  for (const auto& row : tables.distributions)
    if (row.id == id && same_release(row.version, version))
      return Lifetime{day_of(row.end), row.id + " " + row.version, day_of(row.as_of)};
  return std::nullopt;
}

std::optional<Lifetime> driver_lifetime(const Advisories& tables, int branch) {
  for (const auto& row : tables.drivers)
    if (row.branch == branch) return Lifetime{day_of(row.end), "R" + std::to_string(branch), day_of(row.as_of)};
  return std::nullopt;
}

std::optional<CudaAdvisory> cuda_needs(const Advisories& tables, int release) {
  const auto at = std::find_if(tables.cuda.begin(), tables.cuda.end(),
                               [release](const CudaAdvisory& row) { return row.release == release; });
  return at == tables.cuda.end() ? std::nullopt : std::optional(*at);
}

bool is_old(Day as_of, Day today) {
  return today - as_of > kOldTable;
}

CheckStatus judge_end(Day end, Day today, std::optional<Day> as_of) {
  if (today > end) return CheckStatus::fail;
  if (as_of && is_old(*as_of, today)) return CheckStatus::unknown;
  return end - today < kSoon ? CheckStatus::warn : CheckStatus::pass;
}

Advisories joined(Advisories first, const Advisories& second) {
  const auto append = [](auto& all, const auto& more) { all.insert(all.end(), more.begin(), more.end()); };
  append(first.distributions, second.distributions);
  append(first.drivers, second.drivers);
  append(first.cuda, second.cuda);
  return first;
}

std::string newest_day(const Advisories& tables) {
  std::string newest;
  each_row(tables, [&newest](const auto& row) { newest = std::max(newest, row.as_of); });
  return newest;
}

}  // namespace edgefit
