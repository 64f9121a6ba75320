#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/files.h"
#include "base/sha256.h"
#include "edgefit/evidence.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

namespace fs = std::filesystem;

Evidence some(EvidenceKind kind, const std::string& topic = "") {
  Evidence record;
  record.kind = kind;
  record.topic = topic;
  record.created = "2026-11-23T08:00:00Z";
  record.as_of = "2026-11-23";
  record.tool = "edgefit test";
  return record;
}

std::string text_of_file(const std::string& path) {
  return *read_small_file(path);
}

/// A folder with an audit, a plan, an audit and an attestation.
class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const auto& [kind, topic] : {std::pair(EvidenceKind::audit, ""),
                                      {EvidenceKind::plan, ""},
                                      {EvidenceKind::audit, ""},
                                      {EvidenceKind::attest, "training"}})
      ASSERT_TRUE(add_evidence(folder_, some(kind, topic)));
  }
  EvidenceChain chain() const { return *read_evidence(folder_); }
  std::string file(int number) const { return folder_ + "/00000" + std::to_string(number) + ".json"; }
  void edit(const std::string& path, const std::string& from, const std::string& to) const {
    std::string text = text_of_file(path);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, from.size(), to);
    std::ofstream(path, std::ios::binary) << text;
  }

  test::TempDir place_;
  std::string folder_ = place_.at("evidence");
};

TEST_F(StoreTest, RecordsFollowEachOther) {
  const auto seen = chain();
  ASSERT_EQ(seen.records.size(), 4U);
  EXPECT_TRUE(seen.gaps.empty());
  EXPECT_EQ(seen.records[0].prev, "");
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(seen.records[i].number, i + 1);
    EXPECT_EQ(seen.records[i].prev, seen.records[i - 1].sha256);
  }
  EXPECT_EQ(seen.head, seen.records[3].sha256);
  EXPECT_EQ(topic_of(seen.records[3]), "attest/training");
}

TEST_F(StoreTest, ARemovedRecordIsMissed) {
  fs::remove(file(2));
  const auto seen = chain();
  ASSERT_EQ(seen.gaps.size(), 1U);
  EXPECT_EQ(seen.gaps[0].number, 2U);
  EXPECT_EQ(seen.gaps[0].topic, "plan");
  EXPECT_EQ(seen.records.size(), 3U);
}

TEST_F(StoreTest, ARecordRemovedAtTheEndIsMissed) {
  fs::remove(file(4));
  const auto seen = chain();
  ASSERT_EQ(seen.gaps.size(), 1U);
  EXPECT_EQ(seen.gaps[0].topic, "attest/training");
  // Its number is not given away again.
  EXPECT_EQ(add_evidence(folder_, some(EvidenceKind::audit))->number, 5U);
  EXPECT_EQ(chain().gaps.size(), 1U);
}

TEST_F(StoreTest, AnEditedRecordDoesNotCount) {
  edit(file(3), "\"as_of\": \"2026-11-23\"", "\"as_of\": \"2026-12-23\"");
  const auto seen = chain();
  ASSERT_FALSE(seen.gaps.empty());
  EXPECT_EQ(seen.gaps[0].number, 3U);
  EXPECT_EQ(seen.gaps[0].topic, "audit");
  EXPECT_EQ(seen.gaps.size(), 1U);
  for (const auto& record : seen.records) EXPECT_NE(record.number, 3U);
}

TEST_F(StoreTest, AnEditHiddenInTheLedgerIsSeenByTheNextRecord) {
  const std::string before = chain().records[2].sha256;
  edit(file(3), "\"as_of\": \"2026-11-23\"", "\"as_of\": \"2026-12-23\"");
  // What a forger would do: the ledger's checksum too. The fourth record still knows the old one.
  Sha256 forged;
  forged.add(text_of_file(file(3)));
  edit(folder_ + "/ledger.json", before, forged.finish());
  const auto seen = chain();
  ASSERT_FALSE(seen.gaps.empty());
  EXPECT_EQ(seen.gaps[0].number, 3U);
}

TEST_F(StoreTest, ALostLedgerLeavesADoubtThatStays) {
  fs::remove(folder_ + "/ledger.json");
  auto seen = chain();
  ASSERT_EQ(seen.gaps.size(), 1U);
  EXPECT_EQ(seen.gaps[0].topic, "");
  EXPECT_EQ(seen.records.size(), 4U);
  ASSERT_TRUE(add_evidence(folder_, some(EvidenceKind::audit)));
  seen = chain();
  ASSERT_EQ(seen.gaps.size(), 1U);
  EXPECT_EQ(seen.gaps[0].number, 4U);
  EXPECT_EQ(seen.records.size(), 5U);
}

TEST_F(StoreTest, ARecordPutInFromOutsideDoesNotCount) {
  fs::remove(file(2));
  fs::copy(file(3), file(2));
  const auto seen = chain();
  ASSERT_FALSE(seen.gaps.empty());
  EXPECT_EQ(seen.gaps[0].number, 2U);
}

TEST_F(StoreTest, ARecordOfAProcessThatDiedBeforeTheLedgerCounts) {
  const std::string ledger = text_of_file(folder_ + "/ledger.json");
  ASSERT_TRUE(add_evidence(folder_, some(EvidenceKind::audit)));
  std::ofstream(folder_ + "/ledger.json", std::ios::binary) << ledger;
  EXPECT_EQ(chain().records.size(), 5U);
  EXPECT_TRUE(chain().gaps.empty());
  ASSERT_TRUE(add_evidence(folder_, some(EvidenceKind::audit)));
  EXPECT_EQ(chain().records.size(), 6U);
  EXPECT_TRUE(chain().gaps.empty());
}

TEST_F(StoreTest, NoFolderIsAProblem) {
  EXPECT_FALSE(read_evidence(place_.at("nowhere")));
  EXPECT_FALSE(add_evidence(place_.at("no/where"), some(EvidenceKind::audit)));
  place_.write("file", "x");
  EXPECT_FALSE(read_evidence(place_.at("file")));
}

TEST_F(StoreTest, HostileFilesAreGaps) {
  place_.write("evidence/000005.json", "[");
  fs::create_directory(folder_ + "/000006.json");
  ASSERT_EQ(::mkfifo((folder_ + "/000007.json").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", folder_ + "/000008.json");
  const auto seen = chain();
  EXPECT_EQ(seen.records.size(), 4U);
  EXPECT_EQ(seen.gaps.size(), 4U);
}

/// Runs `work` in `count` processes at once; true when each of them ends with 0.
template <class Work>
bool in_processes(int count, Work work) {
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work(i) ? 0 : 1);
    children.push_back(child);
  }
  bool good = true;
  for (const pid_t child : children) {
    int status = 0;
    good = ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0 && good;
  }
  return good;
}

TEST_F(StoreTest, ProcessesAtOnceLoseNothing) {
  constexpr int kProcesses = 8, kEach = 5;
  ASSERT_TRUE(in_processes(kProcesses, [this](int process) {
    for (int i = 0; i < kEach; ++i) {
      auto record = some(EvidenceKind::audit);
      record.facts["who"] = std::to_string(process) + "." + std::to_string(i);
      if (!add_evidence(folder_, record)) return false;
    }
    return true;
  }));
  const auto seen = chain();
  EXPECT_TRUE(seen.gaps.empty());
  ASSERT_EQ(seen.records.size(), 4U + kProcesses * kEach);
  std::set<std::string> who;
  for (const auto& record : seen.records)
    if (record.facts.count("who") > 0) who.insert(record.facts.at("who"));
  EXPECT_EQ(who.size(), static_cast<size_t>(kProcesses * kEach));
}

TEST_F(StoreTest, AFullDiskLeavesEverythingAsItWas) {
  std::map<std::string, std::string> before;
  const auto contents = [this] {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::directory_iterator(folder_)) out[entry.path().filename()] = text_of_file(entry.path());
    return out;
  };
  before = contents();
  // Every size from nothing to almost enough, as a disk may fill up anywhere.
  for (const rlim_t room : {0UL, 1UL, 200UL, 500UL, 700UL, 900UL}) {
    ASSERT_TRUE(in_processes(1, [&](int) {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{room, room};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      auto record = some(EvidenceKind::audit);
      record.note = std::string(900, 'x');
      const auto kept = add_evidence(folder_, record);
      return !kept && !kept.error().where.empty();
    })) << room;
    EXPECT_EQ(contents(), before) << room;
  }
  ASSERT_TRUE(add_evidence(folder_, some(EvidenceKind::audit)));
  EXPECT_TRUE(chain().gaps.empty());
}

TEST_F(StoreTest, DraftsOfTheDeadAreCleanedUp) {
  place_.write("evidence/.record.draft", "half");
  place_.write("evidence/.ledger.draft", "half");
  ASSERT_TRUE(add_evidence(folder_, some(EvidenceKind::audit)));
  EXPECT_FALSE(fs::exists(folder_ + "/.record.draft"));
  EXPECT_FALSE(fs::exists(folder_ + "/.ledger.draft"));
  EXPECT_EQ(chain().records.size(), 5U);
}

TEST_F(StoreTest, WhatCouldNotBeReadAgainIsNotWritten) {
  auto record = some(EvidenceKind::audit);
  record.as_of = "2026-02-30";
  EXPECT_FALSE(add_evidence(folder_, record));
  record = some(EvidenceKind::audit);
  record.note = std::string(10000, 'x');
  EXPECT_FALSE(add_evidence(folder_, record));
  EXPECT_EQ(chain().records.size(), 4U);
}

}  // namespace
}  // namespace edgefit
