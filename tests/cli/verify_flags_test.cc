#include "cli/verify_flags.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::TempDir;

TEST(VerifyFlags, UsersAndRateNameTheirShapes) {
  VerifyFlags typed;
  ASSERT_TRUE(load_plan(typed, 7));
  EXPECT_EQ(load_plan(typed, 7)->shape, LoadShape::single);
  EXPECT_EQ(load_plan(typed, 7)->seed, 7U);
  EXPECT_EQ(load_plan(typed, 7)->slo.tpot, 0.1);
  typed.users = "8";
  typed.think = "20s";
  EXPECT_EQ(load_plan(typed, 7)->shape, LoadShape::users);
  EXPECT_EQ(load_plan(typed, 7)->users, 8);
  EXPECT_EQ(load_plan(typed, 7)->think, 20);
  VerifyFlags open;
  open.rate = "0.5";
  EXPECT_EQ(load_plan(open, 7)->shape, LoadShape::open);
  EXPECT_EQ(load_plan(open, 7)->rate, 0.5);
}

TEST(VerifyFlags, ValuesGoWhereTheyBelong) {
  VerifyFlags typed;
  typed.shape = "soak";
  typed.requests = "5";
  typed.duration = "2min";
  typed.warmups = "0";
  typed.prompt = "64";
  typed.output = "32";
  typed.slo = "latency=9s";
  typed.in_time = "90%";
  typed.seed = "11";
  const auto plan = load_plan(typed, 7);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->shape, LoadShape::soak);
  EXPECT_EQ(plan->requests, 5);
  EXPECT_EQ(plan->duration, 120);
  EXPECT_EQ(plan->warmups, 0);
  EXPECT_EQ(plan->prompt_tokens, 64);
  EXPECT_EQ(plan->output_tokens, 32);
  EXPECT_EQ(plan->slo.latency, 9);
  EXPECT_EQ(plan->slo.ttft, 0);
  EXPECT_DOUBLE_EQ(plan->in_time, 0.9);
  EXPECT_EQ(plan->seed, 11U);
}

TEST(VerifyFlags, WhatDoesNotFitIsAProblem) {
  const auto refused = [](std::string VerifyFlags::*flag, const char* value, const char* shape = "") {
    VerifyFlags typed;
    typed.shape = shape;
    typed.*flag = value;
    return !load_plan(typed, 7).has_value();
  };
  EXPECT_TRUE(refused(&VerifyFlags::shape, "storm"));
  EXPECT_TRUE(refused(&VerifyFlags::shape, "users"));
  EXPECT_TRUE(refused(&VerifyFlags::shape, "open"));
  EXPECT_TRUE(refused(&VerifyFlags::shape, "long"));
  EXPECT_TRUE(refused(&VerifyFlags::think, "1s"));
  EXPECT_TRUE(refused(&VerifyFlags::burstiness, "1"));
  EXPECT_TRUE(refused(&VerifyFlags::users, "2", "soak"));
  EXPECT_TRUE(refused(&VerifyFlags::rate, "2", "users"));
  for (const char* value : {"0", "-1", "1.5", "x", "1001"}) EXPECT_TRUE(refused(&VerifyFlags::users, value)) << value;
  for (const char* value : {"0", "-1", "nan", "x"}) EXPECT_TRUE(refused(&VerifyFlags::rate, value)) << value;
  for (const char* value : {"101%", "-1%", "2", "x"}) EXPECT_TRUE(refused(&VerifyFlags::in_time, value)) << value;
  EXPECT_TRUE(refused(&VerifyFlags::duration, "0s"));
  EXPECT_TRUE(refused(&VerifyFlags::duration, "9 days"));
  EXPECT_TRUE(refused(&VerifyFlags::slo, "speed=1s"));
  EXPECT_TRUE(refused(&VerifyFlags::seed, "-1"));
  EXPECT_TRUE(refused(&VerifyFlags::prompt, "0"));
}

TEST(VerifyFlags, TheKeyComesFromOnePlaceAndIsNeverRepeated) {
  const TempDir folder;
  VerifyFlags typed;
  EXPECT_FALSE(endpoint_options(typed)) << "no address";
  typed.url = "http://localhost:1";
  EXPECT_EQ(endpoint_options(typed)->key, "");
  ::setenv("EDGEFIT_TEST_KEY", "sk-1\n", 1);
  typed.key_env = "EDGEFIT_TEST_KEY";
  EXPECT_EQ(endpoint_options(typed)->key, "sk-1");
  typed.key_file = folder.write("key", "sk-2\n");
  EXPECT_FALSE(endpoint_options(typed)) << "two keys";
  typed.key_env.clear();
  EXPECT_EQ(endpoint_options(typed)->key, "sk-2");
  for (const char* text : {"", "\n", "sk-3\r\nHost: evil", "sk 3", "sk-\xC3\xBC"}) {
    folder.write("key", text);
    const auto options = endpoint_options(typed);
    ASSERT_FALSE(options) << text;
    EXPECT_EQ((options.error().what + options.error().where + options.error().hint).find("sk-3"), std::string::npos);
  }
  typed.key_file = folder.at("none");
  EXPECT_FALSE(endpoint_options(typed));
  typed.key_file.clear();
  typed.key_env = "EDGEFIT_TEST_NO_KEY";
  EXPECT_FALSE(endpoint_options(typed));
  typed.key_env.clear();
  typed.ca_file = folder.at("none");
  EXPECT_FALSE(endpoint_options(typed));
  typed.ca_file.clear();
  typed.timeout = "0s";
  EXPECT_FALSE(endpoint_options(typed));
}

}  // namespace
}  // namespace edgefit
