#include "verify/requests.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

ServerFacts server(ServerKind kind) {
  ServerFacts facts;
  facts.kind = kind;
  facts.model = "m";
  return facts;
}

TEST(Requests, EachKindHearsItsOwnWords) {
  Question question;
  question.prompt = "Say \"x\"\n";
  question.max_tokens = 9;
  question.to_the_end = true;
  const std::string common = R"({"model":"m","messages":[{"role":"user","content":"Say \"x\"\n"}],"stream":true,)"
                             R"("stream_options":{"include_usage":true},"max_tokens":9,"temperature":0.0,"seed":1)";
  EXPECT_EQ(chat_body(question, server(ServerKind::other)), common + "}");
  EXPECT_EQ(chat_body(question, server(ServerKind::ollama)), common + "}");
  EXPECT_EQ(chat_body(question, server(ServerKind::vllm)), common + R"(,"ignore_eos":true})");
  EXPECT_EQ(chat_body(question, server(ServerKind::llama_cpp)), common + R"(,"cache_prompt":false,"ignore_eos":true})");
  EXPECT_EQ(ollama_body(question, server(ServerKind::ollama)),
            R"({"model":"m","messages":[{"role":"user","content":"Say \"x\"\n"}],"stream":false,)"
            R"("options":{"num_predict":9,"temperature":0.0,"seed":1}})");
}

TEST(Requests, AGoldenQuestionMayEndWhenItWants) {
  Question question;
  question.prompt = "\xFF";
  question.system = "short";
  question.reuse_prefix = true;
  const auto body = chat_body(question, server(ServerKind::llama_cpp));
  EXPECT_NE(body.find(R"({"role":"system","content":"short"},{"role":"user","content":"�"})"), std::string::npos);
  EXPECT_NE(body.find(R"("cache_prompt":true)"), std::string::npos);
  EXPECT_EQ(body.find("ignore_eos"), std::string::npos);
}

}  // namespace
}  // namespace edgefit
