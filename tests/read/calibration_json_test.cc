#include <gtest/gtest.h>

#include "edgefit/calibration.h"

namespace edgefit {
namespace {

Calibration sample() {
  return Calibration("CPU, 8 cores", {{"llama.cpp",
                                       "v0.5.0",
                                       {Backend::cuda, 2, true, true, "mixtral", "q4_k_m", 0.001},
                                       1200,
                                       1000,
                                       "llama-bench",
                                       "abc",
                                       "2026-11-20"}});
}

TEST(CalibrationJson, WhatIsWrittenReadsBack) {
  const auto again = read_calibration(write_calibration(sample()), "file");
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again->box(), "CPU, 8 cores");
  ASSERT_EQ(again->rows().size(), 1U);
  const auto& row = again->rows().front();
  EXPECT_EQ(row.runtime, "llama.cpp");
  EXPECT_EQ(row.traits.backend, Backend::cuda);
  EXPECT_EQ(row.traits.devices, 2);
  EXPECT_TRUE(row.traits.prefill);
  EXPECT_TRUE(row.traits.experts);
  EXPECT_EQ(row.traits.precision, "q4_k_m");
  EXPECT_EQ(row.measured, 1200);
  EXPECT_EQ(row.date, "2026-11-20");
  EXPECT_EQ(write_calibration(*again), write_calibration(sample()));
}

TEST(CalibrationJson, EveryBrokenFieldIsAProblem) {
  const std::string good = write_calibration(sample());
  const std::pair<const char*, const char*> breaks[] = {{"\"edgefit.calibration\"", "\"edgefit.host\""},
                                                        {"\"1.0\"", "\"2.0\""},
                                                        {"\"cuda\"", "\"abacus\""},
                                                        {"\"prefill\"", "\"sprint\""},
                                                        {"1200", "-1"},
                                                        {"1200", "1e9"},
                                                        {"1000", "null"},
                                                        {"\"devices\": 2", "\"devices\": 0"},
                                                        {"0.001", "\"soon\""}};
  for (const auto& [from, to] : breaks) {
    std::string text = good;
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, std::string(from).size(), to);
    const auto read = read_calibration(text, "file");
    ASSERT_FALSE(read) << from << " as " << to;
    EXPECT_FALSE(read.error().what.empty());
  }
  for (const char* text : {"", "{", "[]", "3", "{\"format\":\"edgefit.calibration\",\"format_version\":\"1.0\"}",
                           "{\"format\":\"edgefit.calibration\",\"format_version\":\"1.0\",\"runs\":[]}",
                           "{\"format\":\"edgefit.calibration\",\"format_version\":\"1.0\",\"runs\":[3]}"})
    EXPECT_FALSE(read_calibration(text, "file")) << text;
}

}  // namespace
}  // namespace edgefit
