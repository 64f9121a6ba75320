#include "read/ollama.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "gguf_writer.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::TempDir;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string digest(char letter) {
  return std::string(64, letter);
}
std::string layer(const std::string& kind, char letter, size_t size) {
  return R"({"mediaType":"application/vnd.ollama.image.)" + kind + R"(","digest":"sha256:)" + digest(letter) +
         R"(","size":)" + std::to_string(size) + "}";
}
std::string manifest(const std::string& layers) {
  return R"({"schemaVersion":2,"config":{"digest":"sha256:)" + digest('c') + R"(","size":1},"layers":[)" + layers +
         "]}";
}
constexpr const char* kPlace = "manifests/registry.ollama.ai/library/tiny/1b";

TEST(Ollama, ReadsTheModelOfTheStore) {
  const TempDir dir;
  const std::string gguf = test::tiny_llama().file();
  dir.write("blobs/sha256-" + digest('a'), gguf);
  dir.write("blobs/sha256-" + digest('b'), R"({"num_ctx":2048,"stop":["x"]})");
  const auto model =
      read_model(dir.write(kPlace, manifest(layer("model", 'a', gguf.size()) + "," + layer("params", 'b', 29))));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->format, "ollama");
  EXPECT_EQ(model->name, "tiny:1b");
  EXPECT_EQ(*model->parameters, test::kTinyParameters);
  EXPECT_TRUE(model->tensors_stored);
  EXPECT_EQ(model->workload.context.value_or(0), 2048);
  EXPECT_EQ(model->lifecycle.sha256, digest('a'));
  EXPECT_THAT(model->warnings, IsEmpty());
}

TEST(Ollama, AManifestAloneTellsSizesOnly) {
  const TempDir dir;
  const auto model = read_model(dir.write("m.json", manifest(layer("model", 'a', 1678447520))));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_FALSE(model->parameters);
  EXPECT_THAT(model->parameters.why, HasSubstr("only the size"));
  EXPECT_EQ(model->weight_bytes->value, 1678447520);
  EXPECT_EQ(model->weight_bytes.origin.kind, Origin::Kind::derived);
  EXPECT_EQ(model->file_bytes->value, 1678447520);
}

TEST(Ollama, ProjectorsAndDamageAreSaid) {
  const TempDir dir;
  dir.write("blobs/sha256-" + digest('a'), test::tiny_llama().file());
  const auto model =
      read_model(dir.write(kPlace, manifest(layer("model", 'a', 5) + "," + layer("projector", 'e', 1 << 30))));
  ASSERT_TRUE(model) << model.error().what;
  ASSERT_EQ(model->warnings.size(), 2U);
  EXPECT_THAT(model->warnings[0], HasSubstr("the manifest says 5 bytes"));
  EXPECT_THAT(model->warnings[1], HasSubstr("an image projector of 1.00 GiB"));
  EXPECT_EQ(model->file_bytes->value, 5 + (1 << 30));
  dir.write("blobs/sha256-" + digest('a'), "no model");
  EXPECT_FALSE(read_model(dir.at(kPlace)));
}

}  // namespace
}  // namespace edgefit
