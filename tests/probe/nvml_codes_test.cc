#include "probe/nvml_codes.h"

#include <gtest/gtest.h>

#include <string>

namespace edgefit {
namespace {

TEST(NvmlCodes, EveryCodeHasItsText) {
  for (int code = 1; code <= 29; ++code) {
    const auto* row = find_nvml_code(std::to_string(code));
    ASSERT_NE(row, nullptr) << code;
    EXPECT_NE(std::string(row->text), "");
  }
  EXPECT_EQ(find_nvml_code("999")->state, GpuState::no_library);
  EXPECT_EQ(find_nvml_code("15")->state, GpuState::lost);
  EXPECT_EQ(find_nvml_code("12345"), nullptr);
  EXPECT_TRUE(is_quiet_nvml_code("3"));
  EXPECT_FALSE(is_quiet_nvml_code("4"));
}

}  // namespace
}  // namespace edgefit
