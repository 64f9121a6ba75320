#include "probe/cpuinfo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using ::testing::ElementsAre;

TEST(CpuInfo, X86) {
  const auto info = parse_cpuinfo(
      "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC 9554\n"
      "flags\t\t: fpu sse4_2 avx avx2 fma f16c avx512f avx512_vnni avx512_bf16 rdseed\n"
      "address sizes\t: 52 bits physical, 57 bits virtual\n");
  EXPECT_EQ(info.vendor, "AuthenticAMD");
  EXPECT_EQ(info.model_name, "AMD EPYC 9554");
  EXPECT_EQ(info.family, 25);
  EXPECT_EQ(info.model, 17);
  EXPECT_EQ(info.physical_address_bits, 52);
  EXPECT_THAT(*usable_isa(info),
              ElementsAre("sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx512_bf16"));
}

TEST(CpuInfo, FeaturesAreWhatAllCoresHave) {
  const auto info = parse_cpuinfo(
      "processor : 0\nFeatures : fp asimd asimddp i8mm sve\nCPU implementer : 0x41\nCPU part : 0xd47\n"
      "processor : 1\nFeatures : fp asimd asimddp\nCPU implementer : 0x41\nCPU part : 0xd05\n");
  EXPECT_THAT(*usable_isa(info), ElementsAre("asimd", "asimddp"));
  ASSERT_EQ(info.parts.size(), 2U);
  EXPECT_STREQ(find_arm_core(info.parts[0])->name, "Cortex-A710");
  EXPECT_STREQ(find_arm_core(info.parts[1])->name, "Cortex-A55");
}

TEST(CpuInfo, RiscvVectorIsTheLetterBehindTheWidth) {
  EXPECT_THAT(*usable_isa(parse_cpuinfo("isa : rv64imafdcv_zicsr_zvfh\n")), ElementsAre("rvv", "zvfh"));
  EXPECT_THAT(*usable_isa(parse_cpuinfo("isa : rv64imafdc_zicsr\n")), ElementsAre());
}

TEST(CpuInfo, NoFlagsIsUnknownNotNone) {
  for (const char* text : {"", "garbage\n:::\n", "model name : x\n"}) {
    const auto isa = usable_isa(parse_cpuinfo(text));
    EXPECT_FALSE(isa);
    EXPECT_FALSE(isa.why.empty());
  }
}

TEST(CpuInfo, HostileNumbersAreBounded) {
  const auto info = parse_cpuinfo("cpu family : 99999999999999999999\naddress sizes : 9999 bits\nCPU part : zz\n");
  EXPECT_LE(info.family, 1000000);
  EXPECT_LE(info.physical_address_bits, 64);
  EXPECT_EQ(find_arm_core(info.parts.at(0)), nullptr);
}

}  // namespace
}  // namespace edgefit
