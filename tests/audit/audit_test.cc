#include "edgefit/audit.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "audit/fixtures_services.h"
#include "audit/manifest.h"

namespace edgefit {
namespace {

using test::FakeBox;
using test::TempDir;

Waiver waiver(const std::string& expires) {
  return {"EF-ENC-001", "old box, moves in spring", "A. Meier", expires};
}

TEST(Audit, WaiverHoldsUntilItsLastDay) {
  FakeBox box;
  box.plain_root().folder("/srv/models");
  auto options = box.options();
  options.waivers = {waiver("2026-11-23")};
  auto finding = FakeBox::check("EF-ENC-001", options);
  EXPECT_STATUS(finding, fail);
  EXPECT_TRUE(finding.waived);
  options.waivers = {waiver("2026-11-22")};
  finding = FakeBox::check("EF-ENC-001", options);
  EXPECT_STATUS(finding, fail);
  EXPECT_FALSE(finding.waived);
  EXPECT_NE(finding.message.find("A. Meier"), std::string::npos);
}

TEST(Audit, ExpiredWaiverTurnsUnknownIntoFail) {
  FakeBox box;
  box.folder("/srv/models");
  auto options = box.options();
  options.waivers = {waiver("2026-01-01")};
  EXPECT_STATUS(FakeBox::check("EF-ENC-001", options), fail);
  options.waivers = {waiver("2027-01-01")};
  EXPECT_TRUE(FakeBox::check("EF-ENC-001", options).waived);
  FakeBox good;
  good.secret_root().folder("/srv/models");
  options = good.options();
  options.waivers = {waiver("2026-01-01")};
  EXPECT_STATUS(FakeBox::check("EF-ENC-001", options), pass);
}

Audit audit_of(std::initializer_list<CheckStatus> statuses) {
  Audit audit;
  for (const auto status : statuses) {
    AuditFinding finding;
    finding.check = audit_checks()[0];
    finding.status = status;
    audit.findings.push_back(finding);
  }
  return audit;
}

TEST(Audit, ExitCodesFollowTheThreshold) {
  using enum CheckStatus;
  EXPECT_EQ(exit_code_of(audit_of({pass, warn, unknown}), FailOn::fail), 0);
  EXPECT_EQ(exit_code_of(audit_of({pass, fail, unknown}), FailOn::fail), 1);
  EXPECT_EQ(exit_code_of(audit_of({pass, warn}), FailOn::warn), 1);
  EXPECT_EQ(exit_code_of(audit_of({pass, unknown}), FailOn::warn), 0);
  EXPECT_EQ(exit_code_of(audit_of({pass, unknown}), FailOn::unknown), 3);
  EXPECT_EQ(exit_code_of(audit_of({warn, unknown}), FailOn::unknown), 1);
  EXPECT_EQ(exit_code_of(audit_of({unknown, not_applicable}), FailOn::fail), 3) << "nothing could be decided";
  EXPECT_EQ(exit_code_of(audit_of({fail}), FailOn::never), 0);
  auto waived = audit_of({pass, fail});
  waived.findings[1].waived = true;
  EXPECT_EQ(exit_code_of(waived, FailOn::fail), 0);
}

TEST(Audit, ProfilesMoveSeverities) {
  FakeBox box;
  box.plain_root().folder("/srv/models");
  auto options = box.options();
  options.profile = Profile::dev;
  EXPECT_STATUS(FakeBox::check("EF-ENC-001", options), warn);
  options.profile = Profile::edge_box;
  EXPECT_STATUS(FakeBox::check("EF-ENC-001", options), fail);
  for (const auto profile : profiles()) {
    EXPECT_EQ(find_profile(name_of(profile)), profile);
    EXPECT_STRNE(describe(profile), "");
  }
}

TEST(Audit, QuestionsThatCannotBeAsked) {
  FakeBox box;
  box.folder("/srv/models");
  const auto refused = [&box](void (*change)(AuditOptions&)) {
    auto options = box.options();
    change(options);
    return !Auditor(options).run().has_value();
  };
  EXPECT_TRUE(refused([](AuditOptions& o) { o.stores = {"/none"}; }));
  EXPECT_TRUE(refused([](AuditOptions& o) { o.stores = {"srv/models"}; }));
  EXPECT_TRUE(refused([](AuditOptions& o) { o.data = {"/none"}; }));
  EXPECT_TRUE(refused([](AuditOptions& o) { o.only = {"EF-XXX-*"}; }));
  EXPECT_TRUE(refused([](AuditOptions& o) { o.as_of = "2026-02-30"; }));
  EXPECT_FALSE(refused([](AuditOptions& o) { o.stores = {"/srv/models"}; }));
}

TEST(Audit, IdsAreUniqueAndWordsComplete) {
  std::vector<std::string> ids;
  for (const auto* check : audit_checks()) {
    ids.emplace_back(check->id);
    EXPECT_EQ(std::string(check->id).substr(0, 3), "EF-");
    for (const char* text : {check->title, check->why, check->fix, check->references})
      EXPECT_STRNE(text, "") << check->id;
    for (const char* text : {check->title, check->why, check->fix}) {
      EXPECT_NE(std::string(text).back(), '.') << text;
      EXPECT_EQ(std::string(text).find("compliant"), std::string::npos) << text;
    }
    EXPECT_GT(check->repeat_days, 0);
    EXPECT_EQ(find_audit_check(check->id), check);
  }
  EXPECT_GE(ids.size(), 40U);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

std::string flat(const Audit& audit) {
  std::string text;
  for (const auto& finding : audit.findings) {
    text += test::told(finding) + "\n";
    for (const auto& entry : finding.evidence)
      text += "  " + entry.path + " " + name_of(entry.status) + " " + entry.text + "\n";
  }
  return text;
}

/// The live machine, recorded and replayed: the same findings, letter for letter.
TEST(Audit, ReplayIsTheLiveRun) {
  const TempDir folder;
  folder.write("models/a.gguf", test::kGguf);
  folder.write("models/sub/b.bin", "\x80\x04xxxx");
  AuditOptions options;
  options.as_of = test::kToday;
  options.stores = {folder.at("models")};
  options.hash = true;
  Auditor live(options);
  const auto seen = live.run();
  ASSERT_TRUE(seen);
  const std::string place = folder.at("recording");
  const auto recorded = live.record(place);
  ASSERT_TRUE(recorded) << recorded.error().what << recorded.error().where << recorded.error().hint;
  options.sysroot = place;
  options.stores.clear();
  const auto again = Auditor(options).run();
  ASSERT_TRUE(again);
  EXPECT_EQ(flat(*again), flat(*seen));
}

TEST(Audit, RecordingKeepsNoSecrets) {
  FakeBox box;
  box.process("78", {"/usr/bin/vllm", "serve", "--api-key", "hunter2", "--hf-token=abc123", "--port", "80"});
  box.process("79", {"/usr/bin/other", "--password", "swordfish"});
  const Box view = box.box();
  const auto& command = view.read("/proc/78/cmdline", nullptr);
  EXPECT_NE(command->find("hunter2"), std::string::npos) << "the fixture itself has it";
  const Box fresh = box.box();
  const auto servers = read_servers(fresh);
  ASSERT_EQ(servers.list.size(), 1U);
  std::string all;
  for (const auto& argument : servers.list[0].arguments) all += argument + " ";
  EXPECT_EQ(all, "/usr/bin/vllm serve --api-key *** --hf-token=*** --port 80 ");
  EXPECT_EQ(fresh.read("/proc/79/cmdline")->find("swordfish"), std::string::npos);
}

TEST(Audit, ManifestIsWrittenOnceAndNeverBlessesAChange) {
  const TempDir folder;
  folder.write("models/a.gguf", test::kGguf);
  AuditOptions options;
  options.as_of = test::kToday;
  options.stores = {folder.at("models")};
  options.hash = true;
  const auto write = [&options] {
    Auditor auditor(options);
    EXPECT_TRUE(auditor.run());
    return auditor.write_manifests();
  };
  ASSERT_TRUE(write());
  std::ifstream in(folder.at("models/edgefit.models.json"));
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_NE(text.find(test::kGgufDigest), std::string::npos);
  options.only = {"EF-MOD-002"};
  auto audit = Auditor(options).run();
  ASSERT_TRUE(audit);
  EXPECT_STATUS(audit->findings[0], pass);
  folder.write("models/a.gguf", test::kGguf + "changed");
  const auto refused = write();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().where.find("a.gguf"), std::string::npos);
  audit = Auditor(options).run();
  EXPECT_STATUS(audit->findings[0], fail);
}

/// Bytes of every model, whether a checksum of it was on record or not.
TEST(Audit, HashingTellsHowFarItIs) {
  const TempDir folder;
  folder.write("models/a.gguf", test::kGguf);
  folder.write("models/b.gguf", test::kGguf + std::string(3 << 20, 'x'));
  folder.write("models/SHA256SUMS", std::string(64, '0') + "  b.gguf\n");
  AuditOptions options;
  options.as_of = test::kToday;
  options.stores = {folder.at("models")};
  options.only = {"EF-MOD-002"};
  std::vector<double> steps;
  double total = 0;
  options.progress = [&](double done, double of) {
    steps.push_back(done);
    total = of;
  };
  ASSERT_TRUE(Auditor(options).run());
  EXPECT_TRUE(steps.empty()) << "nothing is read whole unless it is asked for";
  options.hash = true;
  ASSERT_TRUE(Auditor(options).run());
  EXPECT_GE(steps.size(), 4U);
  EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end()));
  const double all = static_cast<double>(2 * test::kGguf.size() + (3 << 20));
  EXPECT_EQ(total, all);
  EXPECT_EQ(steps.back(), all - static_cast<double>(test::kGguf.size())) << "a.gguf has nothing to be compared with";
  folder.write("models/SHA256SUMS", "");
  steps.clear();
  Auditor auditor(options);
  ASSERT_TRUE(auditor.run());
  ASSERT_TRUE(auditor.write_manifests());
  EXPECT_EQ(steps.back(), all) << "writing the manifest hashes them too";
}

/// The last of many is looked at like the first.
TEST(Audit, ManyGoodFilesHideNoBadOne) {
  FakeBox box;
  test::models(box);
  std::string sums;
  for (int i = 0; i < 300; ++i) {
    const std::string name = "m" + std::to_string(1000 + i) + ".gguf";
    box.file("/srv/models/" + name, test::kGguf);
    sums += test::kGgufDigest + "  " + name + "\n";
  }
  box.file("/srv/models/z.gguf", test::kGguf + "x").file("/srv/models/zz.bin", "\x80\x04x");
  box.file("/srv/models/SHA256SUMS", sums + test::kGgufDigest + "  a.gguf\n" + test::kGgufDigest + "  z.gguf\n");
  auto options = box.options();
  options.hash = true;
  const auto finding = FakeBox::check("EF-MOD-002", options);
  EXPECT_STATUS(finding, fail);
  EXPECT_EQ(finding.path, "/srv/models/z.gguf");
  EXPECT_STATUS(box.check("EF-MOD-004"), fail);
}

TEST(Audit, AdvisoriesOfTheUserGoFirst) {
  FakeBox box;
  box.file("/etc/os-release", "ID=debian\nVERSION_ID=\"11\"\n");
  auto options = box.options();
  EXPECT_STATUS(FakeBox::check("EF-UPD-001", options), fail);
  options.advisories.distributions = {{"debian", "11", "2031-06-30", "paid support", "2026-11-01"}};
  EXPECT_STATUS(FakeBox::check("EF-UPD-001", options), pass);
  options.as_of = "2027-06-01";
  EXPECT_STATUS(FakeBox::check("EF-UPD-001", options), unknown);
  options.as_of = "2026-10-31";
  EXPECT_FALSE(Auditor(options).run()) << "dated after the report";
}

TEST(Audit, HostileManifestsAreUnknown) {
  const std::string deep = std::string(5000, '[');
  for (const std::string& text :
       {std::string("null"), std::string("[]"), deep, std::string("{\"format\":7}"),
        std::string(R"({"format":"edgefit.models","models":[{"path":"../../etc/passwd"}]})"),
        std::string(R"({"format":"edgefit.models","models":[1]})"), std::string("\0\xff", 2)}) {
    FakeBox box;
    test::models(box);
    box.file("/srv/models/edgefit.models.json", text);
    EXPECT_STATUS(box.check("EF-MOD-006"), unknown);
    EXPECT_NE(box.check("EF-MOD-002").status, CheckStatus::pass);
  }
}

TEST(Audit, WaiverFiles) {
  const std::string good =
      R"({"format":"edgefit.waivers","waivers":[{"check":"ef-enc-001","reason":"r","owner":"o","expires":"2027-01-31"}]})";
  const auto waivers = read_waivers(good, "w.json");
  ASSERT_TRUE(waivers);
  EXPECT_EQ(waivers->at(0).check, "EF-ENC-001");
  const auto refused = [&good](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return !read_waivers(text, "w.json").has_value();
  };
  EXPECT_TRUE(refused("edgefit.waivers", "other"));
  EXPECT_TRUE(refused("ef-enc-001", "EF-ENC-999"));
  EXPECT_TRUE(refused("\"reason\":\"r\",", ""));
  EXPECT_TRUE(refused("\"owner\":\"o\"", "\"owner\":\" \""));
  EXPECT_TRUE(refused("2027-01-31", "2027-02-30"));
  EXPECT_TRUE(refused("[{", "[7,{"));
  EXPECT_FALSE(read_waivers("{", "w.json"));
  const std::string entry = good.substr(good.find("[{") + 1, good.find("}]") - good.find("[{"));
  EXPECT_FALSE(read_waivers(R"({"format":"edgefit.waivers","waivers":[)" + entry + "," + entry + "]}", "w.json"));
}

}  // namespace
}  // namespace edgefit
