// Boxes that want to harm who looks at them: the answer is unknown, soon, and never a pass.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "audit/fixtures_models.h"

namespace edgefit {
namespace {

namespace fs = std::filesystem;
using test::FakeBox;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A file of `bytes` that takes no room.
void sparse(const FakeBox& box, const std::string& path, const std::string& begin, uintmax_t bytes) {
  const_cast<FakeBox&>(box).file(path, begin);
  fs::resize_file(box.prefix() + path, bytes);
}

constexpr uintmax_t kGigabyte = 1ULL << 30U;

TEST(Hostile, GigabytesOfJsonAreNotRead) {
  FakeBox box;
  test::models(box);
  for (const char* name : {"edgefit.models.json", "SHA256SUMS", "config.json", "model.json", "model.sig"})
    sparse(box, std::string("/srv/models/") + name, R"({"format":"edgefit.model","auto_map":1)", kGigabyte);
  auto options = box.options();
  options.hash = true;
  EXPECT_LT(
      seconds_of([&] {
        for (const char* id : {"EF-MOD-003", "EF-MOD-005", "EF-MOD-006", "EF-OPS-003", "EF-OPS-004", "EF-OPS-006"})
          EXPECT_STATUS(FakeBox::check(id, options), unknown);
      }),
      20);
}

TEST(Hostile, LengthsBeyondTheFileAreNoModels) {
  FakeBox box;
  test::models(box);
  // A GGUF that claims 2^63 tensors and keys is still a GGUF; a safetensors header of 2^63 bytes is nothing known.
  box.file("/srv/models/a.gguf", std::string("GGUF\x03\0\0\0\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\x80", 24));
  sparse(box, "/srv/models/b.safetensors", std::string("\0\0\0\0\0\0\0\x80{\x01", 10), 2 << 20);
  const auto finding = box.check("EF-MOD-004");
  EXPECT_STATUS(finding, unknown);
  EXPECT_TRUE(finding.path.ends_with("b.safetensors")) << finding.path;
}

TEST(Hostile, LinksInCirclesAndPipesInTheStore) {
  FakeBox box;
  test::models(box);
  const std::string store = box.prefix() + "/srv/models/";
  fs::create_symlink("loop2", store + "loop1");
  fs::create_symlink("loop1", store + "loop2");
  fs::create_symlink(".", store + "self");
  ASSERT_EQ(::mkfifo((store + "pipe.gguf").c_str(), 0644), 0);
  ASSERT_EQ(::mkfifo((store + "edgefit.models.json").c_str(), 0644), 0);
  ASSERT_EQ(::mkfifo((store + "model.sig").c_str(), 0644), 0);
  for (const char* id : {"EF-MOD-003", "EF-MOD-004", "EF-MOD-006", "EF-OPS-004"}) EXPECT_STATUS(box.check(id), unknown);
  auto options = box.options();
  options.hash = true;
  EXPECT_STATUS(FakeBox::check("EF-MOD-002", options), unknown);
  EXPECT_STATUS(box.check("EF-MOD-001"), warn);
}

/// A process that ends while it is looked at leaves a folder without files, or with half of them.
TEST(Hostile, ProcessesThatVanish) {
  FakeBox box;
  test::models(box);
  box.state("/srv/models/a.gguf", "file", 0640, 990);
  box.process("1", {"init"}).process("77", {"/usr/bin/ollama", "serve"}, 990).listen("", "00000000", 11434);
  for (const char* file : {"status", "cgroup", "environ", "uid_map"}) fs::remove(box.prefix() + "/proc/77/" + file);
  box.folder("/proc/78").folder("/proc/79/fd");
  for (const char* id : {"EF-SVC-001", "EF-NET-001", "EF-MOD-001"}) {
    const auto finding = box.check(id);
    EXPECT_NE(finding.status, CheckStatus::pass) << test::told(finding);
    EXPECT_FALSE(finding.message.empty());
  }
}

/// Found by the fuzzer: climbing up from a path without a folder never ended.
TEST(Hostile, RecordedStoresWithoutAFolder) {
  FakeBox box;
  box.secret_root().folder("/srv/models").answer("note\tstores\t9\t\t../x\t/srv/models");
  box.answer("link\t/srv/models\tsomewhere/else").answer("link\t/\t").answer("link\t/tmp\t..");
  const auto audit = Auditor(box.options()).run();
  ASSERT_TRUE(audit);
  EXPECT_EQ(audit->stores, std::vector<std::string>{"/srv/models"});
}

TEST(Hostile, NamesDoNotSpeakToTheTerminalOfAnybody) {
  FakeBox box;
  test::models(box);
  box.file("/srv/models/\x1b[31m\n\xff.bin", "\x80\x04x");
  const auto finding = box.check("EF-MOD-004");
  EXPECT_STATUS(finding, fail);
  EXPECT_TRUE(finding.path.ends_with(".bin"));
}

}  // namespace
}  // namespace edgefit
