#include "measure/kernels.h"

#include <gtest/gtest.h>

#include <numeric>

namespace edgefit {
namespace {

TEST(Kernels, ReadingTouchesEveryWord) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{15}, size_t{16}, size_t{1000}}) {
    std::vector<uint64_t> words(size);
    std::iota(words.begin(), words.end(), 12345);
    uint64_t expected = 0;
    for (const uint64_t word : words) expected ^= word;
    EXPECT_EQ(read_all(words), expected) << size;
    if (size == 0) continue;
    words[size / 2] ^= 1;
    EXPECT_NE(read_all(words), expected) << size;
  }
}

TEST(Kernels, TheWidestThatIsThereCounts) {
  EXPECT_EQ(choose_kernel(fp32_kernels(), {}).feature, "");
  EXPECT_EQ(choose_kernel(int8_kernels(), {"sse2"}).feature, "");
#if defined(__x86_64__)
  EXPECT_EQ(choose_kernel(fp32_kernels(), {"avx2", "fma"}).name, "avx2 fma");
  EXPECT_EQ(choose_kernel(fp32_kernels(), {"fma", "avx512f"}).name, "avx512");
  EXPECT_EQ(choose_kernel(int8_kernels(), {"avx2", "avx_vnni"}).name, "avx vnni");
#endif
}

TEST(Kernels, WiderOnesDoMoreARound) {
  for (const auto kernels : {fp32_kernels(), int8_kernels()})
    for (size_t i = 1; i < kernels.size(); ++i) EXPECT_GE(kernels[i - 1].operations, kernels[i].operations);
}

TEST(Kernels, ThePlainOnesRunEverywhere) {
  choose_kernel(fp32_kernels(), {}).run(1000);
  choose_kernel(int8_kernels(), {}).run(1000);
}

}  // namespace
}  // namespace edgefit
