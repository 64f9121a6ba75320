// The flags of `edgefit verify` beyond its load: golden cases with their baseline, and the case that predicted it.
#pragma once

#include <optional>
#include <string>

#include "cli/flags.h"
#include "cli/progress.h"
#include "edgefit/case.h"
#include "edgefit/diagnosis.h"
#include "edgefit/result.h"
#include "edgefit/verify.h"

namespace edgefit {

struct VerifyCheckFlags {
  std::string golden, repeats, target, baseline, save_baseline, case_file;
};
void declare_check_flags(Flags& flags, VerifyCheckFlags& typed);

/// What the flags name, read and checked before anything is asked.
struct VerifyChecks {
  std::optional<GoldenSet> golden;
  std::string golden_file, save_baseline;
  int repeats = 3;
  double target = 0.9;
  std::optional<GoldenBaseline> baseline;
  std::optional<Case> planned;
  std::string case_file;
};
Result<VerifyChecks> verify_checks(const VerifyCheckFlags& typed);

/// Asks every golden case, judges, compares and keeps the baseline. A Problem when that cannot be written.
Result<GoldenReport> run_golden_cases(const VerifyChecks& checks, Endpoint& endpoint, bool keep_texts,
                                      const std::string& date);

/// This box before, during and after a load, for the causes of a slow one.
class BoxWatch {
 public:
  BoxWatch();
  void during(double share);
  Signs evidence(const ServerFacts& server, const LoadResult& load);

 private:
  Signs seen_;
  bool half_way_ = false;
};
PredictionReport compare_with_case(const VerifyChecks& checks, const LoadResult& load, const ServerFacts& server,
                                   BoxWatch& watch);

}  // namespace edgefit
