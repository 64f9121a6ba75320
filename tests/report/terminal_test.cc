#include <gtest/gtest.h>

#include <sstream>

#include "edgefit/report.h"
#include "report/sample.h"
#include "report/width.h"

namespace edgefit {
namespace {

using test::sample_answer;
using test::short_answer;

std::string render(const Answer& answer, Style style = {false, true, 80}) {
  return find_reporter("terminal")->render(answer, style);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void expect_within_80(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 80u) << line;
}

TEST(Terminal, ReadyReportProvesItsVerdict) {
  const std::string text = render(sample_answer());
  EXPECT_TRUE(text.starts_with("READY      llama-8b q4_k_m on bench\n")) << text;
  EXPECT_TRUE(has(text, "14.42 GiB to spare in gpu0")) << text;
  EXPECT_TRUE(has(text, "NVIDIA GeForce RTX 4090, llama.cpp v0.5.0 cuda, 4 x 8,192 tokens"));
  EXPECT_TRUE(has(text, "4 x 8,192 tokens, f16  [assumed]"));
  EXPECT_TRUE(has(text, "memory bandwidth"));
  EXPECT_TRUE(has(text, "<= 1.00 s"));
  EXPECT_TRUE(has(text, "36,618"));
  EXPECT_TRUE(has(text, "2 pass, 1 warn, 0 fail, 0 unknown"));
  EXPECT_TRUE(has(text, "fix: lower --context"));
  EXPECT_TRUE(has(text, "from you"));
  EXPECT_TRUE(text.ends_with("\nllama-server -m models/llama-8b.gguf -c 32768 -np 4 -ngl 33\n")) << text;
  expect_within_80(text);
}

TEST(Terminal, PrintedLinesAddUpToThePrintedNeed) {
  Answer answer = sample_answer();
  auto& gpu = answer.assessment.pools[1];
  gpu.need = {};
  gpu.lines.clear();
  for (const Term term : {Term::weights, Term::kv_cache, Term::compute}) {
    test::add_line(gpu, term, Bytes{1.006 * kGiB});  // each rounds up, the sum does not
  }
  const std::string text = render(answer);
  EXPECT_TRUE(has(text, "gpu0           3.02 GiB") || has(text, "3.02 GiB")) << text;
  size_t up = 0, down = 0;
  for (size_t at = text.find("1.01 GiB"); at != std::string::npos; at = text.find("1.01 GiB", at + 1)) ++up;
  for (size_t at = text.find("1.00 GiB"); at != std::string::npos; at = text.find("1.00 GiB", at + 1)) ++down;
  EXPECT_EQ(up * 101 + down * 100, 302u) << text;
}

TEST(Terminal, NotReadyShowsWaysOut) {
  const std::string text = render(short_answer());
  EXPECT_TRUE(text.starts_with("NOT READY  ")) << text;
  EXPECT_TRUE(has(text, "3.08 GiB short in gpu0")) << text;
  EXPECT_TRUE(has(text, "blocked by: GPU memory"));
  EXPECT_TRUE(has(text, "not estimated: the model does not fit"));
  EXPECT_TRUE(has(text, "Ways out, cheapest first"));
  EXPECT_TRUE(has(text, "  2  add 1x rtx-4090  ")) << text;
  EXPECT_TRUE(has(text, "     and quant q2_k\n")) << text;
  EXPECT_TRUE(has(text, "1,599"));
  EXPECT_TRUE(has(text, "  ~ change  quant q4_k_m -> q2_k\n")) << text;
  EXPECT_TRUE(has(text, "Plan: 0 to add, 1 to change, 0 to remove."));
  EXPECT_FALSE(has(text, "llama-server"));
  EXPECT_TRUE(has(text, ">>"));
  expect_within_80(text);
}

TEST(Terminal, UnknownNamesWhatIsMissing) {
  Answer answer = sample_answer();
  answer.assessment.verdict = Verdict::unknown;
  answer.assessment.pools[1].have = std::nullopt;
  answer.checks[0].finding.status = CheckStatus::unknown;
  answer.checks[0].finding.decides = true;
  const std::string text = render(answer);
  EXPECT_TRUE(text.starts_with("UNKNOWN    ")) << text;
  EXPECT_TRUE(has(text, "undecided: GPU memory"));
  EXPECT_TRUE(has(text, "have is not known"));
  EXPECT_FALSE(has(text, "Room to grow"));
}

TEST(Terminal, AMissingSpeedNamesTheFlagThatHelps) {
  Host host = test::sample_host();
  host.memory.peak_bandwidth = Fact<BytesPerSecond>::unknown("not told", "--fact memory.peak_bandwidth=GB/s");
  Answer answer = sample_answer(test::sample_case(host));
  answer.assessment.speed = {};
  answer.assessment.speed.gap = SpeedGap::bandwidth_unknown;
  EXPECT_TRUE(has(render(answer), "say --fact memory.peak_bandwidth=GB/s")) << render(answer);
}

TEST(Terminal, HostileNamesNeitherSteerNorWiden) {
  Host host = test::sample_host();
  host.name = "box\x1b[2J\n" + std::string(300, 'w');
  host.gpus[0].name = {std::string(200, 'g') + "\r\x07", {Origin::Kind::driver, ""}};
  Model model = test::sample_model();
  model.name = std::string(100, 'm') + "\x1b]0;title\x07模型" + std::string(100, 'm');
  model.precision = "q\x9b" + std::string(120, '4');
  Answer answer = short_answer();
  answer.question = test::sample_case(host, model);
  answer.question.workload.kv_type = {"f16\x1b[31m" + std::string(90, 'k'), {}};
  answer.warnings = {"unknown key 'a\x1b[1m'" + std::string(200, 'q')};
  answer.options[0].changes[0].to = "\x1b[41m" + std::string(150, 'o');
  answer.command = "llama-server -m " + std::string(200, 'p') + " -c 1";
  for (const bool utf8 : {true, false}) {
    const std::string text = render(answer, {false, utf8, 80});
    expect_within_80(text);
    for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
  }
}

TEST(Terminal, AsciiHasNoOtherByte) {
  Host host = test::sample_host();
  host.name = "büro";
  Answer answer = sample_answer(test::sample_case(host));
  for (const char c : render(answer, {false, false, 80})) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(Terminal, ColourOnlyOnVerdictFindingsAndChanges) {
  const std::string text = render(short_answer(), {true, true, 80});
  EXPECT_TRUE(has(text, "\x1b[1;31mNOT READY\x1b[0m"));
  EXPECT_TRUE(has(text, "\x1b[1;31mfail\x1b[0m"));
  EXPECT_TRUE(has(text, "\x1b[1;33mwarn\x1b[0m"));
  EXPECT_TRUE(has(text, "\x1b[33m~\x1b[0m"));
  size_t escapes = 0;
  for (const char c : text) escapes += c == '\x1b' ? 1 : 0;
  EXPECT_EQ(escapes, 8u);
}

}  // namespace
}  // namespace edgefit
