// Golden files and baselines of any content end in cases or a Problem that names where; every case can be judged.
#include "edgefit/golden.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto set = edgefit::read_golden(text, "cases");
  if (!set && (set.error().what.empty() || set.error().where.empty())) std::abort();
  if (set) {
    for (const auto& question : set->cases) {
      if (question.id.empty() || question.prompt.empty() || question.digest.size() != 64) std::abort();
      // Its own prompt is as good an answer as any.
      const edgefit::GoldenReply reply{true, "", question.prompt, 3.0, 1};
      const auto judgement = edgefit::judge(question, reply);
      if (judgement.why.empty() != (judgement.state == edgefit::GoldenState::pass)) std::abort();
    }
  }
  const auto baseline = edgefit::read_golden_baseline(text, "baseline");
  if (!baseline && baseline.error().what.empty()) std::abort();
  if (baseline && set) (void)edgefit::compare({}, {}, *baseline);
  return 0;
}
