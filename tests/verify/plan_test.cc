#include <gtest/gtest.h>

#include "edgefit/verify.h"

namespace edgefit {
namespace {

TEST(LoadShapes, EachHasItsNameAndLimits) {
  for (const auto shape :
       {LoadShape::single, LoadShape::users, LoadShape::open, LoadShape::soak, LoadShape::long_context}) {
    EXPECT_EQ(find_load_shape(name_of(shape)), shape);
    const auto plan = load_plan(shape);
    EXPECT_EQ(plan.shape, shape);
    EXPECT_GT(plan.duration, 0);
    EXPECT_LE(plan.duration, 900);
  }
  EXPECT_EQ(find_load_shape("storm"), std::nullopt);
  EXPECT_EQ(load_plan(LoadShape::soak).duration, 900);
}

TEST(Slo, WhatIsNotNamedHasNoLimit) {
  const auto slo = parse_slo("ttft=2s,tpot=100ms");
  ASSERT_TRUE(slo);
  EXPECT_EQ(slo->ttft, 2);
  EXPECT_EQ(slo->tpot, 0.1);
  EXPECT_EQ(slo->latency, 0);
  ASSERT_TRUE(parse_slo("latency=30s"));
  EXPECT_EQ(parse_slo("latency=30s")->ttft, 0);
  for (const char* text : {"", "ttft", "ttft=", "ttft=x", "ttft=0s", "ttft=-1s", "speed=2s", "ttft=2s,"})
    EXPECT_FALSE(parse_slo(text)) << text;
}

TEST(Names, OfFaultsAndKindsAreAllThere) {
  EXPECT_STREQ(name_of(ReplyFault::none), "none");
  EXPECT_STREQ(name_of(ReplyFault::not_sent), "not_sent");
  EXPECT_STREQ(name_of(ReplyFault::stopped), "stopped");
  EXPECT_STREQ(name_of(ServerKind::llama_cpp), "llama.cpp");
  EXPECT_STREQ(name_of(ServerKind::other), "other");
}

}  // namespace
}  // namespace edgefit
