#include "probe/libraries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>

#include "probe/vendors.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

#if defined(__aarch64__)
constexpr int32_t kOwn = 0x0a03;
#else
constexpr int32_t kOwn = 0x0303;
#endif
constexpr int32_t kThirtyTwoBits = 0x0003;

struct Row {
  int32_t kind;
  std::string name, path;
};

template <class T>
void append(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

/// A cache as ldconfig writes it; `claimed` is the number of entries that its header tells.
std::string cache_of(const std::vector<Row>& rows, uint32_t claimed) {
  std::string texts, entries;
  const auto start = static_cast<uint32_t>(48 + 24 * rows.size());
  for (const auto& row : rows) {
    const auto name = start + static_cast<uint32_t>(texts.size());
    texts += row.name + '\0';
    const auto path = start + static_cast<uint32_t>(texts.size());
    texts += row.path + '\0';
    append(entries, row.kind);
    append(entries, name);
    append(entries, path);
    append(entries, uint32_t{0});
    append(entries, uint64_t{0});
  }
  std::string out = "glibc-ld.so.cache1.1";
  append(out, claimed);
  append(out, static_cast<uint32_t>(texts.size()));
  out.resize(48, '\0');
  return out + entries + texts;
}
std::string cache_of(const std::vector<Row>& rows) {
  return cache_of(rows, static_cast<uint32_t>(rows.size()));
}

const std::vector<Row>& unusual_place() {
  static const std::vector<Row> kRows = {{kOwn, "libm.so.6", "/lib/libm.so.6"},
                                         {kThirtyTwoBits, "libnvidia-ml.so.1", "/usr/lib32/libnvidia-ml.so.1"},
                                         {kOwn, "libnvidia-ml.so.1", "/opt/driver/lib/libnvidia-ml.so.1"}};
  return kRows;
}

TEST(Libraries, CacheNamesTheFolderForThisKindOfProgram) {
  const auto cache = cache_of(unusual_place());
  EXPECT_THAT(cached_libraries(cache, {"libnvidia-ml.so.1"}), ElementsAre("/opt/driver/lib/libnvidia-ml.so.1"));
  EXPECT_THAT(cached_libraries(cache, {"libcuda.so.1"}), IsEmpty());
  // The old format may stand before it.
  EXPECT_THAT(cached_libraries("ld.so-1.7.0" + std::string(5, '\0') + cache, {"libm.so.6"}),
              ElementsAre("/lib/libm.so.6"));
}

TEST(Libraries, HostileCachesGiveWhatCanBeRead) {
  const std::vector<const char*> names = {"libnvidia-ml.so.1"};
  const auto whole = cache_of(unusual_place());
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_THAT(cached_libraries(whole.substr(0, length), names), IsEmpty()) << length;
  EXPECT_EQ(cached_libraries(cache_of(unusual_place(), 0xffffffffU), names).size(), 1U);
  auto wild = whole;
  for (size_t at = 48; at < 48 + 3 * 24; ++at) wild[at] = '\xff';  // offsets far behind the end
  EXPECT_THAT(cached_libraries(wild, names), IsEmpty());
  EXPECT_THAT(cached_libraries("", names), IsEmpty());
  EXPECT_THAT(cached_libraries(std::string(4096, 'x'), names), IsEmpty());
  EXPECT_THAT(cached_libraries(cache_of({{kOwn, names[0], "relative/libnvidia-ml.so.1"}}), names), IsEmpty());
}

TEST(Libraries, InTheOrderOfTheLinkerThenTheUsualFolders) {
  const LinkerView linker{"/own:relative::/own2;/own3", cache_of({{kOwn, "liba.so.1", "/cached/liba.so.1"}})};
  EXPECT_THAT(
      library_paths(linker, {"liba.so.1"}, {"/usual"}),
      ElementsAre("/own/liba.so.1", "/own2/liba.so.1", "/own3/liba.so.1", "/cached/liba.so.1", "/usual/liba.so.1"));
}

TEST(Libraries, NothingIsLoadedForARecording) {
  const test::TempDir folder;
  const auto view = linker_view(Root(folder.path()), "/own");
  EXPECT_TRUE(view.search_path.empty());
  EXPECT_TRUE(view.cache.empty());
}

TEST(Libraries, AnUnusualFolderIsNotCalledMissing) {
  const test::TempDir folder;
  const std::string fake = std::string(EDGEFIT_FAKE_LIBRARIES) + "/fake_nvml_two_cards.so";
  std::filesystem::copy_file(fake, folder.at("libnvidia-ml.so.1"));
  auto options = usual_vendor_options(Root(), folder.path());
  options.nvidia.cuda.clear();
  auto vendors = Vendors::start(Root(), {}, options);
  Host host;
  vendors.finish(Root(), host);
  ASSERT_EQ(host.gpus.size(), 2U);
  EXPECT_EQ(*host.gpus[0].name, "NVIDIA GeForce RTX 4090");
}

}  // namespace
}  // namespace edgefit
