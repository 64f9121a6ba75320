#include "report/why.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "report/sample.h"

namespace edgefit {
namespace {

using test::sample_answer;

std::vector<std::string> ids(const std::vector<const WhyEntry*>& entries) {
  std::vector<std::string> out;
  for (const auto* entry : entries) out.push_back(entry->id);
  return out;
}

TEST(Why, LinesThenSpeedsThenParts) {
  const Answer answer = sample_answer();
  const Why why(answer);
  std::vector<std::string> all;
  for (const auto& entry : why.entries()) all.push_back(entry.id);
  EXPECT_THAT(all, testing::ElementsAre("ram.runtime", "gpu0.weights", "gpu0.kv_cache", "gpu0.runtime", "decode",
                                        "time_to_first_token", "kv_row"));
}

TEST(Why, TermsFindLinesSpeedsPartsAndPools) {
  const Answer answer = sample_answer();
  const Why why(answer);
  EXPECT_THAT(ids(why.matching("kv_cache")), testing::ElementsAre("gpu0.kv_cache"));
  EXPECT_THAT(ids(why.matching("runtime")), testing::ElementsAre("ram.runtime", "gpu0.runtime"));
  EXPECT_THAT(ids(why.matching("gpu0")), testing::ElementsAre("gpu0.weights", "gpu0.kv_cache", "gpu0.runtime"));
  EXPECT_THAT(ids(why.matching("decode")), testing::ElementsAre("decode"));
  EXPECT_THAT(ids(why.matching("kv_row")), testing::ElementsAre("kv_row"));
  EXPECT_TRUE(why.matching("kv").empty());
  EXPECT_THAT(why.terms(), testing::IsSupersetOf({"kv_cache", "weights", "decode", "kv_row", "gpu0.kv_cache"}));
}

TEST(Why, PartsOfTheSameNameAndOtherValueGetTheirOwnId) {
  Answer answer = sample_answer();
  const Given given(answer.trace.get());
  const auto part = [&given](double n) {
    return (given(n, "n", Origin::Kind::file, "f") * Figure<Bytes>(Bytes{1})).named("part", "r");
  };
  answer.assessment.pools[1].lines[0].bytes = (part(2) + part(3)).named("weights", "w");
  answer.assessment.pools[1].lines[2].bytes = (part(2) + part(4)).named("runtime", "x");
  const Why why(answer);
  std::set<std::string> parts;
  for (const auto& entry : why.entries()) {
    if (entry.id.starts_with("part")) parts.insert(entry.id);
  }
  EXPECT_THAT(parts, testing::ElementsAre("part", "part#2", "part#3"));
}

TEST(Why, GivenNumbersAreCountedOnce) {
  const Answer answer = sample_answer();
  const auto& kv = answer.assessment.pools[1].lines[1];
  EXPECT_EQ(givens_below({kv.bytes.why, kv.bytes.why}).size(), 5u);
  EXPECT_TRUE(givens_below({nullptr}).empty());
}

}  // namespace
}  // namespace edgefit
