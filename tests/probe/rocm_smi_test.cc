#include "probe/rocm_smi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "probe/inquiry.h"
#include "support/machine.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

std::string fake(const std::string& scenario) {
  return std::string(EDGEFIT_FAKE_LIBRARIES) + "/fake_rocm_smi_" + scenario + ".so";
}

/// The library asked in a child, joined with `host` as the probe does it.
Host ask(const std::string& scenario, Host host, int deadline_ms = 5000) {
  auto inquiry = Inquiry::start(
      Root(), "rocm_smi", [&](const Child::Write& write) { report_rocm_smi(fake(scenario), write); }, deadline_ms);
  const auto text = inquiry.finish();
  note_failure(inquiry, text, host);
  if (inquiry.outcome() == Inquiry::Outcome::answered) join_rocm_smi(parse_vendor_report(text), host);
  return host;
}

Host seen_card(const char* bdf = "0000:04:00.0") {
  Host host;
  Gpu gpu;
  gpu.id = gpu.bdf = bdf;
  gpu.vendor = "AMD";
  host.gpus.push_back(gpu);
  return host;
}

TEST(RocmSmi, FillsWhatSysfsLeftOpen) {
  const auto host = ask("two_cards", seen_card());
  EXPECT_TRUE(host.errors.empty());
  ASSERT_EQ(host.gpus.size(), 1U);  // a card that PCI does not show beside one that it does is no second card
  const Gpu& gpu = host.gpus[0];
  EXPECT_EQ(*gpu.name, "AMD Radeon RX 7900 XTX");
  EXPECT_EQ(gpu.vram_total->value, 24 * kGiB);
  EXPECT_EQ(gpu.vram_free->value, 22 * kGiB);
  EXPECT_EQ(gpu.vram_used->value, 2 * kGiB);
  EXPECT_EQ(gpu.gtt_used->value, 4 * kGiB);
  EXPECT_EQ(gpu.gtt_total->value, 16 * kGiB);
  EXPECT_EQ(*gpu.driver, "6.12.12");
  EXPECT_EQ(gpu.vram_total.origin.kind, Origin::Kind::driver);
}

TEST(RocmSmi, DriversWordStands) {
  auto host = seen_card();
  Gpu& gpu = host.gpus[0];
  gpu.name = {"W7900", {Origin::Kind::driver, "product_name"}};
  gpu.vram_total = {Bytes{48 * kGiB}, {Origin::Kind::driver, "mem_info_vram_total"}};
  gpu.vram_free = {Bytes{40 * kGiB}, {Origin::Kind::driver, "mem_info_vram_used"}};
  gpu.driver = {"6.8.5", {Origin::Kind::driver, "/sys/module/amdgpu/version"}};
  const auto after = ask("two_cards", host).gpus.at(0);
  EXPECT_EQ(*after.name, "W7900");
  EXPECT_EQ(after.vram_total->value, 48 * kGiB);
  EXPECT_EQ(after.vram_free->value, 40 * kGiB);
  EXPECT_EQ(*after.driver, "6.8.5");
}

TEST(RocmSmi, CardsThatNothingElseShows) {
  auto host = ask("two_cards", {});
  ASSERT_EQ(host.gpus.size(), 2U);
  EXPECT_EQ(host.gpus[0].bdf, "0000:04:00.0");
  EXPECT_EQ(host.gpus[1].bdf, "30000:0a:00.0");  // a domain of more than 16 bits
  EXPECT_EQ(host.gpus[1].vendor, "AMD");
  number_pools(host);
  EXPECT_EQ(pools_of(host).size(), 3U);
}

TEST(RocmSmi, PartsOfACardAreCountedOnce) {
  const auto host = ask("partitions", seen_card());
  ASSERT_EQ(host.gpus.size(), 1U);
  EXPECT_EQ(host.gpus[0].vram_total->value, 192 * kGiB);
}

TEST(RocmSmi, FieldsFailOneByOne) {
  const auto host = ask("field_errors", seen_card());
  const Gpu& gpu = host.gpus[0];
  EXPECT_FALSE(gpu.name);  // "not supported": unknown, and no error
  EXPECT_FALSE(gpu.vram_total);
  EXPECT_FALSE(gpu.vram_free);
  EXPECT_EQ(gpu.gtt_total->value, 16 * kGiB);
  ASSERT_EQ(host.errors.size(), 4U);  // two calls of two cards
  EXPECT_EQ(host.errors[0].source, "rocm_smi 0");
  EXPECT_EQ(host.errors[0].call, "rsmi_dev_memory_total_get");
  EXPECT_EQ(host.errors[0].code, "4");
  EXPECT_THAT(host.errors[0].text, HasSubstr("permission"));
}

TEST(RocmSmi, EveryCodeHasItsText) {
  for (int code = 1; code <= 22; ++code) {
    ::setenv("EDGEFIT_FAKE_CODE", std::to_string(code).c_str(), 1);
    const auto host = ask("scripted_code", seen_card());
    EXPECT_FALSE(host.gpus[0].vram_total);
    if (code == 2) continue;  // not supported
    ASSERT_EQ(host.errors.size(), 1U) << code;
    EXPECT_EQ(host.errors[0].code, std::to_string(code));
    EXPECT_FALSE(host.errors[0].text.empty()) << code;
  }
  ::setenv("EDGEFIT_FAKE_CODE", "0xffffffff", 1);  // RSMI_STATUS_UNKNOWN_ERROR
  EXPECT_FALSE(ask("scripted_code", seen_card()).errors.at(0).text.empty());
  ::setenv("EDGEFIT_FAKE_CODE", "77", 1);  // of a later release
  EXPECT_EQ(ask("scripted_code", seen_card()).errors.at(0).code, "77");
  ::unsetenv("EDGEFIT_FAKE_CODE");
}

struct Failure {
  const char* scenario;
  const char* text;
};
class RocmSmiFailures : public ::testing::TestWithParam<Failure> {};

TEST_P(RocmSmiFailures, CostOneLine) {
  const auto host = ask(GetParam().scenario, seen_card(), 300);
  ASSERT_EQ(host.errors.size(), 1U);
  EXPECT_THAT(host.errors[0].text, HasSubstr(GetParam().text));
  EXPECT_FALSE(host.gpus[0].vram_total);
  EXPECT_EQ(host.gpus[0].state, GpuState::usable);  // the driver is what runs models, not this library
}

INSTANTIATE_TEST_SUITE_P(All, RocmSmiFailures,
                         ::testing::Values(Failure{"hang", "deadline"}, Failure{"hang_on_load", "deadline"},
                                           Failure{"crash", "signal 6"}, Failure{"leave", "exit code 0"}),
                         [](const auto& info) { return std::string(info.param.scenario); });

TEST(RocmSmi, LibraryWithoutItsFunctionsOrItself) {
  EXPECT_FALSE(ask("missing_symbol", seen_card()).gpus[0].vram_total);
  const auto host = ask("not_there", seen_card());
  ASSERT_EQ(host.errors.size(), 1U);
  EXPECT_EQ(host.errors[0].call, "dlopen");
}

TEST(RocmSmi, AskedOnlyWhereSysfsIsSilent) {
  const auto wants = [](const char* vendor, const char* driver, bool files, bool kfd = false) {
    test::Machine machine;
    const std::string folder = "/sys/devices/pci0000:00/0000:04:00.0/";
    if (*vendor) machine.pci("0000:04:00.0", "0x030000", vendor, "0x744c", driver);
    if (files)
      machine.file(folder + "mem_info_vram_total", "25753026560")
          .file(folder + "mem_info_vram_used", "27553792")
          .file(folder + "product_name", "Radeon RX 7900 XTX");
    if (kfd) machine.file("/dev/kfd", "");
    return wants_rocm_smi(machine.root(), scan_pci(machine.root()));
  };
  EXPECT_FALSE(wants("0x1002", "amdgpu", true));
  EXPECT_TRUE(wants("0x1002", "amdgpu", false));
  EXPECT_FALSE(wants("0x1002", "", false));
  EXPECT_FALSE(wants("0x10de", "nvidia", false));
  EXPECT_TRUE(wants("", "", false, true));
  EXPECT_FALSE(wants("", "", false));
}

}  // namespace
}  // namespace edgefit
