#include <gtest/gtest.h>

#include "edgefit/golden.h"

namespace edgefit {
namespace {

GoldenRun run_of(int pass, int fail, int flaky = 0, int unknown = 0) {
  GoldenRun run;
  const auto add = [&run](int n, GoldenState state) {
    for (int i = 0; i < n; ++i) {
      GoldenResult result;
      result.id = std::string(name_of(state)) + std::to_string(i);
      result.state = state;
      run.results.push_back(result);
    }
  };
  add(pass, GoldenState::pass);
  add(fail, GoldenState::fail);
  add(flaky, GoldenState::flaky);
  add(unknown, GoldenState::unknown);
  run.asked_for = run.results.size();
  return run;
}

TEST(Gate, TheLowerBoundMustReachTheTarget) {
  EXPECT_EQ(gate(run_of(50, 0), 0.9).reached, CheckStatus::pass);
  EXPECT_EQ(gate(run_of(48, 2), 0.9).reached, CheckStatus::fail) << "0.865";
  EXPECT_EQ(gate(run_of(190, 10), 0.9).reached, CheckStatus::pass) << "0.910";
  EXPECT_EQ(gate(run_of(48, 0, 2), 0.9).reached, CheckStatus::fail) << "flaky counts as failed";
}

TEST(Gate, TwentyCasesNeverProveNinetyPercent) {
  const GoldenGate all = gate(run_of(20, 0), 0.9);
  EXPECT_EQ(all.reached, CheckStatus::unknown);
  EXPECT_EQ(all.cases_needed, 35U);
  EXPECT_EQ(gate(run_of(10, 10), 0.9).reached, CheckStatus::fail) << "but they can show that it is missed";
  EXPECT_EQ(gate(run_of(1000, 0), 1.0).reached, CheckStatus::unknown) << "nothing proves 100 %";
}

TEST(Gate, UnansweredCasesAreNeitherGoodNorBad) {
  EXPECT_EQ(gate(run_of(199, 0, 0, 1), 0.9).reached, CheckStatus::pass) << "enough without it";
  EXPECT_EQ(gate(run_of(40, 0, 0, 10), 0.9).reached, CheckStatus::unknown);
  EXPECT_EQ(gate(run_of(30, 20, 0, 1), 0.9).reached, CheckStatus::fail);
  EXPECT_EQ(gate({}, 0.9).reached, CheckStatus::unknown);
}

TEST(Gate, EveryCriticalCaseDecides) {
  GoldenRun run = run_of(99, 1);
  EXPECT_EQ(gate(run, 0.9).critical, CheckStatus::not_applicable);
  run.results[0].critical = true;
  EXPECT_EQ(gate(run, 0.9).critical, CheckStatus::pass);
  EXPECT_EQ(status_of(gate(run, 0.9)), CheckStatus::pass);
  run.results[99].critical = true;
  const GoldenGate broken = gate(run, 0.9);
  EXPECT_EQ(broken.critical, CheckStatus::fail);
  EXPECT_EQ(broken.critical_failed, std::vector<std::string>{"fail0"});
  EXPECT_EQ(status_of(broken), CheckStatus::fail);
  run.results[99].state = GoldenState::flaky;
  EXPECT_EQ(gate(run, 0.9).critical, CheckStatus::fail);
  run.results[99].state = GoldenState::unknown;
  EXPECT_EQ(gate(run, 0.9).critical, CheckStatus::unknown);
}

TEST(Gate, AnInterruptedRunIsUndecided) {
  GoldenRun run = run_of(40, 0);
  run.interrupted = true;
  run.asked_for = 60;
  const GoldenGate part = gate(run, 0.9);
  EXPECT_EQ(part.unknown, 20U);
  EXPECT_EQ(status_of(part), CheckStatus::unknown);
}

TEST(Gate, RegressionAlarmsAndWarns) {
  GoldenComparison comparison;
  comparison.paired = 50;
  EXPECT_EQ(gate(run_of(50, 0), 0.9, comparison).regression, CheckStatus::pass);
  comparison.broken = {"a"};
  EXPECT_EQ(gate(run_of(50, 0), 0.9, comparison).regression, CheckStatus::warn);
  EXPECT_EQ(status_of(gate(run_of(50, 0), 0.9, comparison)), CheckStatus::warn);
  comparison.alarm = true;
  EXPECT_EQ(status_of(gate(run_of(50, 0), 0.9, comparison)), CheckStatus::fail);
  comparison = {};
  EXPECT_EQ(gate(run_of(50, 0), 0.9, comparison).regression, CheckStatus::unknown) << "no pair proves nothing";
}

TEST(Gate, FlakyWarns) {
  EXPECT_EQ(status_of(gate(run_of(198, 0, 2), 0.9)), CheckStatus::warn);
}

}  // namespace
}  // namespace edgefit
