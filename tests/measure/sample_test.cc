#include "measure/sample.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Sample, MedianAndSpread) {
  const Sample odd{{30, 10, 20}};
  EXPECT_DOUBLE_EQ(odd.median(), 20);
  EXPECT_DOUBLE_EQ(odd.low(), 10);
  EXPECT_DOUBLE_EQ(odd.high(), 30);
  EXPECT_DOUBLE_EQ(odd.spread(), 1);
  EXPECT_DOUBLE_EQ((Sample{{10, 20}}.median()), 15);
  EXPECT_DOUBLE_EQ((Sample{{7}}.spread()), 0);
  EXPECT_DOUBLE_EQ(Sample{}.median(), 0);
  EXPECT_DOUBLE_EQ(Sample{}.spread(), 0);
}

TEST(Sample, QuietMachinesAreTrusted) {
  EXPECT_EQ(doubt_of({{100, 102, 98}}, "none"), "");
  EXPECT_EQ(doubt_of({{100, 102, 98}}, ""), "");
}

TEST(Sample, VirtualMachinesAndUnsteadyPassesAreNot) {
  EXPECT_NE(doubt_of({{100, 102, 98}}, "kvm").find("virtual machine"), std::string::npos);
  const auto both = doubt_of({{100, 150, 60}}, "kvm");
  EXPECT_NE(both.find("virtual machine"), std::string::npos);
  EXPECT_NE(both.find("differed by 90 %"), std::string::npos) << both;
}

}  // namespace
}  // namespace edgefit
