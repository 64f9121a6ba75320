#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using testing::HasSubstr;

std::string content(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Runs the tool over one file in a folder of its own.
class CatalogGen : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "edgefit_gen_" + testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  int run(const std::string& json) {
    std::ofstream(folder_ + "/in.json") << json;
    const std::string command =
        std::string(EDGEFIT_CATALOG_GEN) + " " + folder_ + "/out.cc " + folder_ + "/in.json 2> " + folder_ + "/err";
    const int status = std::system(command.c_str());
    errors_ = content(folder_ + "/err");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string folder_, errors_;
};

const char* const kHead =
    R"({"format":"edgefit.cpus","format_version":"1.0","rows":[{"key":"k","name":"n \"q\" ??=","vendor":"v",)";

TEST_F(CatalogGen, WritesRows) {
  ASSERT_EQ(run(std::string(kHead) + R"("peak_gbs":0.1,"source":"s","as_of":"2026"}]})"), 0) << errors_;
  const std::string source = content(folder_ + "/out.cc");
  EXPECT_THAT(source, HasSubstr(R"("n \"q\" \?\?=")"));
  EXPECT_THAT(source, HasSubstr("0.10000000000000001"));
}

TEST_F(CatalogGen, WritesModels) {
  ASSERT_EQ(run(R"({"format":"edgefit.model","format_version":"1.0","name":"Ours \u00e9","parameters":7,
      "comment":{"source":"we","as_of":"2027-02"},"lifecycle":{"source_url":"https://huggingface.co/we/ours"}})"),
            0)
      << errors_;
  const std::string source = content(folder_ + "/out.cc");
  EXPECT_THAT(source, HasSubstr(R"({"in", "Ours é", "we/ours", 7.0, "we", "2027-02",)"));
  EXPECT_THAT(source, HasSubstr(R"(\"name\":\"Ours \\u00e9\")"));
  EXPECT_THAT(source, HasSubstr("std::array<ModelProfile, 1> kModels"));
}

TEST_F(CatalogGen, UnknownKeyStopsTheBuild) {
  EXPECT_EQ(run(std::string(kHead) + R"("peak_gb":1,"source":"s","as_of":"2026"}]})"), 2);
  EXPECT_THAT(errors_, HasSubstr("in.json, /rows/0"));
  EXPECT_THAT(errors_, HasSubstr("peak_gbs"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/out.cc"));
}

TEST_F(CatalogGen, MissingSourceStopsTheBuild) {
  EXPECT_EQ(run(std::string(kHead) + R"("as_of":"2026"}]})"), 2);
  EXPECT_THAT(errors_, HasSubstr("missing key \"source\""));
}

}  // namespace
