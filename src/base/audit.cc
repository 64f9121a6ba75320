// Words, counts and exit codes of an audit, for whoever makes or shows one.
#include "edgefit/audit.h"

#include <algorithm>
#include <array>

#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kGroups = {mark("encryption"), mark("boot"), mark("updates"),  mark("models"),    mark("network"),
                                mark("services"),   mark("gpu"),  mark("hardware"), mark("operations")};
constexpr std::array kSeverities = {mark("low"), mark("medium"), mark("high")};
constexpr std::array kPrivileges = {"user", "owner", "root"};
constexpr std::array kProfileWords = {"office-pc", "edge-box", "server", "air-gap", "dev"};
constexpr std::array kProfiles = {Profile::office_pc, Profile::edge_box, Profile::server, Profile::air_gap,
                                  Profile::dev};
constexpr std::array kFailOn = {"fail", "warn", "unknown", "never"};

template <class Enum, size_t N>
std::optional<Enum> find_in(const std::array<const char*, N>& words, std::string_view word) {
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) return std::nullopt;
  return static_cast<Enum>(at - words.begin());
}

}  // namespace

const char* name_of(AuditGroup group) {
  return kGroups.at(static_cast<size_t>(group));
}
const char* name_of(Severity severity) {
  return kSeverities.at(static_cast<size_t>(severity));
}
const char* name_of(Privilege privilege) {
  return kPrivileges.at(static_cast<size_t>(privilege));
}
const char* name_of(Profile profile) {
  return kProfileWords.at(static_cast<size_t>(profile));
}
std::span<const Profile> profiles() {
  return kProfiles;
}
std::optional<Profile> find_profile(std::string_view name) {
  return find_in<Profile>(kProfileWords, name);
}
const char* name_of(FailOn fail_on) {
  return kFailOn.at(static_cast<size_t>(fail_on));
}
std::optional<FailOn> find_fail_on(std::string_view name) {
  return find_in<FailOn>(kFailOn, name);
}

int Audit::count(CheckStatus status) const {
  return static_cast<int>(std::count_if(findings.begin(), findings.end(), [status](const AuditFinding& finding) {
    return finding.status == status && !finding.waived;
  }));
}

int exit_code_of(const Audit& audit, FailOn fail_on) {
  if (fail_on == FailOn::never) return 0;
  const int fails = audit.count(CheckStatus::fail), unknowns = audit.count(CheckStatus::unknown);
  const int warns = fail_on == FailOn::fail ? 0 : audit.count(CheckStatus::warn);
  if (fails + warns > 0) return 1;
  constexpr int kUndecided = 3;
  if (fail_on == FailOn::unknown && unknowns > 0) return kUndecided;
  const int decided = audit.count(CheckStatus::pass) + audit.count(CheckStatus::warn);
  return unknowns > 0 && decided == 0 ? kUndecided : 0;
}

}  // namespace edgefit
