#include "edgefit/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "gguf_writer.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string problem_of(const std::string& path) {
  const auto model = read_model(path);
  return model ? "" : model.error().what;
}

TEST(ReadModel, RecognisesFormatsByContent) {
  const TempDir dir;
  const auto gguf = read_model(dir.write("a.json", test::tiny_llama().file()));
  ASSERT_TRUE(gguf) << gguf.error().what;
  EXPECT_EQ(gguf->format, "gguf");
  const auto json = read_model(dir.write("b.gguf", "\n {\"name\":\"x\",\"parameters\":\"8B\"}"));
  ASSERT_TRUE(json) << json.error().what;
  EXPECT_EQ(json->format, "model.json");
  EXPECT_EQ(json->source, dir.at("b.gguf"));
}

TEST(ReadModel, NamesWhatWasHandedOverByMistake) {
  const TempDir dir;
  EXPECT_THAT(problem_of(dir.write("a.gguf", std::string("PK\x03\x04\0\0", 6))), HasSubstr("ZIP archive"));
  EXPECT_THAT(problem_of(dir.write("b.gguf", "\n<!DOCTYPE html>")), HasSubstr("web page"));
  EXPECT_THAT(problem_of(dir.write("c.gguf", "version https://git-lfs.github.com/spec/v1\n")),
              HasSubstr("git-lfs pointer"));
  EXPECT_THAT(problem_of(dir.write("d.bin", "tjgg\x03")), HasSubstr("GGJT"));
  EXPECT_THAT(problem_of(dir.write("e.gguf", "gguf\x03")), HasSubstr("lower case"));
  EXPECT_THAT(problem_of(dir.write("f.gguf", "")), HasSubstr("empty"));
  const auto unknown = read_model(dir.write("g.gguf", "hello"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().what, "unknown format");
  EXPECT_THAT(unknown.error().hint, HasSubstr("formats that are read: gguf, "));
  EXPECT_EQ(unknown.error().where, dir.at("g.gguf"));
}

TEST(ReadModel, RefusesWhatIsNoFile) {
  const TempDir dir;
  ASSERT_EQ(::mkfifo(dir.at("fifo").c_str(), 0600), 0);
  EXPECT_EQ(problem_of(dir.at("fifo")), "this is a pipe, not a file");
  EXPECT_EQ(problem_of(dir.at("none")), "no such file");
  EXPECT_EQ(problem_of("/dev/zero"), "this is a device, not a file");
}

TEST(ReadModel, LooksIntoAFolder) {
  const TempDir dir;
  dir.write("one/x.gguf", test::tiny_llama().file());
  dir.write("one/README.md", "hello");
  const auto one = read_model(dir.at("one"));
  ASSERT_TRUE(one) << one.error().what;
  EXPECT_EQ(one->source, dir.at("one/x.gguf"));
  dir.write("two/a.gguf", "");
  dir.write("two/b.gguf", "");
  EXPECT_EQ(problem_of(dir.at("two")), "several models in this folder");
  dir.write("two/model.json", R"({"name":"x","parameters":"8B"})");
  EXPECT_EQ(read_model(dir.at("two/"))->name, "x");
  dir.write("three/README.md", "hello");
  EXPECT_EQ(problem_of(dir.at("three")), "no model in this folder");
  std::filesystem::create_directory(dir.at("four"));
  EXPECT_EQ(problem_of(dir.at("four")), "this is a folder, not a file");
}

TEST(ReadModel, AddsTheFilesOfADescriptor) {
  const TempDir dir;
  dir.write("sub/x.gguf", test::tiny_llama().file());
  const auto model = read_model(dir.write("model.json", R"({"name":"mine","files":["sub/x.gguf"]})"));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->name, "mine");
  EXPECT_EQ(*model->parameters, test::kTinyParameters);
  EXPECT_TRUE(model->tensors_stored);
  EXPECT_THAT(model->warnings, IsEmpty());
  const auto absolute =
      read_model(dir.write("abs.json", R"({"name":"mine","files":[")" + dir.at("sub/x.gguf") + "\"]}"));
  ASSERT_TRUE(absolute) << absolute.error().what;
  EXPECT_TRUE(absolute->parameters);
}

TEST(ReadModel, AMissingFileMattersWhenNothingElseIsSaid) {
  const TempDir dir;
  EXPECT_EQ(problem_of(dir.write("a.json", R"({"name":"x","files":["none.gguf"]})")), "no such file");
  const auto enough = read_model(dir.write("b.json", R"({"name":"x","parameters":"8B","files":["none.gguf"]})"));
  ASSERT_TRUE(enough);
  EXPECT_THAT(enough->warnings, ElementsAre(HasSubstr("no such file")));
  EXPECT_EQ(problem_of(dir.write("c.json", R"({"name":"x","files":["c.json"]})")),
            "a descriptor cannot name another one");
  EXPECT_EQ(problem_of(dir.write("d.json", R"({"name":"x","files":["/dev/zero"]})")), "this is a device, not a file");
}

}  // namespace
}  // namespace edgefit
