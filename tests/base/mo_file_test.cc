#include "base/mo_file.h"

#include <gtest/gtest.h>

#include "support/mo_bytes.h"

namespace edgefit {
namespace {

using test::mo_bytes;
using namespace std::string_view_literals;

const std::vector<std::pair<std::string, std::string>> kEntries = {
    {"", "Language: xx\n"}, {"box", "Kiste"}, {"fits", "passt"}, {"fits not", "passt nicht"}};

TEST(MoFile, FindsWholeSentencesOnly) {
  const std::string bytes = mo_bytes(kEntries);
  const MoFile file(bytes);
  ASSERT_EQ(file.size(), 4U);
  EXPECT_EQ(file.find("box"), "Kiste");
  EXPECT_EQ(file.find("fits"), "passt");
  EXPECT_EQ(file.find("fits not"), "passt nicht");
  for (const char* unknown : {"a", "bo", "boxes", "zebra"}) EXPECT_EQ(file.find(unknown), "") << unknown;
  EXPECT_EQ(file.original(1), "box");
  EXPECT_EQ(file.translation(1), "Kiste");
}

TEST(MoFile, ASentenceWithAPluralIsFoundByItsFirstForm) {
  using namespace std::string_literals;
  const std::string bytes = mo_bytes({{"{} box\0{} boxes"s, "{} Kiste\0{} Kisten"s}});
  EXPECT_EQ(MoFile(bytes).find("{} box"), "{} Kiste\0{} Kisten"sv);
}

TEST(MoFile, OtherBytesAreAnEmptyCatalogue) {
  EXPECT_EQ(MoFile({}).size(), 0U);
  EXPECT_EQ(MoFile("no catalogue, but as long as a header is").find("box"), "");
  std::string revision = mo_bytes(kEntries);
  revision[4] = 1;
  EXPECT_EQ(MoFile(revision).size(), 0U);
}

TEST(MoFile, NoDamageReadsOutside) {
  const std::string whole = mo_bytes(kEntries);
  const auto look = [](const std::string& damaged) {
    // A copy of its own, so that a sanitizer sees the first byte beyond it.
    const std::string copy(damaged);
    const MoFile file(copy);
    for (const auto& [original, translation] : kEntries) {
      const auto found = file.find(original);
      EXPECT_TRUE(found.empty() ||
                  (found.data() >= copy.data() && found.data() + found.size() < copy.data() + copy.size()));
    }
  };
  for (size_t size = 0; size < whole.size(); ++size) look(whole.substr(0, size));
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const char value : {'\x00', '\x01', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[at] = value;
      look(damaged);
    }
  }
}

}  // namespace
}  // namespace edgefit
