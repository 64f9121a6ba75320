#include "probe/nvml.h"

#include <gtest/gtest.h>

#include "probe/vendor_report.h"

namespace edgefit {
namespace {

std::string fake(const char* scenario) {
  return std::string(EDGEFIT_FAKE_LIBRARIES) + "/fake_nvml_" + scenario + ".so";
}

/// What a well-behaved library writes; the others are run in children by nvidia_test.
std::string report_of(const std::string& library) {
  std::string text;
  report_nvml(library, [&](const std::string& line) { text += line + "\n"; });
  return text;
}

TEST(Nvml, WritesNumbersInTheLibrarysUnits) {
  const auto report = parse_vendor_report(report_of(fake("two_cards")));
  EXPECT_EQ(report.system.values.at("driver"), "580.95.05");
  EXPECT_EQ(report.system.values.at("cuda"), "13.0");
  ASSERT_EQ(report.cards.size(), 2U);
  const auto& h100 = report.cards.at("0").values;
  EXPECT_EQ(h100.at("bdf"), "00000000:02:00.0");
  EXPECT_EQ(h100.at("pci"), "10de:2330");
  EXPECT_EQ(h100.at("cc"), "9.0");
  EXPECT_EQ(h100.at("memory_clock"), "2619");
  EXPECT_EQ(h100.at("power_limit"), "700000");
}

TEST(Nvml, FailuresAreWrittenDownFieldByField) {
  const auto report = parse_vendor_report(report_of(fake("field_errors")));
  const auto& card = report.cards.at("0");
  EXPECT_EQ(card.failures.at("nvmlDeviceGetName"), "3");
  EXPECT_EQ(card.failures.at("nvmlDeviceGetCudaComputeCapability"), "4");
  EXPECT_EQ(card.failures.at("nvmlDeviceGetEnforcedPowerLimit"), "999");
  EXPECT_EQ(card.failures.at("nvmlDeviceGetMemoryInfo_v2"), "13");
  EXPECT_EQ(card.values.at("memory.total"), std::to_string(24564ULL << 20));
}

TEST(Nvml, LibraryThatCannotBeOpened) {
  const auto report = parse_vendor_report(report_of("/nowhere/libnvidia-ml.so.1"));
  EXPECT_TRUE(report.system.failures.contains("dlopen"));
  EXPECT_TRUE(report.cards.empty());
}

}  // namespace
}  // namespace edgefit
