// Any bytes: read_advisories gives a Problem with its place, or rows that have a source, a date and sane numbers.
#include <cstdint>
#include <cstdlib>

#include "base/days.h"
#include "edgefit/advisories.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgefit;
  const auto read = read_advisories({reinterpret_cast<const char*>(data), size}, "advisories");
  if (!read) return read.error().what.empty() || read.error().where.empty() ? std::abort(), 1 : 0;
  const auto check = [](const auto& row) {
    if (row.source.empty() || !parse_day(row.as_of)) std::abort();
  };
  for (const auto& row : read->distributions) {
    check(row);
    if (row.id.empty() || row.version.empty() || !parse_day(row.end)) std::abort();
  }
  for (const auto& row : read->drivers) {
    check(row);
    if (row.branch < 1 || !parse_day(row.end)) std::abort();
  }
  for (const auto& row : read->cuda) {
    check(row);
    if (row.release < 1 || row.driver < 1) std::abort();
  }
  return 0;
}
