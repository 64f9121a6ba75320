// A hand-made Ranking: two models that fit and five that do not.
#pragma once

#include "edgefit/rank.h"
#include "edgefit/report.h"
#include "report/sample.h"

namespace edgefit::test {

inline Ranking sample_ranking() {
  const Answer answer = sample_answer();
  const Ranked row{"llama-8b", answer.question, answer.assessment, {131072, 4}, false};
  Ranking out;
  out.fits = {row, row};
  out.fits[1].word = "other";
  out.fits[1].native = true;
  for (const char* word : {"a", "b", "c", "d", "e"}) out.rest.push_back({word, LeftOut::does_not_fit, row});
  return out;
}

inline RankHead sample_rank_head() {
  return {"2026-11-23", sample_case(), 0};
}

}  // namespace edgefit::test
