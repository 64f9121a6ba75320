#include "audit/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "audit/fixtures.h"

namespace edgefit {
namespace {

using test::FakeBox;
using namespace std::string_view_literals;

TEST(Store, KindsByContentThenByName) {
  struct Row {
    std::string_view head, name;
    ModelKind kind;
  };
  const std::string tensors = std::string("\x02\0\0\0\0\0\0\0{}", 10) + "data";
  const std::string torch =
      std::string("PK\x03\x04", 4) + std::string(22, '\0') + std::string("\x10\0\0\0", 4) + "archive/data.pkl....";
  const Row rows[] = {{"GGUF\x03\0\0\0"sv, "/m/a.bin", ModelKind::gguf},
                      {tensors, "/m/a.bin", ModelKind::safetensors},
                      {"lmgg"sv, "/m/ggml-base.bin", ModelKind::ggml},
                      {"\x1c\0\0\0TFL3"sv, "/m/a.tflite", ModelKind::tflite},
                      {"\x80\x02}q"sv, "/m/a.gguf", ModelKind::pickle},
                      {"\x80\x05\x95"sv, "/m/a", ModelKind::pickle},
                      {"(dp0\n", "/m/pytorch_model.bin", ModelKind::pickle},
                      {"whatever", "/m/a.PTH", ModelKind::pickle},
                      {torch, "/m/a.bin", ModelKind::pickle},
                      {"PK\x03\x04"sv, "/m/a.zip", ModelKind::archive},
                      {"\x89HDF\r\n\x1a\n"sv, "/m/a", ModelKind::hdf5},
                      {"\x08\x07\x12"sv, "/m/a.onnx", ModelKind::onnx},
                      {"import os", "/m/modeling.py", ModelKind::code},
                      {"{\"a\":1}", "/m/config.json", ModelKind::text},
                      {"", "/m/empty", ModelKind::text}};
  for (const auto& row : rows) EXPECT_EQ(kind_of(row.head, row.name, 1 << 21), row.kind) << row.name;
  EXPECT_EQ(kind_of("\x01\x02\x03"sv, "/m/blob", 1 << 21), ModelKind::other);
  EXPECT_EQ(kind_of("\x01\x02\x03"sv, "/m/icon", 100), ModelKind::text) << "too small for a model";
  // A length of 2^63 is no header.
  EXPECT_NE(kind_of("\0\0\0\0\0\0\0\x80{}"sv, "/m/a.safetensors", 1 << 21), ModelKind::safetensors);
}

TEST(Store, LinksInsideAreFollowedOutsideTold) {
  FakeBox fake;
  fake.file("/srv/models/blobs/1", test::kGguf).file("/etc/passwd", "x");
  std::filesystem::create_directories(fake.prefix() + "/srv/models/snapshots");
  std::filesystem::create_symlink("../blobs/1", fake.prefix() + "/srv/models/snapshots/a.gguf");
  std::filesystem::create_symlink("/etc/passwd", fake.prefix() + "/srv/models/out");
  std::filesystem::create_symlink("nowhere", fake.prefix() + "/srv/models/lost");
  const Box box = fake.box();
  const auto store = read_store(box, "/srv/models");
  ASSERT_EQ(store.files.size(), 4U);
  for (const auto& file : store.files) {
    EXPECT_EQ(file.outside, file.path.ends_with("/out")) << file.path;
    EXPECT_EQ(file.real.empty(), file.path.ends_with("/lost")) << file.path;
    if (file.path.ends_with(".gguf")) {
      EXPECT_EQ(file.kind, ModelKind::gguf);
    }
  }
}

TEST(Store, PipesDeepFoldersAndClosedOnesEnd) {
  FakeBox fake;
  std::string deep = "/srv/models";
  for (int i = 0; i < 40; ++i) deep += "/d";
  fake.folder(deep).folder("/srv/models/closed").deny("/srv/models/closed").state("/srv/models/closed", "folder", 0700);
  ASSERT_EQ(::mkfifo((fake.prefix() + "/srv/models/a.gguf").c_str(), 0644), 0);
  const Box box = fake.box();
  const auto store = read_store(box, "/srv/models");
  EXPECT_TRUE(store.cut);
  EXPECT_EQ(store.closed, std::vector<std::string>{"/srv/models/closed"});
  EXPECT_STATUS(fake.check("EF-MOD-004"), unknown);
}

/// On the live machine, the best of three; builds with sanitizers get ten times as long.
TEST(Store, TenThousandFilesInASecond) {
#ifdef NDEBUG
  constexpr double kSeconds = 1;
#else
  constexpr double kSeconds = 10;
#endif
  const test::TempDir folder;
  for (int i = 0; i < 10'000; ++i)
    folder.write("models/d" + std::to_string(i % 100) + "/m" + std::to_string(i) + ".gguf", test::kGguf);
  AuditOptions options;
  options.as_of = test::kToday;
  options.stores = {folder.at("models")};
  double best = kSeconds * 10;
  for (int run = 0; run < 3; ++run) {
    const auto start = std::chrono::steady_clock::now();
    ASSERT_TRUE(Auditor(options).run());
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  EXPECT_LT(best, kSeconds);
}

}  // namespace
}  // namespace edgefit
