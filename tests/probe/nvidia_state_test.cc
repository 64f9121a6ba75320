#include "probe/nvidia_state.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace edgefit {
namespace {

std::vector<std::string> ask(const std::string& scenario, int deadline_ms = 5000) {
  return ask_nvidia_state({"/none", EDGEFIT_FAKE_LIBRARIES "/fake_nvml_" + scenario + ".so", "/none"}, deadline_ms);
}
bool has(const std::vector<std::string>& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

TEST(NvidiaState, LimitsEccAndConfidentialMode) {
  const auto lines = ask("two_cards");
  EXPECT_TRUE(has(lines, "-\tcc\t1"));
  EXPECT_TRUE(has(lines, "-\tcc.devtools\t0"));
  EXPECT_TRUE(has(lines, "0000:01:00.0\tpower_limit\t450000"));
  EXPECT_TRUE(has(lines, "0000:01:00.0\tpower_default\t500000"));
  EXPECT_TRUE(has(lines, "0000:02:00.0\tecc\t1"));
  EXPECT_TRUE(has(lines, "0000:01:00.0\tthermal_ns\t2500000000")) << "not the time of another policy";
}

TEST(NvidiaState, WhatIsNotToldIsAFailedCall) {
  const auto lines = ask("field_errors");
  EXPECT_TRUE(has(lines, "-\t!nvmlSystemGetConfComputeState\t13"));
  EXPECT_FALSE(has(lines, "-\tcc\t0"));
}

TEST(NvidiaState, ForeignCodeMayDoAnything) {
  for (const char* scenario : {"crash", "leave", "hang"}) EXPECT_TRUE(ask(scenario, 300).empty()) << scenario;
  EXPECT_TRUE(has(ask("not_loaded"), "-\t!nvmlInit_v2\t9"));
  EXPECT_TRUE(ask_nvidia_state({"/none"}, 300).empty());
  EXPECT_TRUE(ask_nvidia_state({}, 300).empty());
}

}  // namespace
}  // namespace edgefit
