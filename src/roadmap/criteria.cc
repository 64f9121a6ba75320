// The 30 days as rows: what must be proven by the end of each phase, and what comes back for ever.
// After the plan companies are told to follow: analysis, procurement, deployment tests, security, maintenance.
#include <algorithm>
#include <array>

#include "edgefit/roadmap.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

using Op = Predicate::Op;
using Kind = EvidenceKind;

constexpr std::array kPhases = {
    Phase{1, "requirements", mark("Requirements"), 1, 7},
    Phase{2, "procurement", mark("Procurement and installation"), 8, 14},
    Phase{3, "deployment", mark("Deployment and tests"), 15, 20},
    Phase{4, "security", mark("Security"), 21, 25},
    Phase{5, "maintenance", mark("Maintenance and training"), 26, 30},
};

constexpr Predicate attested(const char* topic) {
  return {Op::attested, Kind::attest, topic};
}
constexpr Predicate metric(Kind kind, const char* name, double least, const char* topic = "") {
  return {Op::metric, kind, topic, name, "", least};
}
constexpr Predicate none_of(Kind kind, const char* ids, const char* statuses) {
  return {Op::no_status, kind, "", ids, statuses, -1};
}
constexpr Predicate max_age(Kind kind, const char* carries, double days, const char* topic = "") {
  return {Op::max_age, kind, topic, carries, "", days};
}
constexpr Predicate same(Kind kind, const char* carries, const char* subjects) {
  return {Op::subject_matches, kind, "", carries, subjects};
}

constexpr Predicate seen(Kind kind, const char* topic = "", const char* carries = "") {
  return {Op::evidence_exists, kind, topic, carries};
}
// Days after which a repeated proof no longer counts: its interval and a few days of grace.
constexpr double kWeekly = 14, kMonthly = 38;
constexpr const char* kScans = "scan/*";  // every thing that was ever scanned must stay scanned
constexpr const char* kRunning = "model served driver kernel server inventory";

constexpr std::array kCriteria = {
    Criterion{"P1.1",
              1,
              mark("requirements written down, with at least one goal"),
              {metric(Kind::plan, "goals", 1)},
              60,
              "",
              "edgefit assess MODEL --goal ttft=2s --users N --evidence DIR",
              "42k:A.4.5, 42k:A.6.2.2"},
    Criterion{"P1.2",
              1,
              mark("fits with a fifth of the memory to spare, and fast enough"),
              {metric(Kind::plan, "memory_margin", 0.2), none_of(Kind::plan, "EF-FIT-*", "fail unknown")},
              30,
              "P1.1",
              "edgefit plan MODEL --goal ... --option N --evidence DIR",
              "RMF:MAP 2.3, AIA:13(3)(e)"},
    Criterion{
        "P1.3",
        1,
        mark("buy or upgrade decided, with alternatives"),
        {metric(Kind::plan, "alternatives", 1), attested("decision")},
        60,
        "P1.2",
        "edgefit plan MODEL -o plan.md --evidence DIR; edgefit attest decision --by NAME --file plan.md --evidence DIR",
        "RMF:MANAGE 1.1, 42k:A.4.5"},
    Criterion{"P1.4",
              1,
              mark("owner and deputy named"),
              {attested("owner"), attested("deputy")},
              10,
              "",
              "edgefit attest owner --by NAME --evidence DIR; edgefit attest deputy --by NAME --evidence DIR",
              "RMF:GOVERN 2.1, 42k:A.3.2"},
    Criterion{
        "P1.5",
        1,
        mark("test questions written: 30 or more, 3 of them critical"),
        {metric(Kind::import, "golden_cases", 30, "golden"), metric(Kind::import, "golden_critical", 3, "golden")},
        240,
        "P1.1",
        "edgefit roadmap import golden.jsonl --evidence DIR",
        "RMF:MEASURE 2.3, ANSSI:R24"},

    Criterion{"P2.1",
              2,
              mark("the box is what was planned"),
              {seen(Kind::inventory), same(Kind::inventory, "", "plan")},
              15,
              "P1.3",
              "edgefit probe --evidence DIR",
              "42k:A.4.5, RMF:GOVERN 1.6"},
    Criterion{"P2.2",
              2,
              mark("no fault in processor, memory, disks and GPU"),
              {none_of(Kind::audit, "EF-GPU-* EF-HW-*", "fail"), same(Kind::audit, "EF-HW-*", "inventory")},
              30,
              "P2.1",
              "edgefit audit --ask-gpu --evidence DIR",
              "53:SI-13, gs:SYS.1.1.A28"},
    Criterion{"P2.3",
              2,
              mark("15 minutes under load: no slowing down, no memory errors"),
              {metric(Kind::verify, "soak_minutes", 15),
               none_of(Kind::verify, "EF-VER-004 soak_minutes", "warn fail unknown"),
               same(Kind::verify, "soak_minutes", "inventory")},
              30,
              "P2.2",
              "edgefit verify --shape soak --evidence DIR",
              "RMF:MEASURE 2.5"},
    Criterion{"P2.4",
              2,
              mark("installed by qualified staff"),
              {attested("install"), Predicate{Op::subject_matches, Kind::attest, "install", "", "inventory"}},
              10,
              "P2.1",
              "edgefit attest install --by NAME --file PROTOCOL --evidence DIR",
              "42k:A.4.6"},
    Criterion{"P2.5",
              2,
              mark("end of the warranty on record"),
              {Predicate{Op::date_set, Kind::attest, "warranty", "warranty"}},
              5,
              "P1.3",
              "edgefit attest warranty --by NAME --date 2029-11-30 --evidence DIR",
              "53:SA-22"},

    Criterion{"P3.1",
              3,
              mark("models on record, unchanged and without code in them"),
              {none_of(Kind::audit, "EF-MOD-*", "fail"), max_age(Kind::audit, "EF-MOD-*", kMonthly)},
              60,
              "P2.1",
              "edgefit audit --hash --evidence DIR",
              "NSA:artefacts, LLM03, ANSSI:R20"},
    Criterion{"P3.2",
              3,
              mark("enough answers in time with the planned users"),
              {none_of(Kind::verify, "EF-VER-002 users", "warn fail unknown"),
               same(Kind::verify, "EF-VER-002 users", kRunning)},
              30,
              "P3.1",
              "edgefit verify --shape users --slo ttft=2s,tpot=100ms --evidence DIR",
              "RMF:MEASURE 2.3, 42k:A.6.2.4"},
    Criterion{"P3.3",
              3,
              mark("as fast as was predicted, or the cause is known"),
              {none_of(Kind::verify, "prediction", "fail unknown"), same(Kind::verify, "prediction", kRunning)},
              20,
              "P3.1",
              "edgefit verify --case case.json --evidence DIR",
              "RMF:MEASURE 2.5, AIA:13(3)(e)"},
    Criterion{"P3.4",
              3,
              mark("test questions answered: every critical one, and enough of all"),
              {none_of(Kind::verify, "golden critical", "warn fail unknown"),
               same(Kind::verify, "golden", "model served driver kernel server golden inventory"),
               max_age(Kind::verify, "golden", kMonthly)},
              30,
              "P1.5 P3.1",
              "edgefit verify --golden golden.jsonl --evidence DIR",
              "RMF:MEASURE 2.3, ANSSI:R24"},
    Criterion{
        "P3.5",
        3,
        mark("answers kept as the baseline for later"),
        {metric(Kind::import, "baseline_cases", 1, "baseline")},
        5,
        "P3.4",
        "edgefit verify --golden golden.jsonl --save-baseline b.json; edgefit roadmap import b.json --evidence DIR",
        "RMF:MEASURE 2.4"},
    Criterion{"P3.6",
              3,
              mark("how work goes on without the AI, written down"),
              {attested("fallback")},
              60,
              "P1.4",
              "edgefit attest fallback --by NAME --file DOC --evidence DIR",
              "ANSSI:R15, RMF:MANAGE 2.4"},

    Criterion{"P4.1",
              4,
              mark("no failure in encryption, start-up, network and services"),
              {none_of(Kind::audit, "EF-ENC-* EF-BOOT-* EF-NET-* EF-SVC-*", "fail"),
               max_age(Kind::audit, "EF-ENC-*", kWeekly)},
              120,
              "P2.1",
              "edgefit audit --evidence DIR",
              "NSA:secure deployment, 53:SC-28, gs:SYS.1.1.A34"},
    Criterion{"P4.2",
              4,
              mark("every unknown of the audit attested or waived"),
              {none_of(Kind::audit, "EF-*", "unknown")},
              60,
              "P4.1",
              "edgefit attest EF-ENC-001 --by NAME --note WHY --evidence DIR",
              "RMF:MEASURE 2.7"},
    Criterion{"P4.3",
              4,
              mark("a backup was restored"),
              {attested("restore-drill")},
              120,
              "P3.1",
              "edgefit attest restore-drill --by NAME --file PROTOCOL --evidence DIR",
              "53:CP-9, gs:CON.3"},
    Criterion{"P4.4",
              4,
              mark("scanned for known holes, no critical one open over 14 days"),
              {Predicate{Op::no_status, Kind::import, kScans, "critical", "fail", 14},
               max_age(Kind::import, "critical", kMonthly, kScans)},
              30,
              "P2.1",
              "edgefit roadmap import trivy.json --evidence DIR",
              "53:RA-5, NSA:external audit"},
    Criterion{"P4.5",
              4,
              mark("how long prompts and logs are kept is decided"),
              {attested("log-retention")},
              30,
              "P1.4",
              "edgefit attest log-retention --by NAME --file DOC --evidence DIR",
              "DSV:4, AIA:26(6), 53:AU-11"},

    Criterion{"P5.1",
              5,
              mark("appointments handed out"),
              {seen(Kind::calendar)},
              5,
              "",
              "edgefit roadmap ics --evidence DIR -o roadmap.ics",
              "42k:A.6.2.6"},
    Criterion{"P5.2",
              5,
              mark("next review set for every model"),
              {none_of(Kind::audit, "EF-OPS-004", "warn fail unknown not_applicable")},
              15,
              "P3.1",
              "edgefit audit --evidence DIR",
              "RMF:GOVERN 1.6, 42k:A.6.2.6"},
    Criterion{"P5.3",
              5,
              mark("a time for updates agreed, and the last one not long ago"),
              {attested("update-window"), none_of(Kind::audit, "EF-UPD-003", "warn fail unknown not_applicable"),
               max_age(Kind::audit, "EF-UPD-003", kMonthly)},
              20,
              "P2.1",
              "edgefit attest update-window --by NAME --evidence DIR; edgefit audit --evidence DIR",
              "53:SI-2"},
    Criterion{"P5.4",
              5,
              mark("the way back to the last version was tried"),
              {attested("rollback-drill")},
              60,
              "P3.4",
              "edgefit attest rollback-drill --by NAME --evidence DIR",
              "NSA:rollback, RMF:MANAGE 2.4"},
    Criterion{"P5.5",
              5,
              mark("the users were trained, by name"),
              {attested("training"), metric(Kind::attest, "people", 1, "training")},
              240,
              "P3.2",
              "edgefit attest training --by NAME --person NAME --file DOC --evidence DIR",
              "AIA:4, RMF:GOVERN 2.2"},
    Criterion{"P5.6",
              5,
              mark("somebody is told when the box fails"),
              {none_of(Kind::audit, "EF-OPS-002", "warn fail unknown")},
              60,
              "P2.1",
              "edgefit audit --evidence DIR",
              "53:SI-4, 42k:A.6.2.6"},
};

constexpr std::array kUpkeep = {
    Upkeep{"upkeep-audit", mark("Security audit"), seen(Kind::audit), 7, 0, "edgefit audit --evidence DIR"},
    Upkeep{"upkeep-accuracy", mark("Accuracy test"), seen(Kind::verify, "", "golden"), 31, 1,
           "edgefit verify --golden golden.jsonl --evidence DIR"},
    Upkeep{"upkeep-scan", mark("Scan for known holes"), seen(Kind::import, kScans, "critical"), 31, 1,
           "edgefit roadmap import trivy.json --evidence DIR"},
    Upkeep{"upkeep-updates", mark("Driver, system and engine updates"), seen(Kind::inventory), 31, 1,
           "edgefit probe --evidence DIR"},
    Upkeep{"upkeep-model-review", mark("Model review"), seen(Kind::attest, "model-review"), 92, 3,
           "edgefit attest model-review --by NAME --evidence DIR"},
    Upkeep{"upkeep-hardware", mark("Hardware check under load"), seen(Kind::verify, "", "soak_minutes"), 183, 6,
           "edgefit verify --shape soak --evidence DIR"},
    Upkeep{"upkeep-restore", mark("Restore drill"), seen(Kind::attest, "restore-drill"), 183, 6,
           "edgefit attest restore-drill --by NAME --evidence DIR"},
    Upkeep{"upkeep-rollback", mark("Rollback drill"), seen(Kind::attest, "rollback-drill"), 366, 12,
           "edgefit attest rollback-drill --by NAME --evidence DIR"},
    Upkeep{"upkeep-training", mark("Training"), seen(Kind::attest, "training"), 366, 12,
           "edgefit attest training --by NAME --person NAME --evidence DIR"},
    Upkeep{"upkeep-requirements", mark("Requirements review"), seen(Kind::attest, "requirements-review"), 366, 12,
           "edgefit attest requirements-review --by NAME --evidence DIR"},
};

}  // namespace

std::span<const Phase> phases() {
  return kPhases;
}
std::span<const Criterion> criteria() {
  return kCriteria;
}
std::span<const Upkeep> upkeep() {
  return kUpkeep;
}

const Criterion* find_criterion(std::string_view id) {
  const auto* const at =
      std::find_if(kCriteria.begin(), kCriteria.end(), [id](const Criterion& row) { return row.id == id; });
  return at == kCriteria.end() ? nullptr : at;
}

}  // namespace edgefit
