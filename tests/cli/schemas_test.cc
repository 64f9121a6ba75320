// What each command really prints as JSON follows the schema that docs/report-format.md names for its format, and no
// command prints JSON without one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "cli/invoke.h"
#include "cli/shared_rows.h"
#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

const std::map<std::string, std::string> kSchemas = {
    {"edgefit.assessment", "docs/schema/assessment.schema.json"},
    {"edgefit.audit", "docs/schema/audit.schema.json"},
    {"edgefit.calibration", "docs/schema/calibration.schema.json"},
    {"edgefit.catalog", "docs/schema/catalog.schema.json"},
    {"edgefit.catalog-check", "docs/schema/catalog.schema.json"},
    {"edgefit.host", "docs/schema/host.schema.json"},
    {"edgefit.inventory", "docs/schema/inventory.schema.json"},
    {"edgefit.model", "profiles/schema/model.schema.json"},
    {"edgefit.rank", "docs/schema/rank.schema.json"},
    {"edgefit.roadmap", "docs/schema/roadmap.schema.json"},
};
/// Needs a server: tests/cli/verify_checks_test.cc has one and holds its reports to their schema.
constexpr const char* kElsewhere = "verify";

struct Call {
  std::vector<std::string> words;
  std::string format;
};

std::vector<Call> calls(const test::TempDir& dir) {
  const std::string model = fixture("models/llama-8b.json");
  const std::string runs =
      dir.write("runs.json", R"([{"backends":"CUDA","n_gpu_layers":99,"n_prompt":0,"n_gen":128,"avg_ts":110}])");
  const std::string box = dir.at("case.json");
  EXPECT_NE(invoke({"assess", model, "--ram", "64GiB", "--cpu", "ryzen-9-7950x", "-o", box}).code, 2);
  EXPECT_EQ(invoke({"attest", "owner", "--by", "A. Meier", "--evidence", dir.at("e")}).code, 0);
  return {
      {{"assess", model, "--gpu", "rtx-4090", "--ram", "64GiB"}, "edgefit.assessment"},
      {{"assess", fixture("models/detector.json"), "--gpu", "hailo-8"}, "edgefit.assessment"},
      {{"assess", fixture("models/llama-70b.json"), "--runtime", "vllm", "--gpu", "rtx-4090", "--ram", "64GiB"},
       "edgefit.assessment"},
      {{"plan", fixture("models/llama-70b.json"), "--gpu", "rtx-4090", "--ram", "64GiB"}, "edgefit.assessment"},
      {{"plan", "--check", box}, "edgefit.inventory"},
      {{"inspect", fixture("models/tiny.onnx")}, "edgefit.model"},
      {{"probe"}, "edgefit.host"},
      {{"calibrate", model, runs, "--quant", "q4_k_m", "--gpu", "rtx-4090", "--ram", "64GiB"}, "edgefit.calibration"},
      {{"rank", "--limit", "3", "--gpu", "rtx-4090", "--ram", "64GiB"}, "edgefit.rank"},
      {{"audit"}, "edgefit.audit"},
      {{"roadmap", "show", "--start", "2026-11-02", "--evidence", dir.at("e")}, "edgefit.roadmap"},
      {{"catalog", "list", "rtx-4090"}, "edgefit.catalog"},
      {{"catalog", "show", "rtx-4090"}, "edgefit.catalog"},
      {{"catalog", "check"}, "edgefit.catalog-check"},
  };
}

TEST(Schemas, EveryCommandsJsonFollowsTheOneOfItsFormat) {
  const test::TempDir dir;
  for (auto [words, format] : calls(dir)) {
    SCOPED_TRACE(testing::PrintToString(words));
    words.insert(words.end(), {"--format", "json"});
    const auto outcome = invoke(words);
    const auto json = nlohmann::json::parse(outcome.out, nullptr, false);
    ASSERT_TRUE(json.is_object()) << outcome.err;
    EXPECT_EQ(json.value("format", ""), format);
    const std::string schema = source_file(kSchemas.at(format));
    EXPECT_THAT(schema_errors(schema, outcome.out), testing::IsEmpty());
    auto other = json;
    other["format"] = "edgefit.another";
    EXPECT_THAT(schema_errors(schema, other.dump()), testing::Not(testing::IsEmpty()));
  }
}

TEST(Schemas, NoCommandPrintsJsonWithoutOne) {
  const test::TempDir dir;
  const auto tried = calls(dir);
  for (const auto& command : commands()) {
    const bool known = command.name == kElsewhere || std::any_of(tried.begin(), tried.end(), [&](const Call& call) {
                         return call.words.front() == command.name;
                       });
    const auto help = invoke({std::string(command.name), "--help"});
    EXPECT_TRUE(known || !has(help.out, "terminal, json")) << command.name;
  }
  const std::string page = source_file("docs/report-format.md");
  for (const auto& [format, schema] : kSchemas)
    EXPECT_TRUE(has(page, schema.substr(schema.find("schema/")))) << format << " is not on the page";
}

}  // namespace
}  // namespace edgefit
