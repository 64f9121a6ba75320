#include "edgefit/roadmap.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "base/days.h"
#include "support/plan_records.h"

namespace edgefit {
namespace {

using test::answer_of;
using test::on;
using test::whole_plan;
using State = CriterionState;

State state_on(const EvidenceChain& chain, const std::string& day, std::string_view id) {
  return answer_of(make_roadmap(chain, on(day)), id).state;
}

TEST(RoadmapTest, AWholePlanIsDone) {
  const auto roadmap = make_roadmap(whole_plan().get(), on("2026-12-01"));
  for (const auto& phase : roadmap.phases)
    for (const auto& answer : phase.criteria)
      EXPECT_EQ(answer.state, State::done) << answer.criterion->id << ": " << answer.why;
  for (const auto& phase : roadmap.phases) EXPECT_EQ(phase.state, State::done);
  EXPECT_EQ(exit_code_of(roadmap), 0);
  EXPECT_TRUE(roadmap.next.empty());
  EXPECT_TRUE(roadmap.warnings.empty());
}

TEST(RoadmapTest, AnEmptyPlanIsOpenAndSaysWhatWaitsForWhat) {
  const auto roadmap = make_roadmap({}, on("2026-11-02"));
  EXPECT_EQ(answer_of(roadmap, "P1.1").state, State::open);
  EXPECT_EQ(answer_of(roadmap, "P1.2").state, State::blocked);
  EXPECT_EQ(answer_of(roadmap, "P1.2").blocked_by, std::vector<std::string>{"P1.1"});
  EXPECT_EQ(roadmap.count(State::done), 0);
  EXPECT_EQ(exit_code_of(roadmap), 0);
  ASSERT_EQ(roadmap.next.size(), 3U);
  // The requirements hold up almost everything; naming people takes minutes.
  EXPECT_EQ(roadmap.next[0].answer.criterion->id, std::string("P1.1"));
  EXPECT_EQ(roadmap.next[1].answer.criterion->id, std::string("P1.4"));
  EXPECT_GT(roadmap.next[0].unblocks, 15U);
}

TEST(RoadmapTest, ADayLateIsOverdue) {
  EXPECT_EQ(state_on({}, "2026-11-08", "P1.1"), State::open);
  const auto roadmap = make_roadmap({}, on("2026-11-09"));
  EXPECT_EQ(answer_of(roadmap, "P1.1").state, State::overdue);
  EXPECT_EQ(answer_of(roadmap, "P1.1").overdue_days, 1);
  EXPECT_EQ(roadmap.phases[0].state, State::overdue);
  EXPECT_EQ(exit_code_of(roadmap), 1);
}

TEST(RoadmapTest, AWaiverHoldsOnItsLastDay) {
  auto options = on("2026-12-10");
  options.waivers = {{"P4.3", "contract", "A. Meier", "2026-12-10"}};
  auto chain = whole_plan();
  for (auto& record : chain.get().records)
    if (record.topic == "restore-drill") record.topic = "owner";
  test::add_audit(chain, "2026-12-08");
  EXPECT_EQ(answer_of(make_roadmap(chain.get(), options), "P4.3").state, State::waived);
  options.as_of = "2026-12-11";
  const auto late = answer_of(make_roadmap(chain.get(), options), "P4.3");
  EXPECT_EQ(late.state, State::overdue);
  EXPECT_NE(late.why.find("2026-12-10"), std::string::npos);
}

TEST(RoadmapTest, AnAttestationHoldsOnItsLastDay) {
  auto chain = whole_plan();
  for (auto& record : chain.get().records)
    if (record.topic == "restore-drill") record.valid_until = "2026-12-24";
  EXPECT_EQ(state_on(chain.get(), "2026-12-24", "P4.3"), State::done);
  EXPECT_EQ(state_on(chain.get(), "2026-12-25", "P4.3"), State::stale);
}

TEST(RoadmapTest, TheAuditGrowsOldAfterTwoWeeks) {
  const auto chain = whole_plan();
  EXPECT_EQ(state_on(chain.get(), "2026-12-10", "P4.1"), State::done);
  EXPECT_EQ(state_on(chain.get(), "2026-12-11", "P4.1"), State::stale);
  EXPECT_EQ(make_roadmap(chain.get(), on("2026-12-11")).phases[3].state, State::stale);
}

TEST(RoadmapTest, AnotherModelVoidsAnswersAndSpeed) {
  auto chain = whole_plan();
  auto& plan = chain.add(EvidenceKind::plan, "2026-11-29");
  plan = chain.get().records[0];
  plan.number = chain.get().records.size();
  plan.as_of = "2026-11-29";
  plan.subject["model"] = "m2";
  const auto roadmap = make_roadmap(chain.get(), on("2026-12-01"));
  for (const char* id : {"P3.2", "P3.3", "P3.4"}) EXPECT_EQ(answer_of(roadmap, id).state, State::stale) << id;
  EXPECT_NE(answer_of(roadmap, "P3.4").why.find("m1"), std::string::npos);
  EXPECT_EQ(answer_of(roadmap, "P2.3").state, State::done);
  EXPECT_EQ(answer_of(roadmap, "P4.1").state, State::done);
}

TEST(RoadmapTest, AnotherModelInTheServerVoidsAnswersAndSpeed) {
  auto chain = whole_plan();
  test::add_verify(chain, "2026-11-29", {"EF-VER-001"}).subject["served"] = "m2";
  const auto roadmap = make_roadmap(chain.get(), on("2026-12-01"));
  for (const char* id : {"P3.2", "P3.3", "P3.4"}) EXPECT_EQ(answer_of(roadmap, id).state, State::stale) << id;
}

TEST(RoadmapTest, AnotherDriverVoidsSpeedButNoAudit) {
  auto chain = whole_plan();
  test::add_inventory(chain, "2026-11-29").subject["driver"] = "590";
  const auto roadmap = make_roadmap(chain.get(), on("2026-12-01"));
  EXPECT_EQ(answer_of(roadmap, "P3.2").state, State::stale);
  EXPECT_EQ(answer_of(roadmap, "P3.4").state, State::stale);
  EXPECT_EQ(answer_of(roadmap, "P2.4").state, State::done);
  EXPECT_EQ(answer_of(roadmap, "P4.1").state, State::done);
}

TEST(RoadmapTest, OtherHardwareVoidsPhasesTwoAndThree) {
  auto chain = whole_plan();
  auto& box = test::add_inventory(chain, "2026-11-29");
  box.hardware["gpus"] = "2";
  box.hardware["gpu1"] = "NVIDIA GeForce RTX 4090";
  const auto roadmap = make_roadmap(chain.get(), on("2026-12-01"));
  for (const char* id : {"P2.2", "P2.3", "P2.4", "P3.2", "P3.3", "P3.4"})
    EXPECT_EQ(answer_of(roadmap, id).state, State::stale) << id;
  // More than planned is no deviation.
  EXPECT_EQ(answer_of(roadmap, "P2.1").state, State::done);
  EXPECT_EQ(answer_of(roadmap, "P1.2").state, State::done);
}

TEST(RoadmapTest, AFewMegabytesMoreOrLessAreTheSameHardware) {
  auto chain = whole_plan();
  test::add_inventory(chain, "2026-11-29").hardware["memory_bytes"] = "66500000000";
  EXPECT_EQ(state_on(chain.get(), "2026-12-01", "P2.4"), State::done);
}

TEST(RoadmapTest, ABoxThatIsNotAsPlannedIsNamedWithItsDeviations) {
  auto chain = whole_plan();
  auto& box = test::add_inventory(chain, "2026-11-11");
  box.hardware["gpu0"] = "NVIDIA GeForce RTX 4080";
  box.hardware["memory_bytes"] = "33393370726";
  const auto answer = answer_of(make_roadmap(chain.get(), on("2026-11-12")), "P2.1");
  EXPECT_EQ(answer.state, State::open);
  EXPECT_NE(answer.why.find("RTX 4080"), std::string::npos);
  EXPECT_NE(answer.why.find("memory_bytes"), std::string::npos);
  box.hardware.erase("memory_bytes");
  box.hardware["gpu0"] = "NVIDIA GeForce RTX 4090";
  EXPECT_EQ(state_on(chain.get(), "2026-11-12", "P2.1"), State::unknown);
}

TEST(RoadmapTest, AFailingAuditTakesDoneAway) {
  auto chain = whole_plan();
  auto& audit = test::add_audit(chain, "2026-11-30");
  audit.results[0].status = CheckStatus::fail;
  audit.results[0].text = "bare disk";
  const auto answer = answer_of(make_roadmap(chain.get(), on("2026-11-30")), "P4.1");
  EXPECT_EQ(answer.state, State::overdue);
  EXPECT_NE(answer.why.find("EF-ENC-001"), std::string::npos);
  // A waiver of the audit counts until it ends.
  audit.results[0].waived_until = "2026-12-01";
  EXPECT_EQ(state_on(chain.get(), "2026-12-01", "P4.1"), State::done);
  EXPECT_EQ(state_on(chain.get(), "2026-12-02", "P4.1"), State::overdue);
}

TEST(RoadmapTest, AnAuditOfAFewChecksReplacesNoWholeOne) {
  auto chain = whole_plan();
  chain.add(EvidenceKind::audit, "2026-11-30").results = {{"EF-ENC-001", CheckStatus::pass, "", "", ""}};
  const auto answer = answer_of(make_roadmap(chain.get(), on("2026-11-30")), "P4.1");
  EXPECT_EQ(answer.state, State::done);
  EXPECT_EQ(answer.records.size(), 2U);
  EXPECT_EQ(state_on(chain.get(), "2026-12-11", "P5.3"), State::done);
}

TEST(RoadmapTest, AnUnknownIsLiftedByItsAttestation) {
  auto chain = whole_plan();
  test::add_audit(chain, "2026-11-30").results[0].status = CheckStatus::unknown;
  EXPECT_EQ(state_on(chain.get(), "2026-11-30", "P4.2"), State::overdue);
  chain.attest("EF-ENC-001", "2026-11-30", "2026-12-05");
  EXPECT_EQ(state_on(chain.get(), "2026-12-05", "P4.2"), State::done);
  EXPECT_EQ(state_on(chain.get(), "2026-12-06", "P4.2"), State::overdue);
  // Without the newer one that ended it the older does not come back.
  const auto newer = chain.attest("EF-ENC-001", "2026-12-01", "2026-12-02").number;
  EXPECT_EQ(state_on(chain.without(newer), "2026-12-04", "P4.2"), State::overdue);
}

TEST(RoadmapTest, ACriticalHoleMayBeOpenForTwoWeeks) {
  auto chain = whole_plan();
  auto& scan = test::add_scan(chain, "2026-11-28");
  scan.results = {{"CVE-1", CheckStatus::fail, "", "2026-11-20", ""}};
  EXPECT_EQ(state_on(chain.get(), "2026-12-04", "P4.4"), State::done);
  EXPECT_EQ(state_on(chain.get(), "2026-12-05", "P4.4"), State::overdue);
  scan.results[0].since.clear();
  EXPECT_EQ(state_on(chain.get(), "2026-11-28", "P4.4"), State::overdue);
}

TEST(RoadmapTest, ASecondThingScannedHidesNotTheFirst) {
  auto chain = whole_plan();
  test::add_scan(chain, "2026-11-28").results = {{"CVE-1", CheckStatus::fail, "", "2026-01-01", ""}};
  test::add_scan(chain, "2026-11-29", "scan/trivy other");
  EXPECT_EQ(state_on(chain.get(), "2026-11-29", "P4.4"), State::overdue);
}

TEST(RoadmapTest, AScanThatWasOldWhenItCameIsOpenAndNeverAPass) {
  test::Chain chain;
  test::add_scan(chain, "2026-05-01").created = "2026-11-20T08:00:00Z";
  EXPECT_EQ(state_on(chain.get(), "2026-11-20", "P4.4"), State::blocked);
  EXPECT_EQ(state_on({}, "2026-11-20", "P4.4"), State::blocked);
}

TEST(RoadmapTest, ADateThatIsOverIsStale) {
  const auto chain = whole_plan();
  EXPECT_EQ(state_on(chain.get(), "2027-12-31", "P2.5"), State::done);
  auto late = whole_plan();
  for (auto& record : late.get().records)
    if (record.topic == "warranty") record.dates["warranty"] = "2026-12-31";
  EXPECT_EQ(state_on(late.get(), "2026-12-31", "P2.5"), State::done);
  EXPECT_EQ(state_on(late.get(), "2027-01-01", "P2.5"), State::stale);
}

TEST(RoadmapTest, AClockThatRunsFreeIsToldOnTop) {
  auto chain = whole_plan();
  for (auto& result : test::add_audit(chain, "2026-11-30").results)
    if (result.id == "EF-TIME-001") result.status = CheckStatus::fail;
  const auto roadmap = make_roadmap(chain.get(), on("2026-11-30"));
  ASSERT_EQ(roadmap.warnings.size(), 1U);
  EXPECT_NE(roadmap.warnings[0].find("EF-TIME-001"), std::string::npos);
}

TEST(RoadmapTest, TheViewOfADayKnowsNothingOfLaterOnes) {
  const auto roadmap = make_roadmap(whole_plan().get(), on("2026-11-05"));
  EXPECT_EQ(answer_of(roadmap, "P1.3").state, State::done);
  EXPECT_EQ(answer_of(roadmap, "P1.5").state, State::open);
  EXPECT_EQ(answer_of(roadmap, "P2.1").state, State::open);
  ASSERT_EQ(roadmap.warnings.size(), 1U);
}

TEST(RoadmapTest, ARecordOfTheFutureIsRemarked) {
  test::Chain chain;
  chain.attest("owner", "2026-11-05").created = "2026-11-01T00:00:00Z";
  EXPECT_EQ(make_roadmap(chain.get(), on("2026-11-06")).warnings.size(), 1U);
}

TEST(RoadmapTest, UpkeepIsDueAfterItsInterval) {
  const auto find = [](const Roadmap& roadmap, std::string_view id) {
    for (const auto& answer : roadmap.upkeep)
      if (answer.upkeep->id == id) return answer;
    return UpkeepAnswer{};
  };
  auto roadmap = make_roadmap(whole_plan().get(), on("2026-12-03"));
  EXPECT_EQ(find(roadmap, "upkeep-audit").last, "2026-11-26");
  EXPECT_EQ(find(roadmap, "upkeep-audit").due, "2026-12-03");
  EXPECT_EQ(find(roadmap, "upkeep-audit").overdue_days, 0);
  EXPECT_EQ(find(roadmap, "upkeep-accuracy").last, "2026-11-18");
  EXPECT_EQ(find(roadmap, "upkeep-model-review").last, "");
  EXPECT_EQ(find(roadmap, "upkeep-model-review").due, "2027-03-03");
  roadmap = make_roadmap(whole_plan().get(), on("2026-12-04"));
  EXPECT_EQ(find(roadmap, "upkeep-audit").overdue_days, 1);
  EXPECT_EQ(exit_code_of(roadmap), 1);
}

TEST(RoadmapTest, RemovingARecordImprovesNothing) {
  auto chain = whole_plan();
  // Things got worse, and somebody would like them back as they were.
  test::add_audit(chain, "2026-11-29").results[0].status = CheckStatus::fail;
  test::add_inventory(chain, "2026-11-29").subject["driver"] = "590";
  test::add_scan(chain, "2026-11-29").results = {{"CVE-1", CheckStatus::fail, "", "2026-01-01", ""}};
  test::add_verify(chain, "2026-11-30", {"EF-VER-002", "prediction"}, "users", 4).results[0].status = CheckStatus::fail;
  chain.attest("owner", "2026-11-30", "2026-11-30");
  auto& golden = chain.add(EvidenceKind::import, "2026-11-30", "golden");
  golden.metrics = {{"golden_cases", 3}, {"golden_critical", 0}};
  golden.subject = {{"golden", "g2"}};
  const auto finished = [](State state) { return state == State::done || state == State::waived; };
  for (const char* day : {"2026-11-05", "2026-11-20", "2026-12-01", "2026-12-20", "2027-06-01"}) {
    const auto before = make_roadmap(chain.get(), on(day));
    for (const auto& record : chain.get().records) {
      const auto after = make_roadmap(chain.without(record.number), on(day));
      for (const auto& row : criteria())
        EXPECT_TRUE(finished(answer_of(before, row.id).state) || !finished(answer_of(after, row.id).state))
            << row.id << " on " << day << " without record " << record.number;
      EXPECT_NE(exit_code_of(after), 0);
    }
  }
}

TEST(RoadmapTest, TimeAloneFinishesNothing) {
  for (const bool worse : {false, true}) {
    auto chain = whole_plan();
    if (worse) {
      test::add_audit(chain, "2026-11-29").results[0] = {"EF-ENC-001", CheckStatus::fail, "", "", "2026-12-20"};
      test::add_scan(chain, "2026-11-30").results = {{"CVE-1", CheckStatus::fail, "", "2026-11-25", ""}};
      chain.attest("owner", "2026-11-30", "2026-12-24");
    }
    auto options = on("2026-11-30");
    options.waivers = {{"P2.5", "r", "o", "2027-01-31"}};
    const auto finished = [](State state) { return state == State::done || state == State::waived; };
    auto before = make_roadmap(chain.get(), options);
    for (Day day = *parse_day("2026-12-01"); day < *parse_day("2028-03-02"); ++day) {
      options.as_of = show_day(day);
      auto now = make_roadmap(chain.get(), options);
      for (const auto& row : criteria())
        ASSERT_TRUE(finished(answer_of(before, row.id).state) || !finished(answer_of(now, row.id).state))
            << row.id << " on " << options.as_of;
      before = std::move(now);
    }
  }
}

/// What may happen after the plan is done: better, worse, newer, of another box; always the same for one seed.
test::Chain eventful(std::mt19937& random) {
  const auto one_of = [&random](auto... values) {
    const std::array all{values...};
    return all[random() % all.size()];
  };
  const auto day = [&random](int within) {
    return show_day(*parse_day("2026-11-20") + static_cast<Day>(random() % static_cast<unsigned>(within)));
  };
  auto chain = whole_plan();
  for (auto left = random() % 10; left > 0; --left) {
    const auto status = one_of(CheckStatus::pass, CheckStatus::warn, CheckStatus::fail, CheckStatus::unknown);
    switch (random() % 6) {
      case 0: {
        auto& results = test::add_audit(chain, day(20)).results;
        auto& result = results[random() % results.size()];
        result.status = status;
        result.waived_until = one_of(std::string(), std::string("2026-12-20"));
        break;
      }
      case 1: {
        auto& box = test::add_inventory(chain, day(20));
        box.subject["driver"] = one_of("570", "590");
        box.hardware["gpus"] = one_of("1", "2", "0");
        break;
      }
      case 2:
        test::add_verify(chain, day(20), {one_of("EF-VER-002", "EF-VER-004", "golden"), "critical", "prediction"},
                         one_of("users", "soak_minutes"), one_of(4, 15, 20))
            .results[0]
            .status = status;
        break;
      case 3:
        test::add_scan(chain, day(20), one_of("scan/trivy box", "scan/lynis")).results = {
            {"CVE-1", status, "", one_of(std::string(), day(20)), ""}};
        break;
      case 4:
        chain.attest(one_of("owner", "restore-drill", "EF-ENC-001", "EF-HW-001", "install"), day(20), day(60));
        break;
      default:
        chain.add(EvidenceKind::import, day(20), "golden") = chain.get().records[4];
        chain.get().records.back().number = chain.get().records.size();
        chain.get().records.back().subject["golden"] = one_of("g1", "g2");
    }
  }
  return chain;
}

/// Criteria that `after` holds for finished and `before` does not.
std::string gained(const Roadmap& before, const Roadmap& after) {
  const auto finished = [](State state) { return state == State::done || state == State::waived; };
  std::string out;
  for (const auto& row : criteria())
    if (finished(answer_of(after, row.id).state) && !finished(answer_of(before, row.id).state))
      out += std::string(row.id) + " ";
  return out;
}

TEST(RoadmapTest, WhateverHappenedNeitherRemovalNorTimeFinishesAnything) {
  std::mt19937 random(20261124);
  int finished = 0;
  for (int round = 0; round < 150; ++round) {
    const auto chain = eventful(random);
    auto options = on(show_day(*parse_day("2026-12-10") + static_cast<Day>(random() % 60)));
    options.waivers = {{"P2.5", "r", "o", "2026-12-31"}};
    auto before = make_roadmap(chain.get(), options);
    finished += before.count(State::done);
    for (const auto& record : chain.get().records)
      ASSERT_EQ(gained(before, make_roadmap(chain.without(record.number), options)), "")
          << "round " << round << " without record " << record.number << " on " << options.as_of;
    for (int step = 0; step < 20; ++step) {
      options.as_of = show_day(*parse_day(options.as_of) + static_cast<Day>(random() % 12));
      auto now = make_roadmap(chain.get(), options);
      ASSERT_EQ(gained(before, now), "") << "round " << round << " on " << options.as_of;
      before = std::move(now);
    }
  }
  EXPECT_GT(finished, 1000) << "nothing to lose";
}

TEST(RoadmapTest, WaiversTakeIdsOfCriteria) {
  const auto text = [](const std::string& id) {
    return R"({"format":"edgefit.waivers","waivers":[{"check":")" + id +
           R"(","reason":"r","owner":"o","expires":"2027-01-31"}]})";
  };
  ASSERT_TRUE(read_roadmap_waivers(text("P2.5"), "w"));
  EXPECT_FALSE(read_roadmap_waivers(text("EF-ENC-001"), "w"));
}

}  // namespace
}  // namespace edgefit
