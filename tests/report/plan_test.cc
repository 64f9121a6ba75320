#include "report/plan.h"

#include <gtest/gtest.h>

#include "report/sample.h"

namespace edgefit {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(PlanReport, TheOptionStandsInDetailWithWhatNobodyCanSee) {
  Answer now = test::short_answer();
  now.options[1].recommended = true;
  now.options[1].unseen = {{"slots.free", 2, "1"}, {"psu.watts", 900, "W"}};
  const std::string text = render_plan(now, test::sample_answer(), 1, {});
  EXPECT_TRUE(has(text, "<--"));
  EXPECT_TRUE(has(text, "two wide each: 2 needed"));
  EXPECT_TRUE(has(text, "--fact psu.watts=N"));
  EXPECT_TRUE(has(text, "Afterwards: ready"));
  EXPECT_TRUE(has(text, "--option 2 -o plan.md"));
}

TEST(PlanReport, ThePaperListsPricesWithSourceAndInterval) {
  Answer now = test::short_answer();
  now.options[1].changes[0].price = now.options[1].price;
  now.options[1].over_budget = true;
  const std::string text = render_paper(now, test::sample_answer(), 1);
  EXPECT_TRUE(has(text, "1,599 USD (1,599 to 1,700)")) << text;
  EXPECT_TRUE(has(text, "vendor"));
  EXPECT_TRUE(has(text, "more than the budget"));
}

TEST(PlanReport, ThePaperNeverLetsAStrangerWriteMarkup) {
  Answer now = test::short_answer();
  now.options[0].changes[0].to = "<script>|*x*";
  const std::string text = render_paper(now, test::sample_answer(), 0);
  EXPECT_FALSE(has(text, "<script>"));
  EXPECT_TRUE(has(text, "\\<script\\>\\|\\*x\\*"));
}

TEST(PlanReport, WithoutOptionsTheReasonIsTold) {
  Answer now = test::short_answer();
  now.options.clear();
  now.catalog_date = "2026-11";
  EXPECT_TRUE(has(render_no_plan(now, {}), "Nothing in the catalog of 2026-11 suffices"));
  EXPECT_TRUE(has(render_no_plan(test::sample_answer(), {}), "Nothing has to be bought or changed."));
}

}  // namespace
}  // namespace edgefit
