// Ctrl-C, with the real program: what was measured until then is told, in a report that is whole.
#include "cli/interrupt.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "base/json.h"
#include "support/chat_server.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::ChatServer;
using test::steady_answer;
using test::TempDir;

pid_t start(std::vector<std::string> words, const std::string& output) {
  words.insert(words.begin(), EDGEFIT_BINARY);
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  EXPECT_EQ(::posix_spawn(&child, EDGEFIT_BINARY, &actions, nullptr, pointers.data(), ::environ), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  return child;
}
int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
void wait_until(const std::function<bool()>& done) {
  const double end = test::now() + 20;
  while (!done() && test::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_TRUE(done());
}

TEST(Interrupt, CtrlCLeavesAWholeReportOfWhatIsThere) {
  const TempDir folder;
  // Three answers, then one that would take an hour.
  const ChatServer server(
      [](size_t index, const std::string&, double) { return steady_answer(index < 3 ? 0.005 : 3600, 0.001, 4); });
  const std::string out = folder.at("out.json");
  const pid_t child = start({"verify", "--url", server.url(), "--warmups", "0", "--prompt-tokens", "20",
                             "--output-tokens", "4", "--format", "json"},
                            out);
  wait_until([&] { return server.exchanges().size() == 4; });
  ::kill(child, SIGINT);
  EXPECT_EQ(wait_for(child), 3);
  std::ifstream file(out);
  const auto json = parse_json(std::string(std::istreambuf_iterator<char>(file), {}), "report");
  ASSERT_TRUE(json) << json.error().what;
  EXPECT_EQ((*json)["status"], "interrupted");
  EXPECT_EQ((*json)["exit_code"], 3);
  EXPECT_EQ((*json)["load"]["attempted"], 4);
  EXPECT_EQ((*json)["load"]["stopped"], 1);
  EXPECT_EQ((*json)["load"]["ttft_seconds"]["n"], 3);
}

TEST(Interrupt, StoppedBeforeTheFirstMeasurementNothingIsKnown) {
  const TempDir folder;
  const ChatServer server([](size_t, const std::string&, double) { return steady_answer(3600, 0, 2); });
  const std::string out = folder.at("out.json");
  const pid_t child = start({"verify", "--url", server.url(), "--format", "json"}, out);
  wait_until([&] { return server.exchanges().size() == 1; });
  ::kill(child, SIGINT);
  EXPECT_EQ(wait_for(child), 3);
}

TEST(Interrupt, TheFlagIsSetOnceAndTheSecondSignalEndsTheProgram) {
  const Interrupt interrupt;
  EXPECT_FALSE(interrupt.flag().load());
  ::raise(SIGINT);
  EXPECT_TRUE(interrupt.flag().load());
  EXPECT_EXIT(::raise(SIGINT), testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace edgefit
