#include "catalog/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using testing::ElementsAre;

TEST(Words, SpellingDoesNotMatter) {
  EXPECT_THAT(words_of("NVIDIA GeForce RTX 4090"), ElementsAre("rtx", "4090"));
  EXPECT_EQ(words_of("rtx4090"), words_of("geforce-rtx-4090"));
  EXPECT_EQ(words_of("RX7900XTX"), words_of("Radeon RX 7900 XTX"));
  EXPECT_EQ(words_of("RTX 4090 Laptop GPU"), words_of("GeForce RTX 4090 Mobile"));
}

TEST(Words, BrandsThatTellProductsApartStay) {
  EXPECT_NE(words_of("Quadro RTX 6000"), words_of("RTX 6000"));
  EXPECT_NE(words_of("RTX 4070 Ti SUPER"), words_of("RTX 4070 Ti"));
}

TEST(Words, CondensedKeepsLettersAndDigits) {
  EXPECT_EQ(condensed("Llama.CPP"), "llamacpp");
  EXPECT_EQ(condensed(" - "), "");
}

TEST(Words, SubsequenceKeepsTheOrder) {
  EXPECT_TRUE(is_subsequence({"h", "100"}, {"h", "100", "sxm"}));
  EXPECT_TRUE(is_subsequence({"h", "80"}, {"h", "100", "80"}));
  EXPECT_FALSE(is_subsequence({"100", "h"}, {"h", "100"}));
  EXPECT_FALSE(is_subsequence({"h", "h"}, {"h", "100"}));
}

}  // namespace
}  // namespace edgefit
