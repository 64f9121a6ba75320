// The inner loops that are timed: reading memory, and multiplying and adding in registers as fast as the core can.
// One row a set of instructions; the widest that the processor has counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edgefit {

/// Reads every word once and returns something that depends on all of them, so that no read can be left out.
uint64_t read_all(std::span<const uint64_t> words);

/// Independent multiplications and additions in registers.
struct ArithmeticKernel {
  std::string_view name;     ///< "avx2"
  std::string_view feature;  ///< as Cpu::isa says; empty = every processor of this architecture
  double operations;         ///< of one round, a multiplication and an addition counted as two
  void (*run)(size_t rounds);
};

/// Widest first; the last of each needs no feature.
std::span<const ArithmeticKernel> fp32_kernels();
std::span<const ArithmeticKernel> int8_kernels();

/// The first whose instructions are there.
const ArithmeticKernel& choose_kernel(std::span<const ArithmeticKernel> kernels, const std::vector<std::string>& isa);

}  // namespace edgefit
