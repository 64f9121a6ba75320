// Where requests may go, judged by the address that is connected to.
#include "verify/curl_transport.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "support/chat_server.h"
#include "verify/clock.h"

namespace edgefit {
namespace {

using test::ChatServer;
using test::Script;

struct Heard : HttpListener {
  void head(const HttpHead& head) override { status = head.status; }
  bool take(std::string_view bytes, double) override {
    body.append(bytes);
    return true;
  }
  void end(double, ReplyFault why, const std::string& text) override {
    fault = why;
    message = text;
    ended = true;
  }
  int status = 0;
  std::string body, message;
  ReplyFault fault = ReplyFault::none;
  bool ended = false;
};

Heard get(const std::string& url, TransportOptions options = {}, double timeout = 3) {
  auto transport = Transport::open(std::move(options));
  EXPECT_TRUE(transport);
  const auto heard = std::make_shared<Heard>();
  (*transport)->start({url, "", timeout}, heard);
  while (!heard->ended) (*transport)->run_until(monotonic_seconds() + 1);
  return *heard;
}

/// Sets a variable of the environment for one test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

TEST(Transport, PlainHttpStaysOnThisMachine) {
  // Documentation addresses (RFC 5737, RFC 3849) and the machine's own name for "any".
  for (const char* url : {"http://192.0.2.1/", "http://[2001:db8::1]/", "http://0.0.0.0:1/"}) {
    const Heard heard = get(url);
    EXPECT_EQ(heard.fault, ReplyFault::connect) << url;
    EXPECT_EQ(heard.message, "plain HTTP beyond this machine is not allowed") << url;
  }
}

TEST(Transport, LoopbackInAllItsFormsIsThisMachine) {
  const ChatServer server([](size_t, const std::string&, double) { return Script(); });
  const std::string port = ":" + std::to_string(server.port());
  for (const char* host : {"http://127.0.0.1", "http://localhost"}) {
    const Heard heard = get(host + port + "/v1/models");
    EXPECT_EQ(heard.status, 200) << host << ": " << heard.message;
  }
}

TEST(Transport, AProxyDoesNotCarryPlainHttpAway) {
  const ChatServer proxy([](size_t, const std::string&, double) { return Script(); });
  const Variable http("http_proxy", proxy.url()), all("ALL_PROXY", proxy.url());
  EXPECT_EQ(get("http://192.0.2.1/v1/models").message, "plain HTTP beyond this machine is not allowed");
  EXPECT_EQ(get("http://127.0.0.1:1/v1/models", {"", "", true, true}).fault, ReplyFault::connect)
      << "this machine is reached without one";
  EXPECT_TRUE(proxy.requests().empty());
  EXPECT_EQ(get("http://192.0.2.1/v1/models", {"", "", true, false}).status, 404) << "allowed, and the proxy is asked";
  EXPECT_EQ(proxy.requests().size(), 1U);
}

TEST(Transport, DroppingTellsTheListeners) {
  const ChatServer server([](size_t, const std::string&, double) { return test::steady_answer(30, 0, 2); });
  auto transport = Transport::open({});
  ASSERT_TRUE(transport);
  const auto heard = std::make_shared<Heard>();
  (*transport)->start({server.url() + "/v1/chat/completions", "{}", 60}, heard);
  EXPECT_FALSE((*transport)->run_until(monotonic_seconds() + 0.1));
  EXPECT_EQ((*transport)->open_exchanges(), 1U);
  (*transport)->drop_all();
  EXPECT_TRUE(heard->ended);
  EXPECT_EQ(heard->fault, ReplyFault::stopped);
  EXPECT_EQ((*transport)->open_exchanges(), 0U);
}

TEST(Transport, TlsIsNotSpokenWithWhoDoesNot) {
  const ChatServer server([](size_t, const std::string&, double) { return Script(); });
  const Heard heard = get("https://127.0.0.1:" + std::to_string(server.port()) + "/v1/models", {}, 0.3);
  EXPECT_NE(heard.fault, ReplyFault::none);
  EXPECT_EQ(heard.status, 0);
}

}  // namespace
}  // namespace edgefit
