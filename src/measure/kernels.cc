#include "measure/kernels.h"

#include <algorithm>
#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace edgefit {
namespace {

// Keeps a value alive, and lets the compiler think that it changes: nothing is computed once for all rounds. A macro,
// because a function without the caller's instructions cannot hold its registers.
#if defined(__x86_64__)
#define EDGEFIT_TOUCH(value) asm volatile("" : "+v"(value))
#else
#define EDGEFIT_TOUCH(value) asm volatile("" : "+w"(value))
#endif

// As many accumulators as hide the latency of one unit's multiply-add on all its pipes (4 cycles x 2, and some).
constexpr size_t kChains = 12;

// Vectors of the compiler: 16 bytes are one register of every 64-bit processor.
using Floats = float __attribute__((vector_size(16)));
using Words = uint64_t __attribute__((vector_size(32)));

void plain_fp32(size_t rounds) {
  std::array<Floats, kChains> sums{};
  Floats factor = {0.5f, 0.5f, 0.5f, 0.5f};
  for (size_t i = 0; i < rounds; ++i) {
    EDGEFIT_TOUCH(factor);
    for (auto& sum : sums) sum = sum * factor + factor;
  }
  for (auto& sum : sums) EDGEFIT_TOUCH(sum);
}

using Shorts = int16_t __attribute__((vector_size(16)));

/// Without instructions for dot products of bytes: products of their 16-bit forms, as narrow processors do it.
void plain_int8(size_t rounds) {
  std::array<Shorts, kChains> sums{};
  Shorts factor = {1, 2, 3, 4, 5, 6, 7, 8};
  for (size_t i = 0; i < rounds; ++i) {
    EDGEFIT_TOUCH(factor);
    for (auto& sum : sums) sum = sum + factor * factor;
  }
  for (auto& sum : sums) EDGEFIT_TOUCH(sum);
}

#if defined(__x86_64__)

__attribute__((target("avx2,fma"))) void fma_fp32(size_t rounds) {
  __m256 sums[kChains];
  for (auto& sum : sums) sum = _mm256_setzero_ps();
  __m256 factor = _mm256_set1_ps(0.5f);
  for (size_t i = 0; i < rounds; ++i) {
    EDGEFIT_TOUCH(factor);
    for (auto& sum : sums) sum = _mm256_fmadd_ps(sum, factor, factor);
  }
  for (auto& sum : sums) EDGEFIT_TOUCH(sum);
}

__attribute__((target("avx512f"))) void avx512_fp32(size_t rounds) {
  __m512 sums[kChains];
  for (auto& sum : sums) sum = _mm512_setzero_ps();
  __m512 factor = _mm512_set1_ps(0.5f);
  for (size_t i = 0; i < rounds; ++i) {
    EDGEFIT_TOUCH(factor);
    for (auto& sum : sums) sum = _mm512_fmadd_ps(sum, factor, factor);
  }
  for (auto& sum : sums) EDGEFIT_TOUCH(sum);
}

/// As llama.cpp multiplies quantised weights on AVX2: bytes to pairs of 16 bits, those to 32.
__attribute__((target("avx2"))) void avx2_int8(size_t rounds) {
  __m256i sums[kChains];
  for (auto& sum : sums) sum = _mm256_setzero_si256();
  __m256i bytes = _mm256_set1_epi8(3);
  const __m256i ones = _mm256_set1_epi16(1);
  for (size_t i = 0; i < rounds; ++i) {
    for (auto& sum : sums) {
      EDGEFIT_TOUCH(bytes);
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, bytes), ones));
    }
  }
  for (auto& sum : sums) EDGEFIT_TOUCH(sum);
}

__attribute__((target("avx2,avxvnni"))) void vnni_int8(size_t rounds) {
  __m256i sums[kChains];
  for (auto& sum : sums) sum = _mm256_setzero_si256();
  __m256i bytes = _mm256_set1_epi8(3);
  for (size_t i = 0; i < rounds; ++i) {
    EDGEFIT_TOUCH(bytes);
    for (auto& sum : sums) sum = _mm256_dpbusd_avx_epi32(sum, bytes, bytes);
  }
  for (auto& sum : sums) EDGEFIT_TOUCH(sum);
}

__attribute__((target("avx512f,avx512vnni"))) void avx512_int8(size_t rounds) {
  __m512i sums[kChains];
  for (auto& sum : sums) sum = _mm512_setzero_si512();
  __m512i bytes = _mm512_set1_epi8(3);
  for (size_t i = 0; i < rounds; ++i) {
    EDGEFIT_TOUCH(bytes);
    for (auto& sum : sums) sum = _mm512_dpbusd_epi32(sum, bytes, bytes);
  }
  for (auto& sum : sums) EDGEFIT_TOUCH(sum);
}

#endif

constexpr double kChainCount = static_cast<double>(kChains);

constexpr std::array kFp32 = {
#if defined(__x86_64__)
    ArithmeticKernel{"avx512", "avx512f", kChainCount * 16 * 2, avx512_fp32},
    ArithmeticKernel{"avx2 fma", "fma", kChainCount * 8 * 2, fma_fp32},
#endif
    ArithmeticKernel{"128 bit", "", kChainCount * 4 * 2, plain_fp32},
};

constexpr std::array kInt8 = {
#if defined(__x86_64__)
    ArithmeticKernel{"avx512 vnni", "avx512_vnni", kChainCount * 64 * 2, avx512_int8},
    ArithmeticKernel{"avx vnni", "avx_vnni", kChainCount * 32 * 2, vnni_int8},
    ArithmeticKernel{"avx2", "avx2", kChainCount * 32 * 2, avx2_int8},
#endif
    ArithmeticKernel{"128 bit", "", kChainCount * 8 * 2, plain_int8},
};

}  // namespace

uint64_t read_all(std::span<const uint64_t> words) {
  constexpr size_t kLanes = 4, kStreams = 4, kStep = kLanes * kStreams;
  Words sums[kStreams] = {};
  size_t i = 0;
  for (; i + kStep <= words.size(); i += kStep) {
    for (size_t s = 0; s < kStreams; ++s) {
      Words read;
      __builtin_memcpy(&read, words.data() + i + s * kLanes, sizeof read);
      sums[s] ^= read;
    }
  }
  uint64_t out = 0;
  for (; i < words.size(); ++i) out ^= words[i];
  for (const Words& sum : sums)
    for (size_t lane = 0; lane < kLanes; ++lane) out ^= sum[lane];
  return out;
}

std::span<const ArithmeticKernel> fp32_kernels() {
  return kFp32;
}

std::span<const ArithmeticKernel> int8_kernels() {
  return kInt8;
}

const ArithmeticKernel& choose_kernel(std::span<const ArithmeticKernel> kernels, const std::vector<std::string>& isa) {
  return *std::find_if(kernels.begin(), kernels.end(), [&isa](const ArithmeticKernel& kernel) {
    return kernel.feature.empty() || std::find(isa.begin(), isa.end(), kernel.feature) != isa.end();
  });
}

}  // namespace edgefit
