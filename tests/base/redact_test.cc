#include "base/redact.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Redact, IdsBecomeEightDigits) {
  const auto hidden = hide_ids("GPU-3f2b8c1d-0a4e-4c7b-9d11-5e6f7a8b9c0d");
  EXPECT_EQ(hidden.size(), 12U) << hidden;
  EXPECT_TRUE(hidden.starts_with("GPU-"));
  EXPECT_EQ(hide_ids("GPU-3F2B8C1D-0A4E-4C7B-9D11-5E6F7A8B9C0D"), hidden);  // the same id
  EXPECT_NE(hide_ids("GPU-3f2b8c1d-0a4e-4c7b-9d11-5e6f7a8b9c0e"), hidden);
  EXPECT_EQ(hide_ids("a 00:1b:21:3c:4d:5e b").find("00:1b"), std::string::npos);
  const std::string container(64, 'a');
  EXPECT_EQ(hide_ids("/docker/" + container + "/x").size(), std::string("/docker/12345678/x").size());
}

TEST(Redact, EverythingElseStays) {
  for (const std::string text :
       {"0000:01:00.0", "00000000:01:00.0", "fma avx2 f16c", "ffffffff,ffffffff", "25753026560", "", "GPU-3f2b8c1d",
        "1a2b-3c", "00:11:22:33:44", "user-1000.slice", "deadbeef-dead-beef-dead-beef"})
    EXPECT_EQ(hide_ids(text), text);
}

TEST(Redact, HidingTwiceChangesNothing) {
  const auto once = hide_ids("x 3f2b8c1d-0a4e-4c7b-9d11-5e6f7a8b9c0d y");
  EXPECT_EQ(hide_ids(once), once);
}

}  // namespace
}  // namespace edgefit
