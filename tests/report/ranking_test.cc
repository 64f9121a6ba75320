#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/ranking_sample.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RankingReport, ATableOfWhatFitsAndALineForTheRest) {
  const std::string text = render_ranking(test::sample_ranking(), test::sample_rank_head(), {});
  EXPECT_THAT(text, HasSubstr("2 of 7 models fit on bench\n"));
  EXPECT_THAT(text, HasSubstr("1  llama-8b  q4_k_m"));
  EXPECT_THAT(text, HasSubstr("5 do not fit: a, b, c and 2 more"));
  EXPECT_THAT(text, HasSubstr("More on the first, with the same box: edgefit assess llama-8b --quant q4_k_m"));
}

TEST(RankingReport, ALimitIsSaid) {
  RankHead head = test::sample_rank_head();
  head.limit = 1;
  const std::string text = render_ranking(test::sample_ranking(), head, {});
  EXPECT_THAT(text, HasSubstr("1 more fits: --limit 0 shows all"));
  EXPECT_THAT(text, Not(HasSubstr("other")));
}

TEST(RankingReport, LinesStayWithinTheWidth) {
  Ranking ranking = test::sample_ranking();
  ranking.fits[0].word = std::string(120, 'x');
  const std::string text = render_ranking(ranking, test::sample_rank_head(), {});
  size_t start = 0;
  for (size_t end = text.find('\n'); end != std::string::npos; start = end + 1, end = text.find('\n', start)) {
    if (text.compare(start, 4, "More") != 0) {
      EXPECT_LE(end - start, 80U) << text.substr(start, end - start);
    }
  }
}

TEST(RankingReport, NothingFits) {
  Ranking ranking = test::sample_ranking();
  ranking.fits.clear();
  const std::string text = render_ranking(ranking, test::sample_rank_head(), {});
  EXPECT_THAT(text, HasSubstr("0 of 5 models fit on bench\n"));
  EXPECT_THAT(text, Not(HasSubstr("More on the first")));
}

}  // namespace
}  // namespace edgefit
