#include "audit/signature.h"

#include <gtest/gtest.h>

#include "audit/fixtures_models.h"

namespace edgefit {
namespace {

const std::string kDigest(64, 'a');

TEST(Signature, FilesOfABundle) {
  const auto files = read_signature(test::bundle("sub/a.gguf", kDigest), "model.sig");
  ASSERT_TRUE(files);
  EXPECT_EQ(files->at("sub/a.gguf"), kDigest);
}

/// {"subject":[{"name":"a","digest":{"sha256":"<a...>"}}]}, of statements before version 1.
TEST(Signature, SubjectsOfOlderStatements) {
  const auto files = read_signature(
      R"({"dsseEnvelope":{"payload":"eyJzdWJqZWN0IjpbeyJuYW1lIjoiYSIsImRpZ2VzdCI6eyJzaGEyNTYiOiJhYWFhYWFhYW)"
      R"(FhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhIn19XX0="}})",
      "model.sig");
  ASSERT_TRUE(files);
  EXPECT_EQ(files->at("a"), kDigest);
}

TEST(Signature, OtherKindsAreNoEvidence) {
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("-----BEGIN PGP SIGNATURE-----"), std::string("[[[["),
        std::string(R"({"dsseEnvelope":{"payload":7}})"), std::string(R"({"dsseEnvelope":{"payload":"%%%"}})"),
        std::string(R"({"dsseEnvelope":{"payload":"e30="}})"), std::string(R"({"dsseEnvelope":[]})"),
        test::bundle("a", "not a digest"), test::bundle("", kDigest)})
    EXPECT_FALSE(read_signature(text, "model.sig")) << text;
}

TEST(Signature, KnownByItsName) {
  EXPECT_TRUE(is_signature_name("/m/model.sig"));
  EXPECT_TRUE(is_signature_name("/m/a.sigstore.json"));
  EXPECT_FALSE(is_signature_name("/m/a.json"));
}

}  // namespace
}  // namespace edgefit
