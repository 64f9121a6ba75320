#include "plan/constraints.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/cases.h"
#include "support/market.h"

namespace edgefit {
namespace {

Case boxed(const Chassis& chassis, int gpus = 0) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(16), gpus));
  auto host = std::make_shared<Host>(*c.host);
  host->chassis = chassis;
  c.host = host;
  return c;
}

Candidate card() {
  Candidate out;
  out.changes.resize(1);
  out.changes[0].op = Change::Op::add;
  out.price = {160000, 160000, 160000, true, "USD", "street", "2026-11", "made up"};
  return out;
}

TEST(Constraints, WhatCannotBeSeenIsListed) {
  auto market = testing::small_market();
  Candidate two = card();
  ASSERT_TRUE(box_takes(boxed({}), market.terms(), market.catalog().accelerators[2], 2, two));
  ASSERT_EQ(two.unseen.size(), 2U);
  EXPECT_EQ(two.unseen[0].what, "slots.free");
  EXPECT_EQ(two.unseen[0].needed, 2);
  EXPECT_EQ(two.unseen[1].what, "psu.watts");
  EXPECT_EQ(two.unseen[1].needed, 700);
}

TEST(Constraints, StatedSlotsAndLengthDecide) {
  auto market = testing::small_market();
  AcceleratorRow row = market.catalog().accelerators[2];
  row.length_mm = 330;
  Chassis chassis;
  chassis.free_slots = {1.0, testing::kGiven};
  Candidate one = card(), two = card();
  EXPECT_TRUE(box_takes(boxed(chassis), market.terms(), row, 1, one));
  EXPECT_FALSE(box_takes(boxed(chassis), market.terms(), row, 2, two));
  chassis.gpu_length = {300.0, testing::kGiven};
  EXPECT_FALSE(box_takes(boxed(chassis), market.terms(), row, 1, one));
}

TEST(Constraints, AWeakPowerSupplyIsBoughtAnewAndPaid) {
  auto market = testing::small_market();
  Chassis chassis;
  chassis.psu = {Watts{500}, testing::kGiven};
  Candidate two = card();
  ASSERT_TRUE(box_takes(boxed(chassis), market.terms(), market.catalog().accelerators[2], 2, two));
  ASSERT_EQ(two.changes.size(), 2U);
  EXPECT_EQ(two.changes[1].to, "supply-850") << "the cheapest for 700 W";
  EXPECT_EQ(two.price.value_cents, 160000 + 12000);
  Candidate many = card();
  EXPECT_FALSE(box_takes(boxed(chassis), market.terms(), market.catalog().accelerators[3], 8, many));
}

TEST(Constraints, TermsLimitWattsMakerAndNoise) {
  auto market = testing::small_market();
  auto terms = market.terms();
  AcceleratorRow row = market.catalog().accelerators[2];
  EXPECT_TRUE(acceptable(row, terms));
  terms.vendor = "AMD";
  EXPECT_FALSE(acceptable(row, terms));
  terms.vendor.clear();
  terms.office = true;
  EXPECT_TRUE(acceptable(row, terms));
  row.cooling = "passive";
  EXPECT_FALSE(acceptable(row, terms));
  terms.power = Watts{300};
  Candidate one = card();
  EXPECT_FALSE(box_takes(boxed({}), terms, row, 1, one));
}

TEST(Constraints, HeadsDivideOnlyWhereTheModeSplitsThem) {
  Case c = boxed({});
  EXPECT_TRUE(divides(c, 3));
  c.runtime.split_mode = SplitMode::tensor;
  EXPECT_TRUE(divides(c, 4));
  EXPECT_FALSE(divides(c, 3)) << "32 heads";
}

}  // namespace
}  // namespace edgefit
