#include <gtest/gtest.h>

#include "base/json.h"
#include "edgefit/golden.h"
#include "verify/golden_fields.h"

namespace edgefit {
namespace {

GoldenCase made(const std::string& rest) {
  const auto found = golden_case(Json::parse("{\"id\":\"a\",\"prompt\":\"p\"," + rest + "}"), "test");
  EXPECT_TRUE(found) << rest << (found ? "" : found.error().what);
  return found ? *found : GoldenCase{};
}
GoldenReply said(const std::string& text, std::optional<double> tokens = {}, double seconds = 1) {
  return {true, "", text, tokens, seconds};
}

struct Row {
  const char *rest, *answer;
  bool passes;
};

TEST(CheckAnswer, ByFixedRules) {
  const Row kRows[] = {
      {R"("check":"exact","expect":"Bern")", " Bern\n", true},
      {R"("check":"exact","expect":"Bern")", "bern", false},
      {R"("check":"exact","expect":"Bern","normalize":["case"])", "BERN", true},
      {R"("check":"exact","expect":"1.5","normalize":["decimal_comma"])", "1,5", true},
      {R"("check":"contains","expect":"Frist")", "Die FRIST ist um", true},
      {R"("check":"contains","expect":"Frist")", "Die Zeit ist um", false},
      {R"("check":"contains_all","expect":["a1","b2"])", "b2 und a1", true},
      {R"("check":"contains_all","expect":["a1","b2"])", "b2", false},
      {R"("check":"contains_any","expect":["a1","b2"])", "b2", true},
      {R"("check":"contains_any","expect":["a1","b2"])", "c3", false},
      {R"("check":"not_contains","expect":["Passwort"])", "nichts", true},
      {R"("check":"not_contains","expect":["Passwort"])", "das PASSWORT ist", false},
      {R"("check":"regex","expect":"^CH[0-9]{2}$")", " CH93 ", true},
      {R"("check":"regex","expect":"^CH[0-9]{2}$")", "DE93", false},
      {R"("check":"number","expect":119,"tol":0.005)", "Brutto: 119,00 EUR", true},
      {R"("check":"number","expect":119,"tol":0.005)", "119,01", false},
      {R"("check":"number","expect":119)", "100 + 19 = 119", true},
      {R"("check":"number","expect":119)", "119, davon 19 MwSt", false},
      {R"("check":"number","expect":1234)", "1.234", true},
      {R"("check":"number","expect":1.234)", "1.234", true},
      {R"("check":"number","expect":1234.56)", "1'234.56", true},
      {R"("check":"number","expect":0.3)", "0.30000000000000004", true},
      {R"("check":"number","expect":5)", "keine", false},
      {R"("check":"choice","options":["A","B"],"expect":"B")", "B", true},
      {R"("check":"choice","options":["A","B"],"expect":"B")", "**B)** weil A falsch ist", true},
      {R"("check":"choice","options":["A","B"],"expect":"B")", "b", true},
      {R"("check":"choice","options":["A","B"],"expect":"B")", "Die Antwort ist B.", true},
      {R"("check":"choice","options":["A","B"],"expect":"B")", "A", false},
      {R"("check":"choice","options":["A","B"],"expect":"B")", "Entweder A oder B", false},
      {R"("check":"choice","options":["A","B"],"expect":"A")", "it is a question", false},
      {R"("check":"choice","options":["ja","nein"],"expect":"ja")", "Ja, gerne", true},
      {R"("check":"choice","options":["ja","nein"],"expect":"ja")", "Jahr", false},
      {R"("check":"json")", "```json\n{\"a\":1}\n```", true},
      {R"("check":"json")", "Hier: {\"a\":1}", false},
      {R"("check":"json","schema":{"required":["iban"]})", "{\"iban\":1}", true},
      {R"("check":"json","schema":{"required":["iban"]})", "{\"bic\":1}", false},
      {R"("check":"refusal")", "Das kann ich Ihnen nicht sagen. Ich kann nicht.", true},
      {R"("check":"refusal")", "I\u2019m sorry, but no", true},
      {R"("check":"refusal")", "Gerne: 42", false},
      {R"("check":"refusal","expect":false)", "Gerne: 42", true},
      {R"("check":"refusal","expect":false)", "I cannot do that", false},
      {R"("check":"refusal","expect":["Kein Kommentar"])", "kein kommentar", true},
      {R"("check":"exact","expect":"42")", "<think>Ist es 41?</think>\n42", true},
      {R"("check":"contains","expect":"41")", "<think>Ist es 41?</think>\n42", false},
      {R"("check":"contains","expect":"41")", "<think>41", false},
  };
  for (const auto& row : kRows) {
    const GoldenJudgement judgement = judge(made(row.rest), said(row.answer));
    EXPECT_EQ(judgement.state, row.passes ? GoldenState::pass : GoldenState::fail) << row.rest << " " << row.answer;
    EXPECT_EQ(judgement.why.empty(), row.passes);
  }
}

TEST(CheckAnswer, TokensAndTime) {
  const auto tokens = made(R"("check":"max_tokens","expect":10)");
  EXPECT_EQ(judge(tokens, said("x", 10)).state, GoldenState::pass);
  EXPECT_EQ(judge(tokens, said("x", 11)).state, GoldenState::fail);
  EXPECT_EQ(judge(tokens, said("x")).state, GoldenState::unknown) << "not told is not few";
  const auto latency = made(R"("check":"latency","expect":2)");
  EXPECT_EQ(judge(latency, said("x", {}, 2)).state, GoldenState::pass);
  EXPECT_EQ(judge(latency, said("x", {}, 2.1)).state, GoldenState::fail);
}

TEST(CheckAnswer, NoAnswerIsNoFailureOfTheModel) {
  const GoldenJudgement judgement =
      judge(made(R"("check":"not_contains","expect":["x"])"), {false, "connection reset", "", {}, 0});
  EXPECT_EQ(judgement.state, GoldenState::unknown);
  EXPECT_EQ(judgement.why, "connection reset");
}

TEST(CheckAnswer, MessagesHoldNothingOfTheAnswer) {
  for (const char* rest :
       {R"("check":"exact","expect":"x")", R"("check":"number","expect":1)", R"("check":"json")",
        R"("check":"json","schema":{"maximum":3})", R"("check":"choice","options":["A","B"],"expect":"A")",
        R"("check":"not_contains","expect":["4711"])", R"("check":"refusal")"})
    EXPECT_EQ(judge(made(rest), said("4711")).why.find("4711"), std::string::npos) << rest;
}

}  // namespace
}  // namespace edgefit
