#include "probe/child.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

namespace edgefit {
namespace {

Result<std::string> run(const Child::Work& work, int deadline_ms = 5000) {
  auto child = Child::start(work, deadline_ms);
  EXPECT_TRUE(child);
  return child->finish();
}

TEST(Child, LinesComeBack) {
  const auto text = run([](const Child::Write& write) {
    write("one");
    write("two");
  });
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "one\ntwo\n");
}

TEST(Child, LinesCannotForgeTheEnd) {
  const auto text = run([](const Child::Write& write) {
    write("a\nedgefit-end\nb\x1b[2J");
    write("c");
  });
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "a edgefit-end b [2J\nc\n");
}

TEST(Child, LeavingEarlyIsAFailure) {
  const auto text = run([](const Child::Write& write) {
    write("half");
    _exit(0);
  });
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().what.find("exit code 0"), std::string::npos) << text.error().what;
}

TEST(Child, CrashIsAFailure) {
  const auto text = run([](const Child::Write&) { raise(SIGKILL); });
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().what.find("signal 9"), std::string::npos) << text.error().what;
}

TEST(Child, ExceptionIsAFailure) {
  EXPECT_FALSE(run([](const Child::Write&) { throw 1; }));
}

TEST(Child, HangEndsAtTheDeadline) {
  const auto start = std::chrono::steady_clock::now();
  const auto text = run(
      [](const Child::Write& write) {
        write("half");
        while (true) pause();
      },
      100);
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().what.find("deadline"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(Child, ClosedPipeWithoutEndDoesNotBlock) {
  const auto text = run([](const Child::Write&) {
    for (int fd = 3; fd < 64; ++fd) ::close(fd);
    while (true) pause();
  });
  EXPECT_FALSE(text);
}

TEST(Child, GrandchildHoldingThePipeDoesNotBlock) {
  const auto text = run([](const Child::Write& write) {
    if (::fork() == 0)
      while (true) pause();
    write("done");
  });
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "done\n");
}

TEST(Child, FloodIsCut) {
  const auto text = run([](const Child::Write& write) {
    while (true) write(std::string(4096, 'x'));
  });
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().what.find("too much"), std::string::npos);
}

TEST(Child, UnfinishedChildIsKilled) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  {
    auto child = Child::start(
        [](const Child::Write&) {
          while (true) pause();
        },
        60000);
    ASSERT_TRUE(child);
  }
  // The child held the writing end: end of file says that it is gone.
  ::close(pipe_ends[1]);
  char byte;
  EXPECT_EQ(::read(pipe_ends[0], &byte, 1), 0);
  ::close(pipe_ends[0]);
}

}  // namespace
}  // namespace edgefit
