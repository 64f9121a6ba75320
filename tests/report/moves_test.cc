#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "edgefit/baseline.h"
#include "report/sample.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

Moves sample_moves() {
  Moves moves{"2026-10-01", "0.1.0", "tight", {}};
  moves.list.push_back({"verdict", "verdict", "verdict", "", {}, {}, "tight", "ready"});
  moves.list.push_back({"memory", "gpu0.need", "gpu0 needs", "B", 4 * kGiB, 5 * kGiB, "", ""});
  moves.list.push_back({"memory", "gpu0.have", "gpu0 has", "B", 5 * kGiB, 5 * kGiB + 1, "", ""});
  moves.list.push_back({"speed", "decode_tokens_per_second", "each request", "tok/s", {}, 50, "", ""});
  moves.list.push_back({"limits", "max_sequences", "most requests", "1", 4, 80, "", ""});
  moves.list.push_back({"options", "add gpu", "a <b> | *c*", "", {}, {}, "ready", ""});
  return moves;
}

TEST(Moves, TerminalShowsBothSides) {
  const std::string text = render_moves(sample_moves(), test::sample_answer(), "terminal", {});
  EXPECT_THAT(text, HasSubstr("READY  llama-8b q4_k_m on bench\nmoved since 2026-10-01\n"));
  EXPECT_THAT(text, HasSubstr("gpu0 needs"));
  EXPECT_THAT(text, HasSubstr("4.00 GiB"));
  EXPECT_THAT(text, HasSubstr("+25.0 %"));
  EXPECT_THAT(text, HasSubstr("x20"));
  EXPECT_THAT(text, HasSubstr("5,368,709,121 B")) << "what rounding hides is told exactly";
}

TEST(Moves, NothingIsOneLine) {
  const Moves none{"2026-10-01", "0.1.0", "ready", {}};
  for (const char* form : {"terminal", "markdown"}) {
    const std::string text = render_moves(none, test::sample_answer(), form, {});
    EXPECT_THAT(text, HasSubstr("nothing moved since 2026-10-01: READY"));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  }
}

TEST(Moves, MarkdownKeepsMarkupOfStrangersAsText) {
  const std::string text = render_moves(sample_moves(), test::sample_answer(), "markdown", {});
  EXPECT_THAT(text, HasSubstr("## READY: llama-8b"));
  EXPECT_THAT(text, HasSubstr("a \\<b\\> \\| \\*c\\*"));
}

TEST(Moves, JsonFollowsItsSchema) {
  const std::string text = render_moves(sample_moves(), test::sample_answer(), "json", {});
  EXPECT_THAT(schema_errors(source_file("docs/schema/movement.schema.json"), text), testing::IsEmpty());
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["baseline"]["verdict"], "tight");
  EXPECT_EQ(json["moved"][1]["now"], 5368709120);
  EXPECT_TRUE(json["moved"][3]["was"].is_null());
  EXPECT_THAT(schema_errors(source_file("docs/schema/movement.schema.json"), "{}"), testing::Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace edgefit
