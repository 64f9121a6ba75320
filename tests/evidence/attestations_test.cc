#include <gtest/gtest.h>

#include <set>
#include <string>

#include "edgefit/evidence.h"

namespace edgefit {
namespace {

TEST(AttestationsTest, EveryOneIsFoundAndEnds) {
  std::set<std::string> topics;
  for (const auto* row : attestations()) {
    EXPECT_TRUE(topics.insert(row->topic).second) << row->topic;
    EXPECT_EQ(find_attestation(row->topic), row);
    EXPECT_GT(row->valid_days, 0);
  }
  EXPECT_EQ(find_attestation("rumour"), nullptr);
  EXPECT_NE(find_attestation("EF-ENC-001"), nullptr);
}

}  // namespace
}  // namespace edgefit
