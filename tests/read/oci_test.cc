#include "read/oci.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::TempDir;
using ::testing::HasSubstr;

const std::string kHex(64, 'a');

std::string manifest(const std::string& digest, const std::string& type = "application/vnd.ollama.image.model") {
  return R"({"schemaVersion":2,"config":{"mediaType":"c","digest":"sha256:)" + kHex +
         R"(","size":7},"layers":[{"mediaType":")" + type + R"(","digest":")" + digest + R"(","size":100}]})";
}

TEST(Oci, ReadsLayers) {
  const auto out = read_oci_manifest(manifest("sha256:" + kHex), "m");
  ASSERT_TRUE(out) << out.error().what;
  ASSERT_EQ(out->layers.size(), 1U);
  EXPECT_EQ(out->layers[0].bytes, 100);
  EXPECT_EQ(out->config.bytes, 7);
}

TEST(Oci, ADigestIsNeverAPath) {
  for (const std::string& digest :
       {std::string("sha256:../../x"), "sha256:" + std::string(61, 'a') + "/..", std::string(),
        "sha256:" + std::string(64, 'A'), "sha512:" + kHex, "sha256:" + kHex + "a"}) {
    const auto out = read_oci_manifest(manifest(digest), "m");
    ASSERT_FALSE(out) << digest;
    EXPECT_THAT(out.error().what, HasSubstr("not a digest"));
    EXPECT_FALSE(open_blob(digest, "m"));
  }
}

TEST(Oci, FindsBlobsInTheThreeStores) {
  const TempDir dir;
  const std::string digest = "sha256:" + kHex;
  const auto found = [&](const std::string& blob, const std::string& manifest_path) {
    dir.write(blob, "x");
    const auto file = open_blob(digest, dir.at(manifest_path));
    return file && file->path() == dir.at(blob);
  };
  EXPECT_TRUE(found("ollama/blobs/sha256-" + kHex, "ollama/manifests/registry/library/gemma/2b"));
  EXPECT_TRUE(found("layout/blobs/sha256/" + kHex, "layout/manifest.json"));
  EXPECT_TRUE(found("pack/blobs/sha256/" + kHex, "pack/blobs/sha256/" + std::string(64, 'b')));
  EXPECT_FALSE(open_blob(digest, dir.at("elsewhere/manifest.json")));
}

TEST(Oci, ManifestsOfOtherThingsAreRefused) {
  const TempDir dir;
  const auto image = read_model(dir.write("m", manifest("sha256:" + kHex, "application/vnd.oci.image.layer.v1.tar")));
  ASSERT_FALSE(image);
  EXPECT_THAT(image.error().what, HasSubstr("container image"));
  const auto empty = read_oci_manifest(R"({"schemaVersion":2,"layers":[]})", "m");
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().what, HasSubstr("no layers"));
}

}  // namespace
}  // namespace edgefit
