// Every check on its own small boxes, and what must hold for all checks whatever the box.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "audit/fixtures_models.h"
#include "audit/fixtures_services.h"
#include "audit/fixtures_storage.h"
#include "audit/fixtures_system.h"

namespace edgefit {
namespace {

using test::FakeBox;
using test::Fixture;

std::vector<const Fixture*> all_fixtures() {
  std::vector<const Fixture*> all;
  for (const auto group : {std::span<const Fixture>(test::kEncryption), std::span<const Fixture>(test::kBoot),
                           std::span<const Fixture>(test::kUpdates), std::span<const Fixture>(test::kModels),
                           std::span<const Fixture>(test::kNetwork), std::span<const Fixture>(test::kServices),
                           std::span<const Fixture>(test::kGpu), std::span<const Fixture>(test::kHardware),
                           std::span<const Fixture>(test::kOperations)})
    for (const auto& fixture : group) all.push_back(&fixture);
  return all;
}

std::string label(const Fixture& fixture) {
  return std::string(fixture.id) + " " + name_of(fixture.status);
}

TEST(Fixtures, EachGivesItsStatus) {
  for (const auto* fixture : all_fixtures()) {
    FakeBox box;
    auto options = box.options();
    fixture->build(box, options);
    const auto finding = FakeBox::check(fixture->id, options);
    EXPECT_EQ(finding.status, fixture->status) << label(*fixture) << ", but " << test::told(finding);
    const bool broken = finding.status == CheckStatus::fail || finding.status == CheckStatus::warn;
    EXPECT_EQ(broken && finding.fix.empty(), false) << label(*fixture);
    EXPECT_TRUE(finding.path.starts_with("/")) << test::told(finding);
    EXPECT_FALSE(finding.message.empty()) << label(*fixture);
  }
}

/// What a box can never be without, so that nothing makes the check idle; and what is no rule to break.
const std::set<std::string> kAlwaysApply = {"EF-ENC-003", "EF-ENC-004", "EF-ENC-006", "EF-BOOT-002",
                                            "EF-CPU-001", "EF-UPD-001", "EF-UPD-003", "EF-TIME-001",
                                            "EF-NET-005", "EF-SVC-004", "EF-HW-002",  "EF-OPS-002"};
const std::set<std::string> kOnlyInform = {"EF-ENC-007"};

TEST(Fixtures, EveryCheckHasItsFour) {
  std::map<std::string, std::set<CheckStatus>> seen;
  for (const auto* fixture : all_fixtures()) seen[fixture->id].insert(fixture->status);
  for (const auto* check : audit_checks()) {
    const auto& have = seen[check->id];
    EXPECT_TRUE(have.contains(CheckStatus::pass)) << check->id;
    EXPECT_EQ(have.contains(CheckStatus::fail) || have.contains(CheckStatus::warn), !kOnlyInform.contains(check->id))
        << check->id;
    EXPECT_TRUE(have.contains(CheckStatus::unknown)) << check->id;
    EXPECT_EQ(have.contains(CheckStatus::not_applicable), !kAlwaysApply.contains(check->id)) << check->id;
  }
  EXPECT_EQ(seen.size(), audit_checks().size());
}

/// Everything in the box's tree, files and folders.
std::vector<std::string> sources(const FakeBox& box) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(box.prefix()))
    paths.push_back(entry.path().string().substr(box.prefix().size()));
  for (const auto& named : {"/proc/swaps", "/proc/1/status", "/etc", "/sys/block"}) paths.emplace_back(named);
  return paths;
}

TEST(Properties, TakingAwayPermissionNeverMakesAPass) {
  for (const auto* fixture : all_fixtures()) {
    if (fixture->status == CheckStatus::pass) continue;
    FakeBox box;
    auto options = box.options();
    fixture->build(box, options);
    for (const auto& path : sources(box)) {
      if (path.starts_with("/edgefit")) continue;
      box.without(path, [&] {
        const auto finding = FakeBox::check(fixture->id, options);
        EXPECT_NE(finding.status, CheckStatus::pass)
            << label(*fixture) << " without " << path << ": " << test::told(finding);
      });
    }
  }
}

TEST(Properties, WhatPassesNeedsItsSources) {
  // Without any source at all nothing passes.
  FakeBox box;
  auto options = box.options();
  const auto audit = Auditor(options).run();
  ASSERT_TRUE(audit);
  for (const auto& finding : audit->findings) EXPECT_NE(finding.status, CheckStatus::pass) << test::told(finding);
}

TEST(Properties, ClosedBoxPassesNothing) {
  for (const auto* fixture : all_fixtures()) {
    if (fixture->status != CheckStatus::pass) continue;
    FakeBox box;
    auto options = box.options();
    fixture->build(box, options);
    options.hash = false;
    for (const auto& path : sources(box)) box.deny(path);
    box.answer("clock-denied\t-").answer("policy-denied\t/srv/models").answer("space-denied\t/srv/models");
    const auto finding = FakeBox::check(fixture->id, options);
    EXPECT_NE(finding.status, CheckStatus::pass) << test::told(finding);
  }
}

int badness(CheckStatus status) {
  constexpr int kRanks[] = {0, 1, 3, 2, 0};
  return kRanks[static_cast<size_t>(status)];
}

TEST(Properties, OlderTablesNeverImproveAResult) {
  for (const char* id : {"EF-UPD-001", "EF-GPU-001"}) {
    for (const auto* fixture : all_fixtures()) {
      if (std::string(fixture->id) != id) continue;
      FakeBox box;
      auto options = box.options();
      fixture->build(box, options);
      int before = -1;
      for (const char* day :
           {"2026-11-23", "2027-01-31", "2027-05-22", "2027-05-23", "2028-01-01", "2029-12-31", "2040-01-01"}) {
        options.as_of = day;
        const int now = badness(FakeBox::check(id, options).status);
        EXPECT_GE(now, before) << label(*fixture) << " on " << day;
        before = now;
      }
    }
  }
}

TEST(Properties, OlderRowsNeverImproveAResult) {
  for (const char* id : {"EF-UPD-001", "EF-GPU-001", "EF-GPU-002"}) {
    for (const auto* fixture : all_fixtures()) {
      if (std::string(fixture->id) != id) continue;
      FakeBox box;
      auto options = box.options();
      fixture->build(box, options);
      if (options.as_of != test::kToday) continue;
      int before = -1;
      for (const char* day : {"2026-11-23", "2026-05-28", "2026-05-27", "2020-01-01", "1970-01-01"}) {
        options.advisories = builtin_advisories();
        for (auto& row : options.advisories.distributions) row.as_of = day;
        for (auto& row : options.advisories.drivers) row.as_of = day;
        for (auto& row : options.advisories.cuda) row.as_of = day;
        const auto finding = FakeBox::check(id, options);
        EXPECT_GE(badness(finding.status), before) << label(*fixture) << " of " << day << ": " << test::told(finding);
        before = badness(finding.status);
        const bool own = finding.message.find("fedora") != std::string::npos || finding.message.find("arch") == 0;
        if (std::string_view(day) < "2026-05-27" && !own) {
          EXPECT_NE(finding.status, CheckStatus::pass) << label(*fixture) << " of " << day;
        }
      }
    }
  }
}

}  // namespace
}  // namespace edgefit
