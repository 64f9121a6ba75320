// Golden cases: questions of a company with answers that can be checked without a judge. Read from JSON Lines or CSV,
// asked several times, judged by fixed rules, counted with statistics that hold for small sets, compared with a
// baseline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/result.h"

namespace edgefit {

enum class GoldenCheck : uint8_t {
  exact,
  contains,      ///< the one text of `expect`
  contains_all,  ///< every one
  contains_any,
  not_contains,  ///< none of them
  regex,
  number,
  choice,
  json,
  max_tokens,
  refusal,
  latency,
};
const char* name_of(GoldenCheck check);

/// What is done to the answer and to what is expected before they are compared.
struct NormalForm {
  bool nfc = true;             ///< one spelling of each character (Unicode NFC)
  bool trim = true;            ///< white space at the ends
  bool fold_case = false;      ///< capitals count as small letters (Unicode case folding)
  bool decimal_comma = false;  ///< a comma between digits is a point
};

struct GoldenCase {
  std::string id, prompt, system;
  GoldenCheck check = GoldenCheck::exact;
  std::vector<std::string>
      expect;  ///< texts: exact, contains, regex (one pattern), choice (one), refusal (more phrases)
  std::vector<std::string> options;  ///< choice
  double number = 0, tolerance = 0;  ///< number
  double limit = 0;                  ///< max_tokens: tokens; latency: seconds
  bool refuses = true;               ///< refusal: the model should refuse
  std::string schema;                ///< json: a JSON Schema of the subset, empty = any JSON
  NormalForm normal;
  bool critical = false;
  int answer_tokens = 256;  ///< that the answer may have when it is asked
  size_t line = 0;          ///< in its file
  std::string digest;       ///< SHA-256 of what is asked and expected: an edited case is another case
};

struct GoldenSet {
  std::vector<GoldenCase> cases;
  std::string sha256;  ///< of the file
};

/// JSON Lines or CSV, told apart by content (docs/verify.md#golden-cases). Anything that is not understood is a
/// Problem with its line: a case that was skipped would look like one that passed.
Result<GoldenSet> read_golden(std::string_view text, const std::string& where);

/// One answer of the server, or why there is none.
struct GoldenReply {
  bool answered = false;
  std::string fault;  ///< why not
  std::string text;
  std::optional<double> tokens;  ///< as the server counts
  double seconds = 0;            ///< to the last byte
  bool lost = false;             ///< no connection, or no end of it in time: the next question will fare no better
};

enum class GoldenState : uint8_t {
  pass,
  fail,
  flaky,    ///< some repeats pass: counts as failed
  unknown,  ///< not answered, or the server does not tell what the check needs
};
const char* name_of(GoldenState state);

struct GoldenJudgement {
  GoldenState state = GoldenState::unknown;  ///< never flaky
  std::string why;                           ///< empty where it passes; holds nothing of the answer
};
/// Fixed rules, no model. What a reasoning model thinks aloud (<think>...</think> in front) is not judged.
GoldenJudgement judge(const GoldenCase& question, const GoldenReply& reply);

struct GoldenResult {
  std::string id, digest;
  GoldenCheck check = GoldenCheck::exact;
  bool critical = false;
  GoldenState state = GoldenState::unknown;
  int passes = 0, repeats = 0;
  std::string why;                 ///< of the first repeat that did not pass
  std::vector<std::string> texts;  ///< of the answers, when kept
  double seconds = 0;              ///< of the slowest answer
};

struct GoldenRun {
  std::string sha256;  ///< of the golden file
  int repeats = 0;
  std::vector<GoldenResult> results;  ///< in the order of the file
  bool interrupted = false;           ///< results are those of the first cases
  size_t asked_for = 0;               ///< cases of the file
};

struct GoldenOptions {
  int repeats = 3;
  bool keep_texts = false;
  std::function<bool()> stopped = {};
  std::function<void(double share)> progress = {};
};
/// Asks each case `repeats` times, one after the other.
GoldenRun run_golden(const GoldenSet& set, const GoldenOptions& options,
                     const std::function<GoldenReply(const GoldenCase&)>& ask);

/// What answered, as far as it says. Empty = it does not say.
struct GoldenSubject {
  std::string model, model_digest, server, template_sha256;
};

/// The states of an earlier run and what they were of.
struct GoldenBaseline {
  struct Entry {
    std::string id, digest;
    GoldenState state = GoldenState::unknown;
  };
  std::string created, golden_sha256;  ///< ISO date
  GoldenSubject subject;
  std::vector<Entry> entries;
};
/// docs/schema/golden-baseline.schema.json
std::string write_golden_baseline(const GoldenRun& run, const GoldenSubject& subject, const std::string& date);
Result<GoldenBaseline> read_golden_baseline(std::string_view text, const std::string& where);

/// Paired cases of a baseline and a run.
struct GoldenComparison {
  std::string created;  ///< of the baseline
  size_t paired = 0;
  size_t added = 0, gone = 0, changed = 0;  ///< cases of the golden file since then; they are in no pair
  size_t undecided = 0;                     ///< pairs with an unknown on either side; not counted
  std::vector<std::string> broken, mended;  ///< ids
  double p = 1;                             ///< McNemar, exact, one-sided
  bool alarm = false;                       ///< p < 0.05
  std::vector<std::string> moved;           ///< of the subject: "server", "model" ...
  GoldenSubject before;
};
GoldenComparison compare(const GoldenRun& run, const GoldenSubject& subject, const GoldenBaseline& baseline);

/// The counts of a run and what they prove.
struct GoldenGate {
  size_t passed = 0, failed = 0, flaky = 0, unknown = 0, total = 0;
  double target = 0.9, low = 0, high = 1;  ///< Wilson's 95 % interval of the share that passes
  std::optional<size_t> cases_needed;      ///< that must all pass to prove the target
  std::vector<std::string> critical_failed, critical_unknown;
  CheckStatus critical = CheckStatus::not_applicable;
  CheckStatus reached = CheckStatus::unknown;  ///< unknown: so few cases can never prove the target
  CheckStatus regression = CheckStatus::not_applicable;
  std::optional<GoldenComparison> comparison;
};
GoldenGate gate(const GoldenRun& run, double target, std::optional<GoldenComparison> comparison = {});
/// fail where one of its three fails, else unknown where one is, else pass; flaky and broken cases warn.
CheckStatus status_of(const GoldenGate& gate);

}  // namespace edgefit
