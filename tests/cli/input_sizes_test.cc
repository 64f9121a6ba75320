#include "cli/input_sizes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(InputSizes, AreReadByName) {
  const auto sizes = parse_input_sizes({"images=1x3x640x640", "a=b=2", "rate="}, "8");
  ASSERT_TRUE(sizes);
  EXPECT_THAT(sizes->inputs.at("images"), ElementsAre(1, 3, 640, 640));
  EXPECT_THAT(sizes->inputs.at("a=b"), ElementsAre(2));
  EXPECT_THAT(sizes->inputs.at("rate"), IsEmpty());
  EXPECT_EQ(sizes->batch, 8);
  EXPECT_FALSE(parse_input_sizes({}, "")->batch);
}

TEST(InputSizes, HostileValuesAreErrors) {
  for (const char* typed : {"images", "=1x2", "x=1xx2", "x=1x", "x=x1", "x=0x3", "x=-1x3", "x=1 x3", "x=1x3e9",
                            "x=99999999999999999999", "x=2147483647x2147483647", "x=1x1x1x1x1x1x1x1x1"}) {
    const auto sizes = parse_input_sizes({typed}, "");
    ASSERT_FALSE(sizes) << typed;
    EXPECT_EQ(sizes.error().where, "--input") << typed;
  }
  EXPECT_FALSE(parse_input_sizes({"x=1", "x=2"}, ""));
  for (const char* batch : {"0", "-1", "1e3", "2147483648", "x"}) EXPECT_FALSE(parse_input_sizes({}, batch)) << batch;
}

}  // namespace
}  // namespace edgefit
