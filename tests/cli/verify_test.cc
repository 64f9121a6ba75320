#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "cli/invoke.h"
#include "support/chat_server.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::ChatServer;
using test::has;
using test::invoke;
using test::Script;
using test::steady_answer;
using test::TempDir;

test::Outcome verify(const ChatServer& server, std::vector<std::string> words) {
  words.insert(words.begin(), {"verify", "--url", server.url(), "--warmups", "1", "--prompt-tokens", "100",
                               "--output-tokens", "4", "--as-of", "2026-11-23"});
  return invoke(words);
}
std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(VerifyCommand, ExitCodeFollowsTheFindings) {
  const ChatServer good([](size_t, const std::string&, double) { return steady_answer(0.002, 0.001, 4); });
  const auto fine = verify(good, {"--requests", "4"});
  EXPECT_EQ(fine.code, 0) << fine.out << fine.err;
  EXPECT_TRUE(fine.out.starts_with("OK  0 fail")) << fine.out;
  EXPECT_TRUE(fine.err.empty()) << fine.err;
  EXPECT_EQ(verify(good, {"--requests", "4", "--slo", "ttft=1ms"}).code, 1);

  const ChatServer failing([](size_t index, const std::string&, double) {
    return index == 2 ? Script::page(503, "text/plain", "busy") : steady_answer(0.002, 0.001, 4);
  });
  const auto broken = verify(failing, {"--requests", "4"});
  EXPECT_EQ(broken.code, 1);
  EXPECT_TRUE(has(broken.out, "1 of 4 requests failed; most often: HTTP status 503: busy")) << broken.out;

  const ChatServer countless([](size_t, const std::string&, double) {
    return Script::stream().content(0, "a").data(0, R"({"choices":[{"delta":{},"finish_reason":"stop"}]})").end(0);
  });
  EXPECT_EQ(verify(countless, {"--requests", "4"}).code, 3) << "a speed nobody knows";
  EXPECT_EQ(verify(countless, {"--requests", "4", "--slo", "ttft=2s"}).code, 0);
}

TEST(VerifyCommand, ReportsGoIntoFiles) {
  const TempDir folder;
  const ChatServer server([](size_t, const std::string&, double) { return steady_answer(0.002, 0.001, 4); });
  const auto run = verify(server, {"--requests", "3", "-o", folder.at("r.json"), "-o", folder.at("r.xml"), "-o",
                                   folder.at("r.md"), "--format", "json"});
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(run.out, read(folder.at("r.json")));
  EXPECT_TRUE(has(read(folder.at("r.xml")), "<testsuite "));
  EXPECT_TRUE(has(read(folder.at("r.md")), "## edgefit verify"));
  EXPECT_FALSE(has(run.out, "word word"));
  EXPECT_TRUE(has(verify(server, {"--requests", "3", "--keep-texts", "--format", "json"}).out, "word word"));
}

TEST(VerifyCommand, BadQuestionsAreExitCodeTwoAndSendNothing) {
  const ChatServer server([](size_t, const std::string&, double) { return Script(); });
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"--shape", "storm"},
                                                                                     {"--users", "none"},
                                                                                     {"--slo", "fast"},
                                                                                     {"--format", "csv"},
                                                                                     {"--as-of", "tomorrow"},
                                                                                     {"--api-key-env", "EDGEFIT_NONE"},
                                                                                     {"--url", "ftp://x"},
                                                                                     {"-o", "r.pdf"}}) {
    const auto run = verify(server, words);
    EXPECT_EQ(run.code, 2) << words[0];
    EXPECT_TRUE(run.out.empty()) << words[0];
    EXPECT_TRUE(run.err.starts_with("error: ")) << words[0];
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(VerifyCommand, TheKeyIsNeverShown) {
  const TempDir folder;
  const ChatServer server([](size_t, const std::string& request, double) {
    return Script::page(403, "text/plain", request);  // a server that repeats all it was told
  });
  const auto key = folder.write("key", "sk-very-secret\n");
  for (const char* form : {"terminal", "json", "junit", "markdown"}) {
    const auto run = verify(server, {"--requests", "2", "--api-key-file", key, "--keep-texts", "--format", form});
    EXPECT_EQ(run.code, 1);
    EXPECT_FALSE(has(run.out + run.err, "sk-very")) << form;
  }
  EXPECT_TRUE(has(server.requests().front(), "sk-very-secret"));
}

}  // namespace
}  // namespace edgefit
