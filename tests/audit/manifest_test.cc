#include "audit/manifest.h"

#include <gtest/gtest.h>

#include "audit/fixtures_models.h"

namespace edgefit {
namespace {

using test::FakeBox;

Manifest manifest_of(const FakeBox& fake) {
  const Box box = fake.box();
  return read_manifest(box, read_store(box, "/srv/models"));
}

TEST(Manifest, ThreeSourcesOneAnswer) {
  FakeBox fake;
  test::manifest(fake, ",\"name\":\"a\",\"owner\":\"A\"", R"("deputy":"B",)");
  fake.file("/srv/models/SHA256SUMS",
            std::string(64, 'A') + " *a.gguf\n" + std::string(64, 'b') + "  ../etc/passwd\nshort x\n");
  fake.file("/srv/models/sub/b.gguf", test::kGguf);
  fake.file("/srv/models/sub/model.json", R"({"format":"edgefit.model","name":"bee","files":["b.gguf","../c"],)"
                                          R"("lifecycle":{"license":"MIT"}})");
  const auto manifest = manifest_of(fake);
  EXPECT_EQ(manifest.problem, "");
  EXPECT_EQ(manifest.deputy, "B");
  ASSERT_NE(manifest.find("a.gguf"), nullptr);
  EXPECT_EQ(manifest.find("a.gguf")->sha256, std::string(64, 'a'));
  EXPECT_EQ(manifest.find("a.gguf")->owner, "A");
  ASSERT_NE(manifest.find("sub/b.gguf"), nullptr);
  EXPECT_EQ(manifest.find("sub/b.gguf")->license, "MIT");
  EXPECT_EQ(manifest.find("sub/b.gguf")->name, "bee");
  EXPECT_EQ(manifest.models.size(), 2U) << "nothing outside the folder";
}

TEST(Manifest, WritingKeepsWhatPeopleWrote) {
  FakeBox fake;
  test::manifest(fake, ",\"approved_by\":\"B. Huber\",\"next_review\":\"2027-01-31\"", R"("owner":"A. Meier",)");
  const Box box = fake.box();
  const auto text = write_manifest(box, read_store(box, "/srv/models"), "2026-11-23");
  ASSERT_TRUE(text) << text.error().what;
  FakeBox again;
  test::models(again);
  again.file("/srv/models/edgefit.models.json", *text);
  const auto manifest = manifest_of(again);
  EXPECT_EQ(manifest.owner, "A. Meier");
  const auto* entry = manifest.find("a.gguf");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->approved_by, "B. Huber");
  EXPECT_EQ(entry->next_review, "2027-01-31");
  EXPECT_EQ(entry->sha256, test::kGgufDigest);
  EXPECT_EQ(entry->bytes, static_cast<double>(test::kGguf.size()));
}

TEST(Manifest, NothingClimbsOutAndNumbersAreSane) {
  for (const char* previous : {"../old.gguf", "/etc/shadow", "a/../../b"}) {
    FakeBox fake;
    test::manifest(fake, std::string(",\"previous\":\"") + previous + "\"");
    EXPECT_NE(manifest_of(fake).problem, "") << previous;
    EXPECT_STATUS(fake.check("EF-OPS-006"), unknown);
  }
  for (const char* bytes : {"1e300", "-5", "\"4\"", "null"}) {
    FakeBox fake;
    test::manifest(fake, std::string(",\"bytes\":") + bytes);
    EXPECT_EQ(manifest_of(fake).find("a.gguf")->bytes, -1) << bytes;
  }
}

TEST(Manifest, HugeOnesAreNotReadByHalves) {
  FakeBox fake;
  test::models(fake);
  fake.file("/srv/models/edgefit.models.json",
            R"({"format":"edgefit.models","models":[]})" + std::string(9 << 20, ' '));
  EXPECT_EQ(manifest_of(fake).access, Access::denied);
}

}  // namespace
}  // namespace edgefit
