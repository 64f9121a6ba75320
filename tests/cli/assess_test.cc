#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/invoke.h"
#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using Json = nlohmann::ordered_json;
using test::fixture;
using test::has;
using test::invoke;

const char* const kMachines[] = {"machines/workstation.json", "machines/two-gpus.json", "machines/laptop.json",
                                 "machines/silent-gpu.json"};
const char* const kModels[] = {"models/llama-8b.json",     "models/llama-70b.json", "models/few-facts.json",
                               "models/needs-hopper.json", "models/stranger.json",  "models/hostile-name.json"};

TEST(Assess, RealOutputFollowsTheSchemaAndTheContract) {
  const std::string schema = source_file("docs/schema/assessment.schema.json");
  for (const char* machine : kMachines) {
    for (const char* model : kModels) {
      const auto outcome = invoke({"assess", fixture(model), "--host", fixture(machine), "--format", "json"});
      EXPECT_THAT(schema_errors(schema, outcome.out), testing::IsEmpty()) << machine << " " << model;
      EXPECT_EQ(outcome.err, "");
      const Json json = Json::parse(outcome.out);
      EXPECT_EQ(json["exit_code"], outcome.code);
      for (const auto& pool : json["memory"]) {
        int64_t sum = 0;
        for (const auto& line : pool["lines"]) {
          sum += line["bytes"].get<int64_t>();
          EXPECT_TRUE(json["why"].contains(line["why"].get<std::string>()));
        }
        EXPECT_EQ(pool["need"]["value"].get<int64_t>(), sum);
      }
      for (const auto& [id, entry] : json["why"].items()) {
        for (const auto& input : entry["inputs"]) {
          const bool known = input["why"].is_null() || json["why"].contains(input["why"].get<std::string>());
          EXPECT_TRUE(known) << id << ": " << input;
        }
      }
    }
  }
}

TEST(Assess, ExitCodesFollowTheVerdictAndFailOn) {
  const auto code = [](const char* model, const char* machine, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"assess", fixture(model), "--host", fixture(machine)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return invoke(arguments).code;
  };
  EXPECT_EQ(code("models/llama-8b.json", "machines/workstation.json"), 0);
  EXPECT_EQ(code("models/llama-70b.json", "machines/laptop.json"), 1);
  EXPECT_EQ(code("models/stranger.json", "machines/laptop.json"), 3);
  EXPECT_EQ(code("models/llama-70b.json", "machines/laptop.json", {"--fail-on", "never"}), 0);
  EXPECT_EQ(code("models/llama-70b.json", "machines/laptop.json", {"--fail-on", "always"}), 2);
  EXPECT_EQ(code("models/nowhere.json", "machines/laptop.json"), 2);
}

TEST(Assess, TheDateIsThatOfTheFlag) {
  const auto outcome = invoke({"assess", fixture("models/llama-8b.json"), "--host", fixture("machines/laptop.json"),
                               "--format", "json", "--as-of", "2027-01-31"});
  EXPECT_TRUE(has(outcome.out, "\"as_of\": \"2027-01-31\"")) << outcome.err;
}

TEST(Assess, ABaselineChangesWhatIsPrintedAndNotTheExitCode) {
  const test::TempDir dir;
  const std::string model = fixture("models/llama-8b.json"), old_one = dir.at("old.json"), xml = dir.at("junit.xml");
  const std::vector<std::string> question = {"assess", model, "--host", fixture("machines/workstation.json")};
  const auto ask = [&question](std::vector<std::string> more) {
    more.insert(more.begin(), question.begin(), question.end());
    return invoke(more);
  };
  ASSERT_EQ(ask({"-o", old_one}).code, 0);
  EXPECT_TRUE(has(ask({"--baseline", old_one}).out, "nothing moved since "));
  const auto moved =
      ask({"--baseline", old_one, "--context", "131072", "--sequences", "64", "--gpu-layers", "all", "-o", xml});
  EXPECT_EQ(moved.code, 1);
  EXPECT_TRUE(has(moved.out, "NOT READY") && has(moved.out, "GPU memory")) << moved.out;
  std::ifstream junit(xml);
  const std::string whole{std::istreambuf_iterator<char>(junit), {}};
  EXPECT_TRUE(has(whole, "<testsuites>")) << "a test page shows what is, not what moved";
  EXPECT_EQ(ask({"--baseline", dir.at("nowhere.json")}).code, 2);
}

TEST(Assess, WithoutAModelItPointsToRank) {
  const auto outcome = invoke({"assess", "--gpu", "rtx-4090"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(has(outcome.err, "edgefit rank")) << outcome.err;
}

}  // namespace
}  // namespace edgefit
