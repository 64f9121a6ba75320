#include "read/modelpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::TempDir;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string config(const std::string& inside, const std::string& descriptor = R"("name":"tale-8b")") {
  return R"({"descriptor":{)" + descriptor + R"(},"config":{)" + inside +
         R"(},"modelfs":{"type":"layers","diffIds":["sha256:00"]}})";
}
std::string problem_of(const std::string& text) {
  const auto model = read_modelpack_config(text, "config.json");
  return model ? "" : model.error().where + ": " + model.error().what;
}

TEST(ModelPack, ReadsAConfig) {
  const TempDir dir;
  const auto model = read_model(dir.write(
      "c.json",
      config(
          R"("paramSize":"8b","precision":"float16","quantization":"awq","capabilities":{"outputTypes":["embedding"]})",
          R"("name":"tale-8b","vendor":"Tellers","licenses":["MIT","Apache-2.0"],"createdAt":"2025-02-03T04:05:06.7+01:00")")));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->format, "modelpack");
  EXPECT_EQ(model->name, "tale-8b");
  EXPECT_EQ(*model->parameters, 8e9);
  EXPECT_EQ(model->precision, "awq");
  EXPECT_EQ(model->task, Task::embedding);
  EXPECT_EQ(model->lifecycle.owner, "Tellers");
  EXPECT_EQ(model->lifecycle.license, "MIT AND Apache-2.0");
  EXPECT_EQ(model->lifecycle.released, "2025-02-03");
  EXPECT_FALSE(model->weight_bytes);
  EXPECT_THAT(model->warnings, IsEmpty());
}

TEST(ModelPack, IsAsStrictAsItsSchema) {
  EXPECT_EQ(problem_of(config("")), "");
  for (const char* size : {"-8q", "8 apples", "", "0b", "1e99"})
    EXPECT_EQ(problem_of(config(R"("paramSize":")" + std::string(size) + "\"")) == "", *size == '\0') << size;
  EXPECT_THAT(problem_of(config(R"("paramSize":8)")), HasSubstr("#/config/paramSize"));
  EXPECT_THAT(problem_of(config(R"("capabilities":{"reasoning":"yes"})")), HasSubstr("/config/capabilities/reasoning"));
  EXPECT_THAT(problem_of(config(R"("capabilities":{"inputTypes":["smell"]})")), HasSubstr("unknown type of data"));
  EXPECT_THAT(problem_of(config(R"("capabilities":{"languages":["eng"]})")), HasSubstr("not a language"));
  EXPECT_THAT(problem_of(config(R"("capabilities":{"flying":true})")), HasSubstr("unknown capability"));
  EXPECT_THAT(problem_of(config("", R"("licenses":"MIT")")), HasSubstr("expected a list"));
  EXPECT_THAT(problem_of(R"({"descriptor":{},"config":{}})"), HasSubstr("\"modelfs\" is missing"));
  EXPECT_THAT(problem_of(R"({"descriptor":{},"config":{},"modelfs":{"type":"tar","diffIds":["x"]}})"),
              HasSubstr("unknown value"));
  EXPECT_THAT(problem_of(R"({"descriptor":{},"config":{},"modelfs":{"type":"layers","diffIds":[]}})"),
              HasSubstr("no layers"));
}

TEST(ModelPack, TimesAreThoseOfRfc3339) {
  const auto good = [](const std::string& time) {
    return problem_of(config("", R"("createdAt":")" + time + "\"")).empty();
  };
  EXPECT_TRUE(good("2025-01-01T00:00:00Z"));
  EXPECT_TRUE(good("2025-01-01T00:00:00.123-05:30"));
  for (const char* time : {"2025-01-01", "2025-01-01T00:00:00", "2025-01-01 00:00:00Z", "2025-01-01T00:00:00+0100",
                           "2025-01-01T00:00:00.", "yesterday, twenty one"})
    EXPECT_FALSE(good(time)) << time;
}

std::string manifest(const std::string& weight_type) {
  return R"({"schemaVersion":2,"artifactType":"application/vnd.cncf.model.manifest.v1+json","config":{"mediaType":"application/vnd.cncf.model.config.v1+json","digest":"sha256:)" +
         std::string(64, 'c') + R"(","size":300},"layers":[{"mediaType":"application/vnd.cncf.model.weight.v1.)" +
         weight_type + R"(","digest":"sha256:)" + std::string(64, 'a') +
         R"(","size":5000},{"mediaType":"application/vnd.cncf.model.doc.v1.tar","digest":"sha256:)" +
         std::string(64, 'b') + R"(","size":70}]})";
}

TEST(ModelPack, AManifestTellsSizesAndFindsItsConfig) {
  const TempDir dir;
  const auto alone = read_model(dir.write("m.json", manifest("tar")));
  ASSERT_TRUE(alone) << alone.error().what;
  EXPECT_EQ(alone->weight_bytes->value, 5000);
  EXPECT_FALSE(alone->parameters);
  dir.write("blobs/sha256/" + std::string(64, 'c'), config(R"("paramSize":"7B")"));
  const auto whole = read_model(dir.at("m.json"));
  ASSERT_TRUE(whole) << whole.error().what;
  EXPECT_EQ(whole->name, "tale-8b");
  EXPECT_EQ(*whole->parameters, 7e9);
  EXPECT_EQ(whole->file_bytes->value, 5000);
  const auto packed = read_model(dir.write("z.json", manifest("tar+gzip")));
  ASSERT_TRUE(packed);
  EXPECT_FALSE(packed->weight_bytes);
  EXPECT_EQ(packed->file_bytes->value, 5000);
}

}  // namespace
}  // namespace edgefit
