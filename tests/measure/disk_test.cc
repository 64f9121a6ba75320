#include "measure/disk.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace edgefit {
namespace {

constexpr size_t kSize = 9 << 20;

TEST(Disk, LargeFilesOfAFolderLargestFirst) {
  const test::TempDir dir;
  dir.write("small", std::string(1 << 20, 'x'));
  dir.write("one/large", std::string(kSize, 'x'));
  dir.write("one/two/larger", std::string(kSize + (1 << 20), 'x'));
  dir.write("one/two/three/too-deep", std::string(kSize, 'x'));
  ASSERT_EQ(::symlink(dir.at("one/large").c_str(), dir.at("link").c_str()), 0);
  const auto files = files_to_read(dir.path());
  ASSERT_EQ(files.size(), 2U);
  EXPECT_TRUE(files[0].path.ends_with("larger"));
  EXPECT_TRUE(files[1].path.ends_with("one/large"));
}

TEST(Disk, AFileStandsForItself) {
  const test::TempDir dir;
  const auto path = dir.write("model.gguf", std::string(kSize, 'x'));
  dir.write("larger", std::string(2 * kSize, 'x'));
  const auto files = files_to_read(path);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].path, path);
  EXPECT_EQ(files[0].bytes, kSize);
}

TEST(Disk, HolesAreNoDisk) {
  const test::TempDir dir;
  const auto path = dir.write("holes", "x");
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(kSize)), 0);
  EXPECT_TRUE(files_to_read(path).empty());
}

TEST(Disk, WhatIsNotThereCannotBeRead) {
  EXPECT_TRUE(files_to_read("/no/such/folder").empty());
  const auto rates = read_disk({{"/no/such/file", kSize}}, 0.1);
  EXPECT_TRUE(rates.buffered.empty());
  EXPECT_TRUE(rates.direct.empty());
  EXPECT_EQ(rates.bytes, 0);
}

TEST(Disk, RatesArePositiveAndNothingIsLeftBehind) {
  const test::TempDir dir;
  const auto path = dir.write("model.gguf", std::string(kSize, 'x'));
  ::sync();  // what is not on the disk yet cannot leave memory
  const auto rates = read_disk(files_to_read(path), 0.2);
  // In a folder in memory nothing can be cold, and direct reads are refused.
  if (rates.buffered.empty() && rates.direct.empty()) GTEST_SKIP() << "this folder lies in memory";
  for (const auto* sample : {&rates.buffered, &rates.direct})
    for (const double rate : sample->rates) EXPECT_GT(rate, 0);
  EXPECT_GT(rates.bytes, 0);
  EXPECT_EQ(files_to_read(dir.path()).size(), 1U);
}

}  // namespace
}  // namespace edgefit
