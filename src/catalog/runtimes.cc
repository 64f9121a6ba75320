// Names of backends and engines, and the profile that a user means by "llama.cpp@2024".
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include "base/parse.h"
#include "catalog/words.h"
#include "edgefit/catalog.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct ProfileName {
  std::string_view engine, release;
};

ProfileName split(std::string_view name) {
  const size_t at = name.find('@');
  if (at == std::string_view::npos) return {name, {}};
  return {name.substr(0, at), name.substr(at + 1)};
}

bool is_year(std::string_view text) {
  return text.size() == 4 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// "v0.5.0", "0.5.0" and "V0.5.0" are one release.
bool same_release(std::string_view asked, std::string_view release) {
  const auto bare = [](std::string_view text) {
    const bool v =
        text.size() > 1 && (text[0] == 'v' || text[0] == 'V') && std::isdigit(static_cast<unsigned char>(text[1])) != 0;
    return text.substr(v ? 1 : 0);
  };
  return equals_ignoring_case(bare(asked), bare(release));
}

/// Parts of "v0.19.1", "0.6.3.post1" as far as they are numbers; nothing when it does not begin with two.
std::vector<int> version_of(std::string_view text) {
  if (!text.empty() && (text[0] == 'v' || text[0] == 'V')) text.remove_prefix(1);
  std::vector<int> out;
  while (!text.empty()) {
    int part = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc{} || part < 0) break;
    out.push_back(part);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.empty() || text[0] != '.') break;
    text.remove_prefix(1);
  }
  return out.size() < 2 ? std::vector<int>{} : out;
}

/// A server's profiles are the releases at which something changed: they hold up to the next. Of other engines only
/// the named release is known.
bool holds_for(const RuntimeProfile& profile, std::string_view asked) {
  const auto wanted = version_of(asked), known = version_of(profile.release);
  return fills_cards(profile.rules) && !wanted.empty() && !known.empty() && known <= wanted;
}

Problem unknown_engine(std::string_view engine, const Catalog& catalog) {
  std::vector<std::string_view> names;
  for (const auto& profile : catalog.runtimes)
    if (std::find(names.begin(), names.end(), profile.name) == names.end()) names.push_back(profile.name);
  const auto near = nearest(engine, names, 1);
  return Problem{
      say(tr("unknown runtime \"{}\""), printable(engine.substr(0, 80))), "--runtime",
      near.empty() ? say(tr("known are {}"), fmt::join(names, ", ")) : say(tr("did you mean {}?"), near.front())};
}

}  // namespace

Result<const RuntimeProfile*> find_runtime(std::string_view name, const Catalog& catalog) {
  const auto [engine, release] = split(name);
  const std::string wanted = condensed(engine);
  const RuntimeProfile* best = nullptr;
  std::vector<std::string> releases;
  for (const auto& profile : catalog.runtimes) {
    if (wanted.empty() || condensed(profile.name) != wanted) continue;
    releases.push_back(fmt::format("{} ({})", profile.release, profile.date));
    if (same_release(release, profile.release)) return &profile;
    const bool fits =
        release.empty() || (is_year(release) && profile.date.substr(0, 4) <= release) || holds_for(profile, release);
    if (fits && (best == nullptr || profile.date > best->date)) best = &profile;
  }
  if (releases.empty()) return unknown_engine(engine, catalog);
  if (best != nullptr) return best;
  return Problem{fmt::format("{} {} {}", engine, tr("has no profile for release"), printable(release.substr(0, 80))),
                 "--runtime", say(tr("known are {}"), fmt::join(releases, ", "))};
}

}  // namespace edgefit
