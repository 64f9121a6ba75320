#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/parse.h"
#include "edgefit/roadmap.h"

namespace edgefit {
namespace {

TEST(CriteriaTest, FivePhasesFillThirtyDaysWithoutAGap) {
  int day = 0;
  for (const auto& phase : phases()) {
    EXPECT_EQ(phase.first_day, day + 1);
    day = phase.last_day;
    int rows = 0;
    for (const auto& row : criteria()) rows += row.phase == phase.number ? 1 : 0;
    EXPECT_GE(rows, 5);
    EXPECT_LE(rows, 6);
  }
  EXPECT_EQ(day, 30);
}

TEST(CriteriaTest, EveryRowIsWhole) {
  std::set<std::string> ids;
  for (const auto& row : criteria()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_EQ(std::string(row.id).substr(0, 2), "P" + std::to_string(row.phase));
    EXPECT_NE(row.needs[0].op, Predicate::Op::none) << row.id;
    EXPECT_GT(row.minutes, 0);
    EXPECT_LE(std::string(row.title).size(), 64U) << row.id << ": 80 columns";
    EXPECT_NE(std::string(row.command).find("edgefit "), std::string::npos);
    EXPECT_EQ(find_criterion(row.id), &row);
    for (const auto& need : row.needs)
      EXPECT_TRUE(need.op != Predicate::Op::attested || find_attestation(need.topic) != nullptr) << row.id;
  }
}

TEST(CriteriaTest, NothingWaitsForItselfOrForALaterPhase) {
  for (const auto& row : criteria())
    for (const auto id : words(row.blocked_by)) {
      const auto* before = find_criterion(id);
      ASSERT_NE(before, nullptr) << row.id;
      // Rows stand in an order in which they can be done.
      EXPECT_LT(before, &row) << row.id;
    }
}

TEST(CriteriaTest, UpkeepComesBack) {
  for (const auto& row : upkeep()) {
    EXPECT_GT(row.days, 0);
    EXPECT_TRUE(row.months == 0 || 24 % row.months == 0) << row.id;
  }
}

}  // namespace
}  // namespace edgefit
