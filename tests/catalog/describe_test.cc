#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/catalog.h"

namespace edgefit {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

BoxFlags box(std::initializer_list<const char*> gpus) {
  BoxFlags flags;
  for (const char* text : gpus) {
    const auto flag = parse_gpu_flag(text);
    EXPECT_TRUE(flag) << text;
    if (flag) flags.gpus.push_back(*flag);
  }
  return flags;
}

BoxFlags system_box(const char* key) {
  BoxFlags flags;
  flags.system = key;
  return flags;
}

std::string problem_of(const BoxFlags& flags) {
  const auto host = describe_host(flags);
  return host ? "none" : host.error().what + " | " + host.error().where + " | " + host.error().hint;
}

TEST(GpuFlag, ReadsAllParts) {
  const auto flag = parse_gpu_flag("2x generic-cuda , 24GiB, 900 GB/s");
  ASSERT_TRUE(flag);
  EXPECT_EQ(flag->key, "generic-cuda");
  EXPECT_EQ(flag->count, 2);
  EXPECT_EQ(flag->vram->value, 24 * kGiB);
  EXPECT_EQ(flag->bandwidth->value, 900e9);
}

TEST(GpuFlag, ReadsTheShortForms) {
  EXPECT_EQ(parse_gpu_flag("RTX 4090")->key, "RTX 4090");
  EXPECT_EQ(parse_gpu_flag("4xl4")->count, 4);
  EXPECT_EQ(parse_gpu_flag("4xl4")->key, "l4");
  EXPECT_EQ(parse_gpu_flag("3090")->key, "3090");
  EXPECT_EQ(parse_gpu_flag("l4,,1GiB/s")->bandwidth->value, kGiB);
  EXPECT_FALSE(parse_gpu_flag("l4,,1GiB/s")->vram);
  EXPECT_EQ(parse_gpu_flag("l4,24GB")->vram->value, 24e9);
}

TEST(GpuFlag, RefusesTheRest) {
  for (const char* text : {"", ",", ",24GiB", "l4,24", "l4,24 parsecs", "l4,-1GiB", "l4,24GiB,900", "l4,24GiB,900 MB",
                           "l4,24GiB,-1GB/s", "l4,24GiB,infGB/s", "l4,24GiB,nanGB/s", "l4,24GiB,900GB/s,4", "0x l4",
                           "65x l4", "99999999999999999999x l4", "2x"}) {
    const auto flag = parse_gpu_flag(text);
    ASSERT_FALSE(flag) << text;
    EXPECT_THAT(flag.error().where, HasSubstr("--gpu"));
  }
}

TEST(Describe, TwoCards) {
  auto flags = box({"2x rtx 4090"});
  flags.ram = gib(64);
  const auto host = describe_host(flags);
  ASSERT_TRUE(host);
  EXPECT_EQ(host->mode, Host::Mode::described);
  ASSERT_EQ(host->gpus.size(), 2u);
  EXPECT_EQ(host->gpus[1].pool, "gpu1");
  EXPECT_EQ(host->memory.os_total->value, 64 * kGiB);
  EXPECT_EQ(host->memory.os_total.origin.kind, Origin::Kind::user);
  EXPECT_FALSE(host->memory.available);
  EXPECT_FALSE(host->cpu.cores);
  EXPECT_FALSE(host->memory.peak_bandwidth);
  EXPECT_TRUE(host->storage.empty());
}

TEST(Describe, UnstatedRamIsUnknown) {
  const auto host = describe_host(box({"l4"}));
  ASSERT_TRUE(host);
  EXPECT_FALSE(host->memory.os_total);
  EXPECT_THAT(host->memory.os_total.remedy, HasSubstr("--ram"));
}

TEST(Describe, UserFiguresWin) {
  const auto host = describe_host(box({"rtx 4090,48GiB,2000GB/s"}));
  ASSERT_TRUE(host);
  EXPECT_EQ(host->gpus[0].vram_total->value, 48 * kGiB);
  EXPECT_EQ(host->gpus[0].vram_total.origin.kind, Origin::Kind::user);
  EXPECT_FALSE(host->gpus[0].vram_reserved);
  EXPECT_EQ(host->gpus[0].peak_bandwidth->value, 2000e9);
}

TEST(Describe, GenericDevicesNeedMemory) {
  const auto host = describe_host(box({"generic-rocm,16GiB,640GB/s"}));
  ASSERT_TRUE(host);
  EXPECT_EQ(host->gpus[0].vendor, "AMD");
  EXPECT_EQ(host->gpus[0].runtimes[0].first, "rocm");
  EXPECT_TRUE(describe_host(box({"Generic-CUDA,16GiB"})));
  EXPECT_FALSE(describe_host(box({"generic-cuda,16GiB"}))->gpus[0].peak_bandwidth);
  EXPECT_THAT(problem_of(box({"generic-vulkan"})), HasSubstr("memory size"));
}

TEST(Describe, SharedMemoryTakesTheOneSize) {
  const auto host = describe_host(box({"gb10"}));
  ASSERT_TRUE(host);
  EXPECT_EQ(host->memory.os_total->value, 128 * kGiB);
  EXPECT_EQ(host->memory.os_total.origin.kind, Origin::Kind::catalog);
  EXPECT_EQ(host->gpus[0].pool, "ram");
  EXPECT_EQ(host->memory.peak_bandwidth->value, 273.2e9);
}

TEST(Describe, SeveralSizesMustBeSaid) {
  auto flags = box({"apple-m4-max-40-core"});
  EXPECT_THAT(problem_of(flags), HasSubstr("--ram | 48, 64, 128 GiB"));
  flags.ram = gib(64);
  EXPECT_EQ(describe_host(flags)->memory.os_total->value, 64 * kGiB);
  EXPECT_THAT(problem_of(box({"rk3588-npu"})), HasSubstr("4, 8, 16, 32 GiB"));
  EXPECT_THAT(problem_of(system_box("minisforum-ms-r1")), HasSubstr("32, 64 GiB"));
  EXPECT_THAT(problem_of(system_box("asus-nuc14-pro-155h")), HasSubstr("up to 96 GiB"));
}

TEST(Describe, SharedDevicesAreNoCards) {
  EXPECT_THAT(problem_of(box({"gb10,64GiB"})), HasSubstr("no memory of its own"));
  EXPECT_THAT(problem_of(box({"2x gb10"})), HasSubstr("one box has one"));
}

TEST(Describe, NpusAreNoGpus) {
  auto flags = box({"rk3588-npu"});
  flags.ram = gib(16);
  const auto host = describe_host(flags);
  ASSERT_TRUE(host);
  EXPECT_TRUE(host->gpus.empty());
  ASSERT_EQ(host->npus.size(), 1u);
  EXPECT_EQ(host->npus[0].kind, "RK3588 NPU (3 cores)");
  EXPECT_EQ(host->npus[0].int8_peak->value, 6e12);
}

TEST(Describe, SystemsBringTheirParts) {
  const auto host = describe_host(system_box("framework-desktop-128"));
  ASSERT_TRUE(host);
  EXPECT_EQ(host->name, "Framework Desktop Ryzen AI Max+ 395 128GB");
  ASSERT_EQ(host->gpus.size(), 1u);
  EXPECT_EQ(host->gpus[0].catalog_key, "radeon-8060s");
  EXPECT_EQ(host->memory.os_total->value, 128 * kGiB);
  EXPECT_EQ(host->memory.peak_bandwidth->value, 256e9);
  EXPECT_EQ(*host->cpu.model, "Ryzen AI Max+ 395");
  EXPECT_EQ(*host->cpu.cores, 16);
}

TEST(Describe, CoresAreCountedFromTheText) {
  EXPECT_EQ(*describe_host(system_box("orange-pi-5-plus-16"))->cpu.cores, 8);
  EXPECT_EQ(*describe_host(system_box("mac-studio-m4-max-128"))->cpu.cores, 16);
  EXPECT_EQ(*describe_host(system_box("jetson-agx-thor-devkit"))->cpu.cores, 14);
  EXPECT_EQ(*describe_host(system_box("jetson-agx-thor-devkit"))->cpu.architecture, "aarch64");
  EXPECT_EQ(*describe_host(system_box("rpi5-8"))->cpu.cores, 4);
}

TEST(Describe, BoardMemoryOfAServerIsNotItsRam) {
  const auto host = describe_host(system_box("dgx-h200"));
  ASSERT_TRUE(host);
  ASSERT_EQ(host->gpus.size(), 8u);
  EXPECT_EQ(host->gpus[7].pool, "gpu7");
  EXPECT_FALSE(host->memory.os_total);
  EXPECT_FALSE(host->memory.peak_bandwidth);
}

TEST(Describe, EverySystemIsABoxOrSaysWhyNot) {
  for (const auto& row : systems()) {
    BoxFlags flags = system_box(std::string(row.key).c_str());
    flags.ram = gib(64);
    const auto host = describe_host(flags);
    EXPECT_EQ(host.has_value(), row.type != "accelerator add-on") << row.key;
  }
  EXPECT_THAT(problem_of(system_box("rpi-ai-hat-26")), HasSubstr("--gpu hailo-8"));
}

TEST(Describe, CpuFactsFollowTheTable) {
  BoxFlags flags;
  flags.cpu = "EPYC 9354";
  flags.ram = gib(384);
  const auto host = describe_host(flags);
  ASSERT_TRUE(host);
  EXPECT_EQ(*host->cpu.cores, 32);
  EXPECT_EQ(*host->cpu.pus, 64);
  EXPECT_EQ(*host->cpu.architecture, "x86_64");
  EXPECT_THAT(*host->cpu.isa, testing::IsSupersetOf({"avx2", "fma", "avx512f", "avx512_vnni"}));
  EXPECT_THAT(*host->cpu.isa, Not(Contains("amx_int8")));
  EXPECT_EQ(host->memory.peak_bandwidth->value, 460.8e9);
  EXPECT_FALSE(host->cpu.fp32_peak);
  EXPECT_TRUE(host->gpus.empty());
  flags.cpu = "intel-core-i9-13900k";
  EXPECT_THAT(*describe_host(flags)->cpu.isa, testing::IsSupersetOf({"avx2", "avx_vnni"}));
  EXPECT_THAT(*describe_host(flags)->cpu.isa, Not(Contains("avx512f")));
}

TEST(Describe, CpuMayBeASoc) {
  BoxFlags flags;
  flags.cpu = "gb10";
  const auto host = describe_host(flags);
  ASSERT_TRUE(host);
  EXPECT_EQ(*host->cpu.architecture, "aarch64");
  EXPECT_FALSE(host->cpu.cores);
  EXPECT_EQ(host->memory.os_total->value, 128 * kGiB);
  EXPECT_TRUE(host->gpus.empty());
  flags.cpu = "geforce-rtx-4090";
  EXPECT_THAT(problem_of(flags), HasSubstr("no processor"));
}

TEST(Describe, UnknownKeysAreUsageErrors) {
  EXPECT_THAT(problem_of(box({"rtx 4091"})), HasSubstr("did you mean"));
  EXPECT_THAT(problem_of(system_box("no-such-box-at-all")), HasSubstr("no system"));
}

}  // namespace
}  // namespace edgefit
