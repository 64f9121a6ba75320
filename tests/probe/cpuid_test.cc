#include "probe/cpuid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using ::testing::Contains;
using ::testing::Not;

// The leaves of a Ryzen of family 26 (0x1a), model 0x24: 0xf + 0xb, 4 + 0x20.
constexpr const char* kDump =
    "# mask e[abcd]x => e[abcd]x\n"
    "1 0 0 0 0 => 10 68747541 444d4163 69746e65\n"
    "1 1 0 0 0 => b20f40 180800 7ed8320b 178bfbff\n"
    "5 7 0 0 0 => 1 f1bf97ab 19405fde 10000110\n"
    "5 7 0 1 0 => 30 0 0 0\n"
    "1 80000002 0 0 0 => 20444d41 657a7952 4941206e 48203920\n"
    "1 80000003 0 0 0 => 20202020 20202020 20202020 20202020\n"
    "1 80000004 0 0 0 => 20202020 20202020 20202020 202020\n"
    "broken line\n1 2 3 => 4\n5 7 0 0 zz => 1 1 1 1\n";

TEST(Cpuid, DumpBecomesAProcessor) {
  const auto info = cpuinfo_of(parse_cpuid(kDump));
  EXPECT_EQ(info.vendor, "AuthenticAMD");
  EXPECT_EQ(info.family, 26);
  EXPECT_EQ(info.model, 0x24);
  EXPECT_EQ(info.model_name, "AMD Ryzen AI 9 H");
  EXPECT_THAT(info.flags, Contains("avx512_bf16"));
  EXPECT_THAT(info.flags, Contains("avx_vnni"));
  EXPECT_THAT(info.flags, Not(Contains("amx_tile")));
}

TEST(Cpuid, TextRoundTrip) {
  const auto cpuid = parse_cpuid(kDump);
  EXPECT_EQ(cpuid.size(), 7U);
  const auto again = parse_cpuid(cpuid_text(cpuid));
  EXPECT_EQ(cpuid_features(again), cpuid_features(cpuid));
}

TEST(Cpuid, UsableIsAPartOfPresent) {
  const auto host = Probe(ProbeOptions{}).finish();
  if (!host.cpu.isa_present) GTEST_SKIP() << "no CPUID here";
  ASSERT_TRUE(host.cpu.isa);
  for (const auto& word : *host.cpu.isa) EXPECT_THAT(*host.cpu.isa_present, Contains(word));
}

TEST(Cpuid, DumpInsteadOfARoot) {
  test::Machine machine;
  machine.file("/pu0", kDump);
  EXPECT_TRUE(is_cpuid_dump(machine.root()));
  EXPECT_FALSE(is_cpuid_dump(Root()));
  machine.file("/proc/cpuinfo", "");
  EXPECT_FALSE(is_cpuid_dump(machine.root()));
}

TEST(Cpuid, NothingIsNoFeature) {
  EXPECT_TRUE(cpuid_features({}).empty());
  EXPECT_EQ(cpuinfo_of({}).family, -1);
}

TEST(Cpuid, Avx10NeedsTheRegistersOfAvx512) {
  test::Machine machine;
  machine.small_box().file("/edgefit/cpuid", "5 7 0 1 0 => 30 0 0 80000\n");
  const auto without = machine.probe();
  EXPECT_THAT(*without.cpu.isa_present, Contains("avx10"));
  EXPECT_THAT(*without.cpu.isa, Not(Contains("avx10")));  // the kernel does not save them
  machine.file("/proc/cpuinfo", "processor : 0\nflags : lm avx2 avx512f\n");
  EXPECT_THAT(*machine.probe().cpu.isa, Contains("avx10"));
}

}  // namespace
}  // namespace edgefit
