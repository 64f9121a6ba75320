// All reports of a roadmap, on a whole plan and on an empty one: what each promises to whoever reads it.
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/roadmap_reporters.h"
#include "report/width.h"
#include "support/json_schema.h"
#include "support/plan_records.h"

namespace edgefit {
namespace {

const Style kStyle{false, true, 80};

Roadmap whole(const std::string& day = "2026-12-01") {
  auto options = test::on(day);
  options.owners[1] = "A. | Meier <b>\x1b[31m";
  options.waivers = {{"P2.5", "lease", "B. Huber", "2027-01-31"}};
  auto chain = test::whole_plan();
  chain.get().head = std::string(64, 'f');
  chain.get().gaps.push_back({1, "audit", "record 1 (audit) is missing"});
  return make_roadmap(chain.get(), options);
}
bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(RoadmapReports, EveryFormOfTheTableIsThere) {
  ASSERT_EQ(roadmap_reporters().size(), 3U);
  for (const auto& reporter : roadmap_reporters()) EXPECT_FALSE(reporter.render(whole(), kStyle).empty());
}

TEST(RoadmapReports, TerminalFitsIntoEightyColumnsAndSteersNothing) {
  for (const auto& roadmap : {whole(), whole("2028-03-01"), make_roadmap({}, test::on("2026-11-30"))}) {
    const auto text = render_roadmap_terminal(roadmap, kStyle) + render_next_steps(roadmap, kStyle);
    EXPECT_FALSE(has(text, "\x1b"));
    for (size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      EXPECT_LE(display_width(text.substr(at, end - at)), 80U) << text.substr(at, end - at);
      at = end + 1;
    }
  }
}

TEST(RoadmapReports, TheVerdictFollowsTheExitCode) {
  EXPECT_TRUE(render_roadmap_terminal(whole("2028-03-01"), kStyle).starts_with("LATE  "));
  EXPECT_TRUE(render_roadmap_terminal(whole(), kStyle).starts_with("UNDECIDED  27 of 27 criteria done"));
  auto good = test::whole_plan();
  EXPECT_TRUE(
      render_roadmap_terminal(make_roadmap(good.get(), test::on("2026-12-01")), kStyle).starts_with("ON TIME  "));
}

TEST(RoadmapReports, JsonKeepsToItsSchema) {
  const auto schema = source_file("docs/schema/roadmap.schema.json");
  for (const auto& roadmap : {whole(), whole("2028-03-01"), make_roadmap({}, test::on("2026-11-30"))}) {
    const auto text = render_roadmap_json(roadmap, kStyle);
    const auto errors = schema_errors(schema, text);
    EXPECT_TRUE(errors.empty()) << errors.front();
    const auto json = parse_json(text, "report");
    ASSERT_TRUE(json);
    EXPECT_EQ((*json)["exit_code"], exit_code_of(roadmap));
    int all = 0;
    for (const auto& [state, count] : (*json)["summary"].items()) all += count.get<int>();
    EXPECT_EQ(all, static_cast<int>(criteria().size()));
  }
}

TEST(RoadmapReports, ThePaperIsSignedAndClaimsNoCompliance) {
  const auto text = render_roadmap_markdown(whole(), kStyle);
  EXPECT_TRUE(has(text, "A. \\| Meier \\<b\\>"));
  EXPECT_TRUE(has(text, std::string(64, 'f')));
  EXPECT_TRUE(has(text, "record 1 (audit) is missing"));
  EXPECT_TRUE(has(text, "supports evidence for"));
  EXPECT_FALSE(has(text, "compliant"));
  for (const auto& row : criteria()) EXPECT_TRUE(has(text, std::string("| ") + row.id + " |")) << row.id;
}

}  // namespace
}  // namespace edgefit
