#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/invoke.h"
#include "edgefit/probe.h"
#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;
using test::TempDir;

/// A box of a few files.
void small_box(const TempDir& folder) {
  folder.write("box/proc/swaps", "Filename Type\n");
  folder.write("box/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
  folder.write("box/srv/models/a.gguf", "GGUF");
}

TEST(AuditCommand, ExitCodeFollowsTheFindings) {
  const TempDir folder;
  small_box(folder);
  const std::string box = folder.at("box");
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-ENC-004"}).code, 0);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-ENC-001"}).code, 3);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-MOD-006"}).code, 1);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-MOD-006", "--fail-on", "never"}).code, 0);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-ENC-*", "--fail-on", "unknown"}).code, 3);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-MOD-002", "--fail-on", "warn"}).code, 1);
}

TEST(AuditCommand, BadQuestionsAreExitCodeTwo) {
  const TempDir folder;
  small_box(folder);
  const std::string box = folder.at("box"), waivers = folder.write("w.json", "{}");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"--profile", "castle"},
                                                                                     {"--fail-on", "sometimes"},
                                                                                     {"--store", "/none"},
                                                                                     {"--only", "EF-NO-*"},
                                                                                     {"--waivers", waivers},
                                                                                     {"--waivers", folder.at("none")},
                                                                                     {"--log-retention-days", "long"},
                                                                                     {"--as-of", "tomorrow"},
                                                                                     {"--explain", "EF-ENC-999"},
                                                                                     {"--format", "csv"},
                                                                                     {"--write-manifest"}}) {
    std::vector<std::string> all = {"audit", "--sysroot", box};
    all.insert(all.end(), words.begin(), words.end());
    const auto run = invoke(all);
    EXPECT_EQ(run.code, 2) << words[0];
    EXPECT_TRUE(run.out.empty()) << words[0];
    EXPECT_TRUE(run.err.starts_with("error: ")) << words[0];
  }
  EXPECT_EQ(invoke({"audit", "--sysroot", folder.at("none")}).code, 2);
}

TEST(AuditCommand, WaiversFromAFile) {
  const TempDir folder;
  small_box(folder);
  const auto waivers = folder.write(
      "w.json",
      R"({"format":"edgefit.waivers","waivers":[{"check":"EF-MOD-006","reason":"r","owner":"o","expires":"2027-01-31"}]})");
  const std::vector<std::string> words = {"audit",      "--sysroot", folder.at("box"), "--only",
                                          "EF-MOD-006", "--waivers", waivers,          "--as-of"};
  auto before = words, after = words;
  before.emplace_back("2027-01-31");
  after.emplace_back("2027-02-01");
  EXPECT_EQ(invoke(before).code, 0);
  EXPECT_EQ(invoke(after).code, 1);
}

TEST(AuditCommand, LiveJsonKeepsItsSchema) {
  const auto run = invoke({"audit", "--format", "json", "--fail-on", "never"});
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(schema_errors(source_file("docs/schema/audit.schema.json"), run.out), std::vector<std::string>{});
}

/// A mirror of two disks below /srv/models, with `uuids` of the layers on them; an empty one is the bare disk. With
/// what a recording of edgefit probe holds beside it.
void mirror(const TempDir& folder, const std::string& box, const std::vector<std::string>& uuids) {
  namespace fs = std::filesystem;
  const auto link = [&](const std::string& from, const std::string& to) {
    fs::create_directories(fs::path(folder.at(box + from)).parent_path());
    fs::create_directories(folder.at(box + to));
    fs::create_symlink(fs::relative(folder.at(box + to), fs::path(folder.at(box + from)).parent_path()),
                       folder.at(box + from));
  };
  const std::string md = "/sys/devices/virtual/block/md0";
  folder.write(box + "/proc/self/mountinfo", "1 0 9:0 / / rw - ext4 /dev/md0 rw\n");
  folder.write(box + "/edgefit/disks", "/srv/models\t1000\text4\t9:0\t/dev/md0\n");
  folder.write(box + "/srv/models/a.gguf", "GGUF");
  link("/sys/dev/block/9:0", md);
  link("/sys/class/block/md0", md);
  for (size_t i = 0; i < uuids.size(); ++i) {
    const std::string disk = "sd" + std::string(1, static_cast<char>('a' + i)), leg = "dm-" + std::to_string(i);
    folder.write(box + "/sys/devices/pci0/block/" + disk + "/device/model", "Samsung");
    link("/sys/class/block/" + disk, "/sys/devices/pci0/block/" + disk);
    folder.write(box + md + "/slaves/" + (uuids[i].empty() ? disk : leg) + "/x", "");
    if (uuids[i].empty()) continue;
    const std::string place = "/sys/devices/virtual/block/" + leg;
    folder.write(box + place + "/dm/uuid", uuids[i] + "\n");
    folder.write(box + place + "/slaves/" + disk + "/x", "");
    link("/sys/class/block/" + leg, place);
  }
}

/// Two commands never say different things of one stack.
TEST(AuditCommand, ProbeAndAuditAgreeOnEncryption) {
  const std::pair<std::vector<std::string>, bool> stacks[] = {{{"CRYPT-LUKS2-0-a", "CRYPT-LUKS2-0-b"}, true},
                                                              {{"CRYPT-LUKS2-0-a", ""}, false},
                                                              {{"", "CRYPT-LUKS2-0-a"}, false},
                                                              {{"CRYPT-VERITY-0-a"}, false},
                                                              {{"CRYPT-INTEGRITY-a", "CRYPT-LUKS2-0-b"}, false},
                                                              {{"CRYPT-LUKS1-0-a", "CRYPT-PLAIN-b"}, true}};
  for (size_t i = 0; i < std::size(stacks); ++i) {
    const TempDir folder;
    const auto& [uuids, wanted] = stacks[i];
    mirror(folder, "box", uuids);
    const auto audit = invoke({"audit", "--sysroot", folder.at("box"), "--only", "EF-ENC-001"});
    EXPECT_EQ(audit.code, wanted ? 0 : 1) << i << audit.out;
    ProbeOptions options;
    options.sysroot = folder.at("box");
    options.disk_paths = {"/srv/models"};
    const auto host = Probe(options).finish();
    ASSERT_EQ(host.storage.size(), 1U);
    EXPECT_EQ(static_cast<bool>(host.storage[0].encrypted), wanted) << i << host.storage[0].encrypted.why;
  }
}

/// The live box, recorded and replayed: one JSON but for how it was looked at.
TEST(AuditCommand, ReplayGivesTheJsonOfTheLiveRun) {
  const TempDir folder;
  folder.write("models/a.gguf", "GGUF");
  const std::string recording = folder.at("recording");
  const auto live = invoke({"audit", "--store", folder.at("models"), "--format", "json", "--fail-on", "never", "--hash",
                            "--record", recording});
  ASSERT_EQ(live.code, 0) << live.err;
  const auto replay = invoke({"audit", "--sysroot", recording, "--format", "json", "--fail-on", "never", "--hash"});
  std::string expected = live.out;
  const auto mode = expected.find("\"mode\": \"live\"");
  ASSERT_NE(mode, std::string::npos);
  expected.replace(mode, 14, "\"mode\": \"sysroot\"");
  EXPECT_EQ(replay.out, expected);
}

TEST(AuditCommand, AdvisoriesFromAFile) {
  const TempDir folder;
  folder.write("box/etc/os-release", "ID=debian\nVERSION_ID=\"11\"\n");
  const auto file = folder.write(
      "a.json", R"({"format":"edgefit.advisories","format_version":"1.0","distributions":[)"
                R"({"id":"debian","version":"11","end":"2031-06-30","source":"s","as_of":"2026-11-01"}]})");
  const std::vector<std::string> words = {"audit", "--sysroot", folder.at("box"), "--only", "EF-UPD-001", "--as-of"};
  const auto ask = [&words](const std::string& day, const std::vector<std::string>& more) {
    auto all = words;
    all.push_back(day);
    all.insert(all.end(), more.begin(), more.end());
    return invoke(all).code;
  };
  EXPECT_EQ(ask("2026-11-23", {}), 1);
  EXPECT_EQ(ask("2026-11-23", {"--advisories", file}), 0);
  EXPECT_EQ(ask("2026-10-01", {"--advisories", file}), 2) << "dated after the report";
  EXPECT_EQ(ask("2026-11-23", {"--advisories", folder.write("b.json", "{}")}), 2);
  EXPECT_EQ(ask("2026-11-23", {"--advisories", folder.at("none")}), 2);
}

/// docs/checks.md is the list of the rows; EDGEFIT_UPDATE_GOLDEN=1 writes it.
TEST(AuditCommand, PageOfChecksIsUpToDate) {
  const auto page = invoke({"audit", "--list", "--format", "markdown"}).out;
  const std::string path = std::string(EDGEFIT_SOURCE_DIR) + "/docs/checks.md";
  if (const char* update = std::getenv("EDGEFIT_UPDATE_GOLDEN"); update != nullptr && *update == '1')
    std::ofstream(path) << page;
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_EQ(text, page);
}

TEST(AuditCommand, ListsAndExplains) {
  EXPECT_TRUE(has(invoke({"audit", "--list"}).out, "EF-ENC-001"));
  const auto one = invoke({"audit", "--explain", "ef-enc-001"});
  EXPECT_EQ(one.code, 0);
  EXPECT_TRUE(has(one.out, "supports evidence for"));
  EXPECT_TRUE(has(invoke({"audit", "--explain", "EF-ENC-01"}).err, "did you mean"));
}

}  // namespace
}  // namespace edgefit
