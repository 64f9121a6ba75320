// The 30 days from requirements to maintenance, each exit criterion decided from evidence and not by a tick.
// Pure: records, a day and waivers go in, states come out; the same records on the same day give the same answer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/audit.h"
#include "edgefit/evidence.h"
#include "edgefit/result.h"

namespace edgefit {

/// One condition on the records. All of a criterion's conditions must hold.
struct Predicate {
  /// The whole vocabulary; there is no expression language.
  enum class Op : uint8_t {
    none,
    evidence_exists,  ///< a record is there
    max_age,          ///< ... and at most `value` days old
    subject_matches,  ///< ... and about the same `names` (model driver ...) as what runs now; "plan": the box as
                      ///< planned
    no_status,        ///< no result whose id fits `carries` has a status of `names`, unless waived, attested, or known
                      ///< to the world for at most `value` days
    metric,           ///< `carries` is at least `value`
    attested,         ///< somebody attested `topic`, and it has not expired
    date_set,         ///< the date `carries` is told and not over
  };
  Op op = Op::none;
  EvidenceKind kind = EvidenceKind::audit;
  const char* topic = "";    ///< of attestations and imports; '*' for any letters, then the newest of each counts
  const char* carries = "";  ///< the record must hold this metric, date or result id; '*' for any letters
  const char* names = "";    ///< words between spaces
  double value = 0;
};

struct Phase {
  int number;
  const char* key;  ///< "requirements"
  const char* title;
  int first_day, last_day;  ///< of the 30
};
std::span<const Phase> phases();

struct Criterion {
  const char* id;  ///< "P1.1"; never reused
  int phase;
  const char* title;
  std::array<Predicate, 4> needs;
  int minutes;             ///< of work, roughly: what comes next is cheap first
  const char* blocked_by;  ///< ids between spaces: what must be done before
  const char* command;     ///< what gives the evidence
  const char* references;  ///< what it supports evidence for
};
std::span<const Criterion> criteria();
const Criterion* find_criterion(std::string_view id);

/// What never ends: due again so many days after it was last done.
struct Upkeep {
  const char* id;  ///< "upkeep-audit"
  const char* title;
  Predicate source;  ///< evidence_exists: which records count
  int days;
  int months;  ///< between appointments; 0 = weekly
  const char* command;
};
std::span<const Upkeep> upkeep();

enum class CriterionState : uint8_t { done, waived, open, blocked, overdue, stale, unknown };
const char* name_of(CriterionState state);

struct CriterionAnswer {
  const Criterion* criterion = nullptr;
  CriterionState state = CriterionState::open;
  std::string why;                      ///< what is missing, or what went stale
  std::vector<uint64_t> records;        ///< that prove it, or did
  std::string proven;                   ///< ISO date of the newest of them
  std::vector<std::string> blocked_by;  ///< criteria that are not done
  int64_t overdue_days = 0;             ///< calendar days since the phase ended; 0 = not over
  std::optional<Waiver> waiver;         ///< in force, or expired
};
struct PhaseAnswer {
  const Phase* phase = nullptr;
  std::string start, end, owner;  ///< ISO dates, both included; `owner` empty = nobody named
  CriterionState state = CriterionState::open;
  int64_t overdue_days = 0;
  std::vector<CriterionAnswer> criteria;
};
struct UpkeepAnswer {
  const Upkeep* upkeep = nullptr;
  std::string last, due;  ///< ISO dates; `last` empty = never done
  int64_t overdue_days = 0;
  std::string first;  ///< first appointment, a Monday
};
/// One of the three that come next.
struct NextStep {
  CriterionAnswer answer;
  size_t unblocks = 0;  ///< criteria that wait for it, also through others
};

struct RoadmapOptions {
  std::string as_of;                  ///< ISO date; records of later days are not seen
  std::string start;                  ///< ISO date of day 1
  bool working_days = false;          ///< the 30 are Monday to Friday without holidays
  std::vector<std::string> holidays;  ///< ISO dates
  std::map<int, std::string> owners;  ///< by phase
  std::vector<Waiver> waivers;        ///< `check` is a criterion's id
};
struct Roadmap {
  RoadmapOptions options;
  std::vector<PhaseAnswer> phases;
  std::vector<UpkeepAnswer> upkeep;
  std::vector<NextStep> next;  ///< at most three
  std::vector<Evidence> records;
  std::vector<EvidenceGap> gaps;
  std::string head;
  std::vector<std::string> warnings;
  int count(CriterionState state) const;
};
/// Dates of `options` must be good ones.
Roadmap make_roadmap(const EvidenceChain& chain, RoadmapOptions options);
/// 3: the chain does not hold; 1: something is overdue or stale; else 0.
int exit_code_of(const Roadmap& roadmap);

/// roadmap-waivers.json: the form of the audit's waivers, with ids of criteria.
Result<std::vector<Waiver>> read_roadmap_waivers(std::string_view text, const std::string& where);
/// A date a line, "2026-12-25 Christmas"; '#' starts a comment.
Result<std::vector<std::string>> read_holidays(std::string_view text, const std::string& where);

/// What an appointment was when it was last handed out: so that a changed one replaces it and an equal one stays.
struct Issued {
  int sequence = 0;
  std::string digest, stamp;
};
struct CalendarOptions {
  std::string host;  ///< part of the ids; empty = "box"
  std::string now;   ///< UTC, RFC 3339
  bool todo = false;
  std::map<std::string, Issued> issued;  ///< by UID
};
struct Calendar {
  std::string text;                      ///< iCalendar, RFC 5545
  std::map<std::string, Issued> issued;  ///< as handed out now
  bool changed = false;                  ///< against those handed out before
};
Calendar make_calendar(const Roadmap& roadmap, const CalendarOptions& options);

/// systemd units that keep the upkeep going.
struct UnitOptions {
  std::string program, evidence;  ///< absolute paths
  std::string verify;             ///< flags of the monthly verify; empty = no such unit
};
struct UnitFile {
  std::string name, text;
};
std::vector<UnitFile> make_units(const UnitOptions& options);

}  // namespace edgefit
