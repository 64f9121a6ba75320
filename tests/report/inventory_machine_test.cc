#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/inventory_sample.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(InventoryMachine, JsonKeepsToItsSchema) {
  const std::string schema = source_file("docs/schema/inventory.schema.json");
  const std::string text = render_inventory(test::sample_inventory(), "2026-11-23", "json", {});
  EXPECT_THAT(schema_errors(schema, text), IsEmpty());
  auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["exit_code"], 1);
  EXPECT_EQ(json["summary"]["fail"], 2);
  EXPECT_EQ(json["rows"][0]["id"], "memory.size");
  EXPECT_EQ(json["rows"][0]["planned"], 68719476736);
  EXPECT_EQ(json["rows"][0]["effect"]["verdict"], "not_ready");
  EXPECT_TRUE(json["rows"][2]["found"].is_null()) << "not seen is no number";
  json["rows"][0]["status"] = "fine";
  json["rows"][1].erase("effect");
  EXPECT_GE(schema_errors(schema, json.dump()).size(), 2U);
}

TEST(InventoryMachine, JUnitHasACaseARowAndOneForTheAnswer) {
  const std::string text = render_inventory(test::sample_inventory(), "2026-11-23", "junit", {});
  EXPECT_THAT(text, HasSubstr("tests=\"7\" failures=\"3\" errors=\"1\" skipped=\"1\""));
  EXPECT_THAT(text, HasSubstr("<failure type=\"fail\" message=\"planned 64.00 GiB, found 32.00 GiB\">alone: ready"));
  EXPECT_THAT(text, HasSubstr("<error type=\"unknown\""));
  EXPECT_THAT(text, HasSubstr("Planned &lt;CPU&gt;")) << "a warning is told in the output";
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace edgefit
