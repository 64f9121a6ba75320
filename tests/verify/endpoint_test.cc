// Questions to a real socket: every trap of a stream, and who the server is.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "edgefit/verify.h"
#include "support/chat_server.h"

namespace edgefit {
namespace {

using test::ChatServer;
using test::Script;
using test::steady_answer;

Endpoint open(const ChatServer& server, EndpointOptions options = {}) {
  options.url = server.url();
  auto endpoint = Endpoint::open(std::move(options));
  EXPECT_TRUE(endpoint) << endpoint.error().what;
  return std::move(*endpoint);
}

/// What one question to a server with this script gives.
Reply ask(const Script& script, double timeout = 5) {
  const ChatServer server([&script](size_t, const std::string&, double) { return script; });
  EndpointOptions options;
  options.timeout = timeout;
  options.key = "sk-secret";
  Question question;
  question.prompt = "hello";
  return open(server, std::move(options)).ask(question);
}

TEST(Endpoint, AWholeAnswer) {
  const Reply reply = ask(steady_answer(0.02, 0.01, 4));
  EXPECT_TRUE(reply.good()) << reply.message;
  EXPECT_EQ(reply.text, "word word word word ");
  EXPECT_EQ(reply.output_tokens, 4);
  EXPECT_EQ(reply.prompt_tokens, 100);
  EXPECT_GE(reply.ttft().value(), 0.02);
  EXPECT_GE(reply.latency(), 0.05);
}

TEST(Endpoint, PingsAndTheRoleAreNotTheFirstToken) {
  Script script = Script::stream();
  script.data(0, R"({"choices":[{"delta":{"role":"assistant","content":null}}]})").bytes(0.01, ": ping\n\n");
  script.bytes(0.02, ":\n\n").content(0.06, "a").finish(0.07, 5, 1);
  const Reply reply = ask(script);
  EXPECT_GE(reply.ttft().value(), 0.06);
  EXPECT_EQ(reply.chunks, 1);
}

TEST(Endpoint, ReasoningComesBeforeWhatIsVisible) {
  Script script = Script::stream();
  script.reasoning(0.02, "hm").content(0.06, "a").finish(0.07, 5, 2);
  const Reply reply = ask(script);
  EXPECT_LT(reply.ttft().value(), reply.ttfo().value());
  EXPECT_GE(reply.ttft().value(), 0.02);
  EXPECT_GE(reply.ttfo().value(), 0.06);
}

TEST(Endpoint, CharactersAndLinesMayBeCutAnywhere) {
  Script script = Script::stream();
  const std::string event = "data: {\"choices\":[{\"delta\":{\"content\":\"\xC3\xBC\xF0\x9F\x98\x80\"}}]}\r\n\r\n";
  for (size_t i = 0; i < event.size(); ++i) script.bytes(0, event.substr(i, 1));
  const Reply reply = ask(script.finish(0.01, 5, 1));
  EXPECT_TRUE(reply.good()) << reply.message;
  EXPECT_EQ(reply.text, "\xC3\xBC\xF0\x9F\x98\x80");
}

TEST(Endpoint, FaultsAreToldApart) {
  const std::string last = R"({"choices":[{"delta":{},"finish_reason":"stop"}]})";
  EXPECT_EQ(ask(Script::stream().content(0, "a").data(0.01, R"({"error":{"message":"oom"}})").end(0.02)).fault,
            ReplyFault::error_event);
  EXPECT_EQ(ask(Script::stream().content(0, "a").reset(0.02)).fault, ReplyFault::reset);
  EXPECT_EQ(ask(Script::stream().content(0, "a").close(0.02)).fault, ReplyFault::reset) << "no end of the transfer";
  EXPECT_EQ(ask(Script::stream().content(0, "a").end(0.02)).fault, ReplyFault::cut);
  EXPECT_EQ(ask(Script::stream().data(0, "{no json").end(0.01)).fault, ReplyFault::malformed);
  EXPECT_TRUE(ask(Script::stream().content(0, "a").data(0.01, last).end(0.02)).good());
  EXPECT_EQ(ask(Script::page(200, "application/json", "{}")).fault, ReplyFault::not_stream);
  const Reply refused = ask(Script::page(401, "application/json", R"({"error":{"message":"key sk-secret is bad"}})"));
  EXPECT_EQ(refused.fault, ReplyFault::status);
  EXPECT_EQ(refused.http_status, 401);
  EXPECT_EQ(refused.message, "HTTP status 401: key *** is bad");
}

TEST(Endpoint, NoRedirectIsFollowed) {
  const Reply reply =
      ask(Script::raw(0, "HTTP/1.1 307 Go\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(reply.fault, ReplyFault::status);
  EXPECT_EQ(reply.http_status, 307);
}

TEST(Endpoint, ASlowLorisEndsWithTheTimeout) {
  Script script = Script::stream();
  for (int i = 1; i < 200; ++i) script.bytes(0.02 * i, ":");
  const double begin = test::now();
  const Reply reply = ask(script, 0.3);
  EXPECT_EQ(reply.fault, ReplyFault::timeout);
  EXPECT_LT(test::now() - begin, 3);
}

TEST(Endpoint, ALorisThatDripsIsToldAsTheTimeItTook) {
  // A byte at a time: of an event that never ends, or of headers.
  Script body = Script::stream(), head;
  const std::string event = R"(data: {"choices":[{"delta":{"content":")" + std::string(400, 'a');
  for (size_t i = 0; i < event.size(); ++i) body.bytes(0.01 * static_cast<double>(i), event.substr(i, 1));
  head.send(0, "HTTP/1.1 200 OK\r\nX-Long: ");
  for (int i = 1; i < 400; ++i) head.send(0.01 * i, "a");
  for (const Script& script : {body, head}) {
    const double begin = test::now();
    const Reply reply = ask(script, 0.3);
    EXPECT_EQ(reply.fault, ReplyFault::timeout) << reply.message;
    EXPECT_EQ(reply.message, "no whole answer within 0.30 s");
    EXPECT_LT(test::now() - begin, 3);
  }
}

TEST(Endpoint, HeadersWithoutAnEndAreRefused) {
  Script script = Script::raw(0, "HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 4000; ++i) script.send(0, "X-" + std::to_string(i) + ": " + std::string(200, 'x') + "\r\n");
  EXPECT_EQ(ask(script.close(0)).fault, ReplyFault::too_large);
}

TEST(Endpoint, ALineWithoutAnEndIsRefused) {
  Script script = Script::stream();
  for (int i = 0; i < 64; ++i) script.bytes(0, std::string(size_t{1} << 20, 'x'));
  EXPECT_EQ(ask(script.end(0)).fault, ReplyFault::too_large);
}

TEST(Endpoint, TheKeyIsSentAndConnectionsAreKept) {
  const ChatServer server([](size_t, const std::string&, double) { return steady_answer(0, 0, 2); });
  EndpointOptions options;
  options.key = "sk-secret";
  Endpoint endpoint = open(server, std::move(options));
  Question question;
  question.prompt = "hello";
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(endpoint.ask(question).good());
  for (const auto& request : server.requests())
    EXPECT_NE(request.find("Authorization: Bearer sk-secret\r\n"), std::string::npos);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Endpoint, ServersAreRecognised) {
  const auto answer = [](size_t, const std::string&, double) { return steady_answer(0, 0, 2); };
  ChatServer llama(answer, "llamacpp"), vllm(answer, "vllm"), ollama(answer, "library"), other(answer);
  llama.set_page("/props", R"({"build_info":"b7000","total_slots":2,"default_generation_settings":{"n_ctx":512}})");
  vllm.set_page("/version", R"({"version":"0.11.0"})");
  ollama.set_page("/api/version", R"({"version":"0.12.3"})");
  ollama.set_page("/api/ps", R"({"models":[{"name":"test-model:latest","size":10,"size_vram":5}]})");
  EXPECT_EQ(open(llama).server().kind, ServerKind::llama_cpp);
  EXPECT_EQ(open(llama).server().version, "b7000");
  EXPECT_EQ(open(llama).server().slots, 2);
  EXPECT_EQ(open(vllm).server().kind, ServerKind::vllm);
  EXPECT_EQ(open(vllm).server().version, "0.11.0");
  EXPECT_EQ(open(ollama).server().kind, ServerKind::ollama);
  EXPECT_EQ(open(ollama).server().vram_bytes, 5);
  EXPECT_EQ(open(other).server().kind, ServerKind::other);
  EXPECT_EQ(open(other).server().model, "test-model");
}

TEST(Endpoint, NobodyThereIsAProblemWithAHint) {
  int port = 0;
  {
    port = ChatServer([](size_t, const std::string&, double) { return Script(); }).port();
  }
  EndpointOptions options;
  options.url = "http://127.0.0.1:" + std::to_string(port);
  const auto endpoint = Endpoint::open(std::move(options));
  ASSERT_FALSE(endpoint);
  EXPECT_NE(endpoint.error().hint.find("running"), std::string::npos);
}

TEST(Endpoint, AnotherServerIsAProblem) {
  ChatServer server([](size_t, const std::string&, double) { return Script(); });
  Script loris = Script::raw(0, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  for (int i = 1; i < 400; ++i) loris.send(0.01 * i, " ");
  const struct {
    Script answer;
    const char *what, *hint;
  } rows[] = {
      {Script::page(200, "text/html", "<html>hello</html>"), "a web page instead of a list of models", "llama-server"},
      {Script::page(200, "application/json", "[1]"), "an answer that is no list of models", "llama-server"},
      {Script::page(404, "text/plain", "404 page not found"), "no list of models (HTTP status 404)", "path before /v1"},
      {Script::page(401, "text/plain", ""), "the server wants a key (HTTP status 401)", "--api-key-env"},
      {Script::page(503, "application/json", R"({"error":{"code":503,"message":"Loading model"}})"),
       "the server is not ready (HTTP status 503): Loading model", "wait"},
      {Script::raw(0, "HTTP/1.1 302 Go\r\nLocation: http://example.com/x\r\nContent-Length: 0\r\n\r\n"),
       "the server sends elsewhere, to http://example.com/x (HTTP status 302)", "no redirect is followed"},
      {Script::raw(0, "220 mail.example.com ESMTP\r\n"), "what answers there does not speak HTTP", "port"},
      {Script().close(0), "the server closed the connection without an answer", "port"},
      {Script::page(200, "application/json", std::string(size_t{5} << 20, ' ')), "more than 4.0 MiB of an answer",
       "port"},
      {loris, "no whole answer within 0.30 s", "busy"},
  };
  for (const auto& row : rows) {
    server.set_script("/v1/models", row.answer);
    EndpointOptions options;
    options.url = server.url();
    options.timeout = 0.3;
    const auto endpoint = Endpoint::open(std::move(options));
    ASSERT_FALSE(endpoint) << row.what;
    EXPECT_EQ(endpoint.error().what, row.what);
    EXPECT_EQ(endpoint.error().where, server.url() + "/v1/models");
    EXPECT_NE(endpoint.error().hint.find(row.hint), std::string::npos) << endpoint.error().hint;
  }
}

TEST(Endpoint, StoppingGivesUpWhatIsOpen) {
  const ChatServer server([](size_t, const std::string&, double) { return steady_answer(30, 0, 2); });
  std::atomic<bool> stop = false;
  EndpointOptions options;
  options.stop = &stop;
  Endpoint endpoint = open(server, std::move(options));
  std::thread later([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop = true;
  });
  const double begin = test::now();
  const Reply reply = endpoint.ask({});
  later.join();
  EXPECT_EQ(reply.fault, ReplyFault::stopped);
  EXPECT_LT(test::now() - begin, 5);
  EXPECT_EQ(endpoint.ask({}).fault, ReplyFault::stopped) << "and nothing new is begun";
}

}  // namespace
}  // namespace edgefit
