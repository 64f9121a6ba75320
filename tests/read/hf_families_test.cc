#include "read/hf_families.h"

#include <gtest/gtest.h>

#include <set>

namespace edgefit {
namespace {

TEST(HfFamilies, EveryTypeOnceAndEveryFamilyHasARow) {
  std::set<std::string_view> types;
  for (const auto& table : hf_families())
    for (const auto& row : table) {
      SCOPED_TRACE(row.model_type);
      EXPECT_TRUE(types.insert(row.model_type).second);
      const ArchitectureRow* known = find_architecture(row.model_type);
      ASSERT_NE(known, nullptr);
      EXPECT_EQ(known->name, row.family);
      EXPECT_EQ(known->fused_qkv, row.fused_qkv);
    }
  EXPECT_EQ(find_hf_family("no such type"), nullptr);
}

}  // namespace
}  // namespace edgefit
