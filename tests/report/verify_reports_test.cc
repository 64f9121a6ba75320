// All reports of `edgefit verify`, on one sample: what each promises to whoever reads it.
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/verify_reporters.h"
#include "report/width.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

const Style kStyle{false, true, 80};

/// Two answers, the second of a model that reasons, and one failure; names that mean something to XML and Markdown.
Verification sample() {
  Verification out;
  out.as_of = "2026-11-23";
  out.server.url = "http://localhost:8080";
  out.server.kind = ServerKind::llama_cpp;
  out.server.version = "b7000";
  out.server.model = "<b>|\"m\x1b[31m";
  LoadResult load;
  load.begin = 100;
  load.wall = 3;
  load.attempted = 3;
  load.failed = 1;
  load.replies.resize(3);
  load.prompts = {"a prompt", "b", "c"};
  load.replies[0].scheduled = load.replies[0].sent = 100;
  load.replies[0].first_token = 100.5;
  load.replies[0].first_visible = 100.75;
  load.replies[0].end = 101;
  load.replies[0].output_tokens = 6;
  load.replies[0].text = "private \xFF";
  load.replies[2].fault = ReplyFault::status;
  load.replies[2].http_status = 503;
  load.replies[2].message = "HTTP status 503: <busy>";
  load.ttft = {2, 0.5, 0.5, 0.5, 0.5, {}, {}, {}};
  load.ttfo = {2, 0.75, 0.75, 0.75, 0.75, {}, {}, {}};
  load.tpot = {2, 0.1, 0.1, 0.1, 0.1, {}, {}, {}};
  load.latency = {2, 1, 1, 1, 1, {}, {}, {}};
  load.in_time = 2;
  load.output_tokens = 12;
  out.load = load;
  out.findings = judge_load(load, out.server);
  return out;
}

std::string render(std::string_view form, const Verification& verification) {
  for (const auto& reporter : verify_reporters())
    if (reporter.name == form) return reporter.render({verification, exit_code_of(verification)}, kStyle);
  return {};
}
bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(VerifyReports, TerminalFitsIntoEightyColumns) {
  Verification verification = sample();
  verification.interrupted = true;
  verification.load->ttft = distribution_of(std::vector<double>(300, 119.99));
  verification.load->warm_ttft = 0.1;
  for (const auto shape : {LoadShape::single, LoadShape::users, LoadShape::open, LoadShape::soak}) {
    verification.load->plan.shape = shape;
    const auto text = render("terminal", verification);
    for (size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      EXPECT_LE(display_width(text.substr(at, end - at)), 80U) << text.substr(at, end - at);
      at = end + 1;
    }
  }
}

TEST(VerifyReports, TerminalTellsVerdictFiguresAndFailures) {
  const auto text = render("terminal", sample());
  EXPECT_TRUE(text.starts_with("FAIL  2 fail, ")) << text;
  EXPECT_TRUE(has(text, "llama.cpp b7000 at http://localhost:8080"));
  EXPECT_TRUE(has(text, "first visible token  2   0.75 s        -        -        -   0.75 s")) << text;
  EXPECT_TRUE(has(text, "throughput           4.0 tok/s, 0.667 answers a second")) << text;
  EXPECT_TRUE(has(text, "0.667 answers a second within the limits, 67 % of all"));
  EXPECT_TRUE(has(text, "1 of 3 requests failed"));
  EXPECT_FALSE(has(text, "\x1b[31m"));
  EXPECT_FALSE(has(text, "private"));
}

TEST(VerifyReports, WithoutReasoningThereIsOneFirstToken) {
  Verification verification = sample();
  verification.load->ttfo = verification.load->ttft;
  EXPECT_FALSE(has(render("terminal", verification), "visible"));
}

TEST(VerifyReports, JsonKeepsItsContract) {
  const auto schema = source_file("docs/schema/verify.schema.json");
  Verification verification = sample();
  const auto text = render("json", verification);
  EXPECT_EQ(schema_errors(schema, text), std::vector<std::string>{});
  EXPECT_FALSE(has(text, "private"));
  EXPECT_FALSE(has(text, "a prompt"));
  verification.keep_texts = verification.interrupted = true;
  const auto full = render("json", verification);
  EXPECT_EQ(schema_errors(schema, full), std::vector<std::string>{});
  EXPECT_TRUE(has(full, "private"));
  EXPECT_TRUE(has(full, "a prompt"));
  EXPECT_TRUE(has(full, R"("status": "interrupted")"));
  verification.load.reset();
  EXPECT_EQ(schema_errors(schema, render("json", verification)), std::vector<std::string>{});
  // The schema refuses what it should.
  auto wrong = text;
  wrong.replace(wrong.find("\"fail\""), 6, "\"perh\"");
  EXPECT_NE(schema_errors(schema, wrong), std::vector<std::string>{});
}

TEST(VerifyReports, JsonCountsTimesFromTheFirstRequest) {
  const auto json = parse_json(render("json", sample()), "report");
  ASSERT_TRUE(json);
  const auto& request = (*json)["load"]["requests"][0];
  EXPECT_EQ(request["scheduled_seconds"], 0);
  EXPECT_EQ(request["end_seconds"], 1);
  EXPECT_EQ(request["ttft_seconds"], 0.5);
  EXPECT_EQ(request["tpot_seconds"], 0.1);
  EXPECT_TRUE((*json)["load"]["ttft_seconds"]["p90"].is_null());
}

TEST(VerifyReports, JunitCountsAndEscapes) {
  const auto text = render("junit", sample());
  EXPECT_TRUE(has(text, "tests=\"7\" failures=\"2\" errors=\"0\" skipped=\"4\"")) << text;
  EXPECT_TRUE(has(text, "&lt;busy&gt;"));
  EXPECT_TRUE(has(text, "<testcase classname=\"edgefit.verify\" name=\"EF-VER-001 every request is answered\""));
}

TEST(VerifyReports, MarkdownIsSafe) {
  const auto text = render("markdown", sample());
  EXPECT_TRUE(text.starts_with("## edgefit verify: FAIL, 2 fail"));
  EXPECT_FALSE(has(text, "<b>"));
  EXPECT_FALSE(has(text, "<busy>"));
  EXPECT_TRUE(has(text, "| EF-VER-001 | fail |"));
}

TEST(VerifyReports, WithoutLoadThereAreOnlyChecks) {
  Verification verification = sample();
  verification.load.reset();
  for (const auto& reporter : verify_reporters())
    EXPECT_FALSE(reporter.render({verification, 3}, kStyle).empty()) << reporter.name;
}

}  // namespace
}  // namespace edgefit
