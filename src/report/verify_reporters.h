// The functions behind the rows of the reporters of `edgefit verify`, and the words that several of them share.
// Each is pure: a VerifyView and a Style in, the whole text out.
#pragma once

#include <string>
#include <vector>

#include "edgefit/report.h"

namespace edgefit {

std::string render_verify_terminal(const VerifyView& view, const Style& style);  // verify_terminal.cc
std::string render_verify_json(const VerifyView& view, const Style& style);      // verify_json.cc
std::string render_verify_markdown(const VerifyView& view, const Style& style);  // verify_markdown.cc
std::string render_verify_junit(const VerifyView& view, const Style& style);     // verify_junit.cc

/// "OK", "FAIL", "UNDECIDED".
const char* verify_word(int exit_code);
/// "1 fail, 0 warn, 0 unknown, 4 pass, 2 not applicable".
std::string verify_counts(const Verification& verification);
std::vector<const VerifyFinding*> findings_of(const Verification& verification, CheckStatus status);
/// "llama.cpp b6123 at http://localhost:8080, model qwen3-4b".
std::string server_text(const ServerFacts& server);
/// "single: 20 requests in 41.20 s, prompts of 1,024 tokens, answers of 256".
std::string load_text(const LoadResult& load);

/// One distribution as cells: n, median, p90, p95, p99, max. What has no value is a dash.
struct MeasureRow {
  const char* label;
  const Distribution* values;
};
/// Those that say something of their own: without reasoning the first visible token is the first one.
std::vector<MeasureRow> measure_rows(const LoadResult& load);
std::vector<std::string> cells_of(const Distribution& values);
/// Throughput, goodput, warm cache: label and value.
struct LoadLine {
  const char* label;
  std::string text;
};
std::vector<LoadLine> load_lines(const LoadResult& load);
/// How the figures are meant, in one or two sentences.
std::string measure_note(const LoadResult& load);

}  // namespace edgefit
