#include "cli/roadmap_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/days.h"
#include "base/files.h"
#include "base/parse.h"
#include "cli/date.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::string_view kAll = kCalendars[0], kWorking = kCalendars[1];
constexpr const char* kOwner = "owner.";

/// As init kept them, on or before `as_of`.
Result<Done> take_over(const EvidenceChain& chain, bool start_given, RoadmapOptions& settings) {
  const Evidence* newest = nullptr;
  for (const auto& record : chain.records)
    if (record.kind == EvidenceKind::start && record.dates.count("start") > 0) newest = &record;
  for (const auto& gap : chain.gaps) {
    const bool start = gap.topic == name_of(EvidenceKind::start) || (gap.topic.empty() && newest == nullptr);
    if (start && !start_given && (newest == nullptr || gap.number >= newest->number))
      return Problem{tr("the record of the plan's start is gone or changed"), gap.text,
                     tr("say --start DATE, or edgefit roadmap init --start DATE again")};
  }
  if (newest == nullptr) return Done{};
  settings.start = newest->dates.at("start");
  const auto days = newest->facts.find("calendar");
  settings.working_days = days != newest->facts.end() && days->second == kWorking;
  for (const auto& [key, value] : newest->facts)
    if (const auto phase = to_number(std::string_view(key).substr(std::min<size_t>(key.size(), 6)));
        key.starts_with(kOwner) && phase && *phase >= 1 && *phase <= 5)
      settings.owners[static_cast<int>(*phase)] = value;
  if (const auto list = newest->lists.find("holidays"); list != newest->lists.end())
    std::copy_if(list->second.begin(), list->second.end(), std::back_inserter(settings.holidays),
                 [](const std::string& day) { return parse_day(day).has_value(); });
  return Done{};
}

Result<Done> add_owners(const std::vector<std::string>& typed, RoadmapOptions& settings) {
  for (const auto& entry : typed) {
    const auto pair = key_value(entry, '=');
    const auto phase = pair ? to_number(pair->first) : std::nullopt;
    if (!phase || *phase < 1 || *phase > 5 || pair->second.empty())
      return Problem{say(tr("bad value '{}'"), printable(entry)), "--owner", tr("say a phase from 1 to 5: 2=A. Meier")};
    settings.owners[static_cast<int>(*phase)] = std::string(pair->second);
  }
  return Done{};
}

Result<Done> read_files(const RoadmapFlags& flags, RoadmapOptions& settings) {
  if (!flags.holidays.empty()) {
    const auto text = read_small_file(flags.holidays);
    if (!text) return text.error();
    auto days = read_holidays(*text, printable(flags.holidays));
    if (!days) return days.error();
    settings.holidays = std::move(*days);
  }
  if (!flags.waivers.empty()) {
    const auto text = read_small_file(flags.waivers);
    if (!text) return text.error();
    auto waivers = read_roadmap_waivers(*text, printable(flags.waivers));
    if (!waivers) return waivers.error();
    settings.waivers = std::move(*waivers);
  }
  return Done{};
}

}  // namespace

Result<RoadmapOptions> settings_of(const RoadmapFlags& flags, const EvidenceChain& chain) {
  RoadmapOptions settings;
  auto date = report_date(flags.as_of);
  if (!date) return date.error();
  settings.as_of = std::move(*date);
  if (const auto done = take_over(chain, !flags.start.empty(), settings); !done) return done.error();
  if (!flags.start.empty()) {
    if (!parse_day(flags.start))
      return Problem{say(tr("'{}' is not a date"), printable(flags.start)), "--start", tr("write it as 2026-11-23")};
    settings.start = flags.start;
  }
  if (settings.start.empty())
    return Problem{tr("nobody said when the plan starts"), "--start",
                   tr("edgefit roadmap init --start DATE --evidence DIR keeps it")};
  if (!flags.calendar.empty() && flags.calendar != kWorking && flags.calendar != kAll)
    return Problem{say(tr("bad value '{}'"), printable(flags.calendar)), "--calendar", tr("say all or working")};
  if (!flags.calendar.empty()) settings.working_days = flags.calendar == kWorking;
  if (const auto done = add_owners(flags.owners, settings); !done) return done.error();
  if (const auto done = read_files(flags, settings); !done) return done.error();
  return settings;
}

Evidence start_record(const RoadmapOptions& settings) {
  Evidence record;
  record.kind = EvidenceKind::start;
  record.dates["start"] = settings.start;
  record.facts["calendar"] = settings.working_days ? kWorking : kAll;
  for (const auto& [phase, owner] : settings.owners) record.facts[kOwner + std::to_string(phase)] = owner;
  if (!settings.holidays.empty()) record.lists["holidays"] = settings.holidays;
  return record;
}

Result<UnitOptions> unit_options(const RoadmapFlags& flags) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return Problem{tr("this program does not find itself"), "/proc/self/exe", tr("is /proc there?")};
  const auto folder = std::filesystem::weakly_canonical(flags.evidence.folder, error);
  const std::string texts[] = {program.string(), folder.string(), flags.verify};
  for (const auto& text : texts)
    if (text.find_first_of("\n\r") != std::string::npos)
      return Problem{tr("a unit file cannot hold a line break"), printable(text), tr("use another path")};
  if (error) return Problem{tr("no such folder of evidence"), printable(flags.evidence.folder), ""};
  return UnitOptions{texts[0], texts[1], texts[2]};
}

}  // namespace edgefit
