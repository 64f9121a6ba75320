#include "cli/shared_rows.h"

#include <algorithm>
#include <array>

#include "cli/cli.h"

namespace edgefit {
namespace {

struct PlaceRow {
  std::string_view ending;  ///< of the type of the value, as --help shows it
  Places places;
};
constexpr std::array kPlaces = {PlaceRow{"FILE", Places::files},  PlaceRow{"PATH", Places::files},
                                PlaceRow{"DOC", Places::files},   PlaceRow{"CASE", Places::files},
                                PlaceRow{"RUN", Places::files},   PlaceRow{"MODEL", Places::files},
                                PlaceRow{"WORDS", Places::files}, PlaceRow{"DIR", Places::folders}};

}  // namespace

std::vector<SharedRow> shared_rows() {
  std::vector<SharedRow> out;
  for (const auto& command : commands()) {
    Flags flags(std::string(command.name), "");
    command.declare(flags);
    for (auto& row : flags.rows()) {
      const auto same =
          std::find_if(out.begin(), out.end(), [&row](const SharedRow& known) { return known.row == row; });
      if (same != out.end()) {
        same->commands.push_back(command.name);
      } else {
        out.push_back({std::move(row), {command.name}});
      }
    }
  }
  return out;
}

Places places_of(const FlagRow& row) {
  const auto* const at = std::find_if(kPlaces.begin(), kPlaces.end(),
                                      [&row](const PlaceRow& place) { return row.type.ends_with(place.ending); });
  return at == kPlaces.end() ? Places::none : at->places;
}

}  // namespace edgefit
