#include "edgefit/precision.h"

#include <gtest/gtest.h>

#include <set>

namespace edgefit {
namespace {

TEST(Precision, TypesHaveTheirBlocks) {
  const GgmlType* q4_k = find_ggml_type(12U);
  ASSERT_NE(q4_k, nullptr);
  EXPECT_EQ(q4_k->name, "q4_k");
  EXPECT_EQ(row_bytes(*q4_k, 4096), 2304);
  EXPECT_EQ(row_bytes(*find_ggml_type("Q8_0"), 128), 136);
  EXPECT_EQ(find_ggml_type(4U), nullptr);
  EXPECT_EQ(find_ggml_type("nonsense"), nullptr);
}

TEST(Precision, IdsAndNamesAreUnique) {
  std::set<uint32_t> ids;
  std::set<std::string_view> names;
  for (const auto& type : ggml_types()) {
    EXPECT_TRUE(ids.insert(type.id).second) << type.name;
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
  }
  std::set<std::string_view> precision_names;
  for (const auto& p : precisions()) EXPECT_TRUE(precision_names.insert(p.name).second) << p.name;
}

TEST(Precision, EveryBaseTypeExists) {
  for (const auto& p : precisions()) {
    if (p.base_type.empty()) continue;
    EXPECT_NE(find_ggml_type(p.base_type), nullptr) << p.name;
  }
  for (const auto& p : precisions()) EXPECT_GT(p.bytes_per_weight, 0.1) << p.name;
}

TEST(Precision, AliasesAndCase) {
  EXPECT_EQ(find_precision("FP16")->name, "f16");
  EXPECT_EQ(find_precision("bfloat16")->name, "bf16");
  EXPECT_EQ(find_precision("q4_K_m")->name, "q4_k_m");
  EXPECT_EQ(find_precision("AWQ")->name, "int4");
  EXPECT_EQ(find_precision("unheard"), nullptr);
}

TEST(Precision, DigitsInUnknownNamesTellTheBytes) {
  EXPECT_DOUBLE_EQ(bytes_from_name("w4a8kv4").value(), 0.5);
  EXPECT_DOUBLE_EQ(bytes_from_name("my-4bit-mix").value(), 0.5);
  EXPECT_DOUBLE_EQ(bytes_from_name("int8-special").value(), 1.0);
  EXPECT_FALSE(bytes_from_name("mystery").has_value());
}

}  // namespace
}  // namespace edgefit
