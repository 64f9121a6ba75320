#include <gtest/gtest.h>

#include "edgefit/roadmap.h"

namespace edgefit {
namespace {

TEST(UnitsTest, TheAccuracyTestNeedsFlags) {
  EXPECT_EQ(make_units({"/usr/bin/edgefit", "/var/lib/edgefit", ""}).size(), 2U);
  const auto units = make_units({"/usr/bin/edgefit", "/var/lib/edgefit", "--url http://127.0.0.1:8080/v1"});
  ASSERT_EQ(units.size(), 4U);
  EXPECT_EQ(units[2].name, "edgefit-accuracy.service");
  EXPECT_NE(units[2].text.find("verify --url http://127.0.0.1:8080/v1 --evidence \"/var/lib/edgefit\"\n"),
            std::string::npos);
}

TEST(UnitsTest, StrangePathsStayOneWord) {
  const auto units = make_units({"/opt/a b/100%$x", "/e\"v\\", ""});
  EXPECT_NE(units[0].text.find("ExecStart=\"/opt/a b/100%%$$x\" audit --evidence \"/e\\\"v\\\\\"\n"),
            std::string::npos);
  EXPECT_NE(units[0].text.find("ReadWritePaths=\"/e\\\"v\\\\\"\n"), std::string::npos);
}

}  // namespace
}  // namespace edgefit
