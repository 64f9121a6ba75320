#include "probe/host_words.h"

namespace edgefit {
namespace {

struct ConfidenceRow {
  Origin::Kind kind;
  const char* word;
};
// Where several kinds share a word, reading gives the first.
constexpr ConfidenceRow kConfidences[] = {
    {Origin::Kind::measured, "measured"}, {Origin::Kind::driver, "driver"}, {Origin::Kind::os, "os"},
    {Origin::Kind::firmware, "firmware"}, {Origin::Kind::catalog, "table"}, {Origin::Kind::derived, "inferred"},
    {Origin::Kind::assumed, "inferred"},  {Origin::Kind::user, "user"},     {Origin::Kind::file, "user"},
};

struct ModeRow {
  Host::Mode mode;
  const char* word;
};
constexpr ModeRow kModes[] = {{Host::Mode::live, "live"},
                              {Host::Mode::sysroot, "sysroot"},
                              {Host::Mode::xml, "xml"},
                              {Host::Mode::recorded, "recorded"},
                              {Host::Mode::described, "user"}};

}  // namespace

const char* confidence_of(Origin::Kind kind) {
  for (const auto& row : kConfidences)
    if (row.kind == kind) return row.word;
  return "inferred";
}

std::optional<Origin::Kind> find_confidence(std::string_view word) {
  for (const auto& row : kConfidences)
    if (word == row.word) return row.kind;
  return std::nullopt;
}

const char* mode_word(Host::Mode mode) {
  for (const auto& row : kModes)
    if (row.mode == mode) return row.word;
  return "recorded";
}

std::optional<Host::Mode> find_mode(std::string_view word) {
  for (const auto& row : kModes)
    if (word == row.word) return row.mode;
  return std::nullopt;
}

}  // namespace edgefit
