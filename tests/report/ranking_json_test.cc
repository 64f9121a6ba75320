#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/ranking_sample.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

TEST(RankingJson, FollowsItsSchema) {
  const std::string schema = source_file("docs/schema/rank.schema.json");
  const std::string text = render_ranking_json(test::sample_ranking(), test::sample_rank_head());
  EXPECT_THAT(schema_errors(schema, text), testing::IsEmpty());
  EXPECT_THAT(schema_errors(schema, R"({"format":"edgefit.rank"})"), testing::Not(testing::IsEmpty()));
}

TEST(RankingJson, SaysHowManyFitBeyondTheLimit) {
  RankHead head = test::sample_rank_head();
  head.limit = 1;
  const auto json = nlohmann::json::parse(render_ranking_json(test::sample_ranking(), head));
  EXPECT_EQ(json["models"].size(), 1U);
  EXPECT_EQ(json["fitting"], 2);
  EXPECT_EQ(json["models"][0]["rank"], 1);
  EXPECT_EQ(json["models"][0]["model"], "llama-8b");
  EXPECT_EQ(json["models"][0]["limits"]["max_context"], 131072);
  EXPECT_EQ(json["left_out"].size(), 5U);
  EXPECT_EQ(json["left_out"][0]["reason"], "does_not_fit");
}

}  // namespace
}  // namespace edgefit
