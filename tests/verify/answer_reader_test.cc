#include "verify/answer_reader.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

/// Feeds one piece each second, from second 1 on; the stream ends a second after the last.
Reply read(const std::vector<std::string>& pieces, ReplyFault fault = ReplyFault::none, int status = 200,
           std::string_view type = "text/event-stream") {
  AnswerReader reader(true, "sk-secret");
  reader.head(status, type);
  double at = 0;
  for (const auto& piece : pieces)
    if (!reader.take(piece, ++at)) break;
  return reader.finish(at + 1, fault, "the connection broke");
}
std::string data(const std::string& json) {
  return "data: " + json + "\n\n";
}
std::string content(const std::string& text) {
  return data(R"({"choices":[{"delta":{"content":")" + text + R"("}}]})");
}
const std::string kRole = data(R"({"choices":[{"delta":{"role":"assistant","content":""}}]})");
const std::string kStop = data(R"({"choices":[{"delta":{},"finish_reason":"stop"}]})");
const std::string kUsage = data(R"({"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}})");
const std::string kDone = "data: [DONE]\n\n";

TEST(AnswerReader, TheRoleAndPingsAreNoTokens) {
  const Reply reply = read({kRole, ": ping\n\n", ": ping\n\n", content("a"), content("b"), kStop + kUsage + kDone});
  EXPECT_TRUE(reply.good()) << reply.message;
  EXPECT_EQ(reply.first_token, 4);
  EXPECT_EQ(reply.first_visible, 4);
  EXPECT_EQ(reply.last_token, 5);
  EXPECT_EQ(reply.end, 7);
  EXPECT_EQ(reply.chunks, 2);
  EXPECT_EQ(reply.text, "ab");
  EXPECT_EQ(reply.prompt_tokens, 7);
  EXPECT_EQ(reply.output_tokens, 3);
  EXPECT_EQ(reply.finish_reason, "stop");
}

TEST(AnswerReader, CharactersMayBeSplitBetweenPackets) {
  const std::string all = content("\xC3\xBC\xF0\x9F\x98\x80");
  for (size_t cut = 1; cut < all.size(); ++cut) {
    const Reply reply = read({all.substr(0, cut), all.substr(cut), kStop});
    ASSERT_TRUE(reply.good()) << cut;
    EXPECT_EQ(reply.text, "\xC3\xBC\xF0\x9F\x98\x80");
    EXPECT_EQ(reply.first_token, cut + 2 > all.size() ? reply.first_token : 2) << "a token is there when its line is";
  }
}

TEST(AnswerReader, ReasoningIsATokenButNotVisible) {
  for (const std::string key : {"reasoning_content", "reasoning"}) {
    const Reply reply = read({kRole, data(R"({"choices":[{"delta":{")" + key + R"(":"hm"}}]})"), content("x"), kStop});
    EXPECT_EQ(reply.first_token, 2) << key;
    EXPECT_EQ(reply.first_visible, 3) << key;
    EXPECT_EQ(reply.text, "x");
    EXPECT_EQ(reply.reasoning, "hm");
  }
}

TEST(AnswerReader, AToolCallIsAnAnswerToo) {
  const Reply reply = read({kRole, data(R"({"choices":[{"delta":{"tool_calls":[{"index":0}]}}]})"), kStop});
  EXPECT_EQ(reply.first_visible, 2);
}

TEST(AnswerReader, SeveralTokensAChunkAreCountedByTheServer) {
  const Reply reply = read({content("one two three"), kStop + kUsage + kDone});
  EXPECT_EQ(reply.chunks, 1);
  EXPECT_EQ(reply.output_tokens, 3);
  EXPECT_EQ(reply.tpot(), (3.0 - 1.0) / 2);
}

TEST(AnswerReader, WithoutUsageThereIsNoCount) {
  const Reply reply = read({content("a"), content("b"), kStop + kDone});
  EXPECT_TRUE(reply.good());
  EXPECT_EQ(reply.output_tokens, std::nullopt);
  EXPECT_EQ(reply.tpot(), std::nullopt);
}

TEST(AnswerReader, TimingsOfLlamaServerCountToo) {
  const Reply reply =
      read({content("a"), data(R"({"choices":[{"delta":{},"finish_reason":"stop"}],"timings":)"
                               R"({"prompt_ms":250,"predicted_n":9,"predicted_ms":500,"cache_n":4}})")});
  EXPECT_EQ(reply.output_tokens, 9);
  EXPECT_EQ(reply.server_prompt_seconds, 0.25);
  EXPECT_EQ(reply.server_decode_seconds, 0.5);
  EXPECT_EQ(reply.cached_tokens, 4);
}

TEST(AnswerReader, DetailsOfUsage) {
  const Reply reply = read({content("a"), kStop + data(R"({"usage":{"prompt_tokens":9,"completion_tokens":5,)"
                                                       R"("prompt_tokens_details":{"cached_tokens":8},)"
                                                       R"("completion_tokens_details":{"reasoning_tokens":2}}})")});
  EXPECT_EQ(reply.cached_tokens, 8);
  EXPECT_EQ(reply.reasoning_tokens, 2);
}

TEST(AnswerReader, AnErrorAfter200IsAFault) {
  const Reply reply =
      read({content("a"), data(R"({"error":{"message":"out of memory, sk-secret","code":500}})"), kDone});
  EXPECT_EQ(reply.fault, ReplyFault::error_event);
  EXPECT_EQ(reply.message, "out of memory, ***");
  EXPECT_EQ(read({"event: error\ndata: {\"message\":\"gone\"}\n\n"}).message, "gone");
}

TEST(AnswerReader, AStreamThatStopsEarlyIsAFault) {
  EXPECT_EQ(read({content("a")}).fault, ReplyFault::cut);
  EXPECT_EQ(read({content("a")}, ReplyFault::reset).fault, ReplyFault::reset);
  EXPECT_EQ(read({content("a")}, ReplyFault::timeout).fault, ReplyFault::timeout);
  EXPECT_EQ(read({content("a"), kStop}, ReplyFault::reset).fault, ReplyFault::reset) << "usage may be missing";
  EXPECT_TRUE(read({content("a"), kStop + kDone}, ReplyFault::reset).good()) << "nothing is missing";
  EXPECT_TRUE(read({content("a"), kStop}).good()) << "some servers send no [DONE]";
}

TEST(AnswerReader, NothingCountsAfterDone) {
  const Reply reply = read({content("a"), kStop + kDone + content("b")});
  EXPECT_EQ(reply.text, "a");
}

TEST(AnswerReader, WhatIsNoStreamIsAFault) {
  EXPECT_EQ(read({R"({"choices":[]})"}, ReplyFault::none, 200, "application/json").fault, ReplyFault::not_stream);
  EXPECT_EQ(read({"data: {broken\n\n"}).fault, ReplyFault::malformed);
  EXPECT_EQ(read({}, ReplyFault::none, 200).fault, ReplyFault::cut);
}

TEST(AnswerReader, AStatusComesWithTheServersWords) {
  const Reply reply = read({R"({"error":{"message":"bad key sk-secret"}})"}, ReplyFault::none, 401, "application/json");
  EXPECT_EQ(reply.fault, ReplyFault::status);
  EXPECT_EQ(reply.message, "HTTP status 401: bad key ***");
  EXPECT_EQ(read({}, ReplyFault::none, 503, "").message, "HTTP status 503");
  EXPECT_EQ(read({"x"}, ReplyFault::none, 302, "text/event-stream").fault, ReplyFault::status) << "nothing is followed";
}

TEST(AnswerReader, AnswersHaveALimit) {
  AnswerReader stream(false, ""), page(false, "");
  stream.head(200, "text/event-stream");
  page.head(500, "text/html");
  const std::string pings(size_t{1} << 20, '\n');
  size_t mebibytes = 0;
  while (mebibytes < 1000 && stream.take(pings, 1)) ++mebibytes;
  EXPECT_EQ(mebibytes, 64U);
  EXPECT_EQ(stream.finish(2, ReplyFault::none, "").fault, ReplyFault::too_large);
  EXPECT_FALSE(page.take(pings, 1));
  EXPECT_EQ(page.finish(2, ReplyFault::reset, "").fault, ReplyFault::status);
}

TEST(AnswerReader, TextsAreKeptOnlyWhenAsked) {
  AnswerReader reader(false, "");
  reader.head(200, "text/event-stream");
  reader.take(content("private"), 1);
  EXPECT_EQ(reader.finish(2, ReplyFault::none, "").text, "");
}

TEST(AnswerReader, StrangeTypesAreNotKnownRatherThanWrong) {
  const Reply reply =
      read({data(R"({"choices":[{"delta":{"content":7},"finish_reason":1}],"usage":{"prompt_tokens":"x",)"
                 R"("completion_tokens":-3}})"),
            data(R"({"choices":{}})"), data("[]"), data("null"), data("1"), kStop});
  EXPECT_TRUE(reply.good());
  EXPECT_EQ(reply.first_token, std::nullopt);
  EXPECT_EQ(reply.prompt_tokens, std::nullopt);
  EXPECT_EQ(reply.output_tokens, std::nullopt);
}

TEST(ErrorMessage, FindsTheWordsAndBoundsThem) {
  EXPECT_EQ(error_message(R"({"error":"model not found"})"), "model not found");
  EXPECT_EQ(error_message(R"({"detail":"no"})"), "no");
  EXPECT_EQ(error_message("<html>\nlong"), "<html>");
  EXPECT_EQ(error_message(""), "");
  EXPECT_LE(error_message(std::string(5000, 'x')).size(), 300U);
}

}  // namespace
}  // namespace edgefit
