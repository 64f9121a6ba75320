#include "probe/level_zero.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "probe/inquiry.h"
#include "support/machine.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

std::string fake(const std::string& scenario) {
  return std::string(EDGEFIT_FAKE_LIBRARIES) + "/fake_level_zero_" + scenario + ".so";
}

Host ask(const std::string& scenario, Host host, int deadline_ms = 5000) {
  auto inquiry = Inquiry::start(
      Root(), "level_zero", [&](const Child::Write& write) { report_level_zero(fake(scenario), write); }, deadline_ms);
  const auto text = inquiry.finish();
  note_failure(inquiry, text, host);
  if (inquiry.outcome() == Inquiry::Outcome::answered) join_level_zero(parse_vendor_report(text), host);
  return host;
}

Host seen_cards() {
  Host host;
  for (const char* bdf : {"0000:00:02.0", "0000:03:00.0"}) {
    Gpu gpu;
    gpu.id = gpu.bdf = bdf;
    gpu.vendor = "Intel";
    host.gpus.push_back(gpu);
  }
  host.gpus[0].kind = GpuClass::integrated;
  return host;
}

TEST(LevelZero, FillsWhatSysfsLeftOpen) {
  ::setenv("ZE_AFFINITY_MASK", "1", 1);  // hides nothing here: visibility is settled elsewhere
  const auto host = ask("two_cards", seen_cards());
  ::unsetenv("ZE_AFFINITY_MASK");
  EXPECT_TRUE(host.errors.empty());
  ASSERT_EQ(host.gpus.size(), 2U);
  const Gpu &inside = host.gpus[0], &card = host.gpus[1];
  EXPECT_EQ(*card.name, "Intel(R) Arc(TM) B580 Graphics");
  EXPECT_EQ(card.vram_total->value, 12 * kGiB);
  EXPECT_EQ(card.max_alloc->value, 11 * kGiB);
  EXPECT_EQ(*card.sm_count, 20);
  ASSERT_EQ(card.runtimes.size(), 1U);  // the second driver shows the same card
  EXPECT_EQ(card.runtimes[0], (std::pair<std::string, std::string>{"level-zero", "1.6"}));
  EXPECT_FALSE(inside.vram_total);
  EXPECT_EQ(inside.shared_max->value, 28 * kGiB);
  EXPECT_EQ(inside.max_alloc->value, 4 * kGiB);
}

TEST(LevelZero, SysmanTellsFreeMemoryAndBandwidth) {
  const auto host = ask("two_cards", seen_cards());
  const Gpu &inside = host.gpus[0], &card = host.gpus[1];
  EXPECT_EQ(card.vram_free->value, 9 * kGiB);
  EXPECT_EQ(card.vram_used->value, 3 * kGiB);
  EXPECT_EQ(card.peak_bandwidth->value, 456e9);
  EXPECT_FALSE(inside.vram_free);
  EXPECT_FALSE(inside.peak_bandwidth);
  // For a user without rights all is free and bandwidth is refused: neither is an answer, and none is an error.
  for (const char* silent : {"all_free", "no_sysman"}) {
    const auto plain = ask(silent, seen_cards());
    EXPECT_TRUE(plain.errors.empty()) << silent;
    EXPECT_FALSE(plain.gpus[1].vram_free) << silent;
    EXPECT_FALSE(plain.gpus[1].vram_used) << silent;
    EXPECT_FALSE(plain.gpus[1].peak_bandwidth) << silent;
    EXPECT_EQ(plain.gpus[1].vram_total->value, 12 * kGiB) << silent;
  }
}

TEST(LevelZero, DriversWordStands) {
  auto host = seen_cards();
  host.gpus[0].shared_max = {Bytes{100}, {Origin::Kind::driver, "x"}};
  host.gpus[1].vram_total = {Bytes{200}, {Origin::Kind::driver, "xe"}};
  host = ask("two_cards", host);
  EXPECT_EQ(host.gpus[0].shared_max->value, 100);
  EXPECT_EQ(host.gpus[1].vram_total->value, 200);
}

TEST(LevelZero, GraphicsOfTheProcessorAreNoPool) {
  auto host = seen_cards();
  host.gpus[0].kind = GpuClass::discrete;  // as PCI might place it
  host = ask("two_cards", host);
  EXPECT_EQ(host.gpus[0].kind, GpuClass::integrated);
  EXPECT_FALSE(host.gpus[0].vram_total);
  number_pools(host);
  EXPECT_EQ(pools_of(host).size(), 2U);
}

TEST(LevelZero, CardsOfWindowsAreNamed) {
  auto host = ask("two_cards", {});
  ASSERT_EQ(host.gpus.size(), 2U);
  EXPECT_EQ(host.gpus[0].kind, GpuClass::integrated);
  EXPECT_EQ(host.gpus[1].pci, "8086:e20b");
}

TEST(LevelZero, FieldsFailOneByOne) {
  const auto host = ask("field_errors", seen_cards());
  EXPECT_FALSE(host.gpus[1].name);
  EXPECT_EQ(*host.gpus[0].name, "Intel(R) Arc(TM) Graphics");
  EXPECT_FALSE(host.gpus[0].shared_max);  // "unsupported feature": unknown, and no error
  ASSERT_EQ(host.errors.size(), 2U);      // one card, seen by two drivers
  EXPECT_EQ(host.errors[0].code, "0x70000001");
  EXPECT_THAT(host.errors[0].text, HasSubstr("removed"));
}

TEST(LevelZero, EveryCodeHasItsText) {
  for (const char* code :
       {"0x1", "0x70000001", "0x70000002", "0x70000003", "0x70000006", "0x70000007", "0x70010000", "0x70010001",
        "0x70020000", "0x78000001", "0x78000002", "0x78000004", "0x78000005", "0x78000007", "0x7ffffffe"}) {
    ::setenv("EDGEFIT_FAKE_CODE", code, 1);
    const auto host = ask("scripted_code", seen_cards());
    ASSERT_EQ(host.errors.size(), 1U) << code;
    EXPECT_EQ(host.errors[0].code, code);
    EXPECT_FALSE(host.errors[0].text.empty()) << code;
  }
  ::unsetenv("EDGEFIT_FAKE_CODE");
}

struct Failure {
  const char* scenario;
  const char* text;
};
class LevelZeroFailures : public ::testing::TestWithParam<Failure> {};

TEST_P(LevelZeroFailures, CostOneLine) {
  const auto host = ask(GetParam().scenario, seen_cards(), 300);
  ASSERT_EQ(host.errors.size(), 1U);
  EXPECT_THAT(host.errors[0].text, HasSubstr(GetParam().text));
  for (const auto& gpu : host.gpus) {
    EXPECT_FALSE(gpu.name);
    EXPECT_EQ(gpu.state, GpuState::usable);
  }
}

INSTANTIATE_TEST_SUITE_P(All, LevelZeroFailures,
                         ::testing::Values(Failure{"hang", "deadline"}, Failure{"hang_on_load", "deadline"},
                                           Failure{"crash", "signal 6"}, Failure{"leave", "exit code 0"}),
                         [](const auto& info) { return std::string(info.param.scenario); });

TEST(LevelZero, LibraryWithoutItsFunctionsOrItself) {
  EXPECT_FALSE(ask("missing_symbol", seen_cards()).gpus[0].name);
  EXPECT_EQ(ask("not_there", seen_cards()).errors.at(0).call, "dlopen");
}

TEST(LevelZero, AskedOnlyWhereAnIntelGpuHasADriver) {
  const auto wants = [](const char* vendor, const char* driver) {
    test::Machine machine;
    machine.pci("0000:03:00.0", "0x030000", vendor, "0x008e", driver);
    return wants_level_zero(scan_pci(machine.root()));
  };
  EXPECT_TRUE(wants("0x8086", "xe"));
  EXPECT_TRUE(wants("0x8086", "i915"));
  EXPECT_TRUE(wants("0x1414", "dxgkrnl"));
  EXPECT_FALSE(wants("0x8086", ""));
  EXPECT_FALSE(wants("0x8086", "vfio-pci"));
  EXPECT_FALSE(wants("0x1002", "amdgpu"));
}

}  // namespace
}  // namespace edgefit
