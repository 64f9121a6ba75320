#include "verify/golden_text.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(GoldenText, OneSpellingOfACharacter) {
  const std::string composed =
                        "Gr\xc3\xbc\xc3\x9f"
                        "e",
                    apart =
                        "Gru\xcc\x88\xc3\x9f"
                        "e";
  EXPECT_EQ(normal_text(apart, {}), composed);
  EXPECT_NE(normal_text(apart, {false, true, false, false}), composed);
}

TEST(GoldenText, CaseIsFoldedAsUnicodeSays) {
  const NormalForm form{true, true, true, false};
  EXPECT_EQ(normal_text("STRASSE", form), normal_text("Stra\xc3\x9f"
                                                      "e",
                                                      form));
  EXPECT_EQ(normal_text("\xc3\x84"
                        "PFEL",
                        form),
            normal_text("\xc3\xa4"
                        "pfel",
                        form));
  EXPECT_NE(normal_text("A", {}), normal_text("a", {}));
}

TEST(GoldenText, SpaceAndDecimalComma) {
  EXPECT_EQ(normal_text(" \n a b \t", {}), "a b");
  EXPECT_EQ(normal_text(" a", {true, false, false, false}), " a");
  EXPECT_EQ(normal_text("1,5 und a,b und 2,", {true, true, false, true}), "1.5 und a,b und 2,");
}

TEST(GoldenText, BytesThatAreNoTextAreShown) {
  EXPECT_EQ(normal_text("a\xff"
                        "b",
                        {}),
            "a\\xffb");
}

}  // namespace
}  // namespace edgefit
