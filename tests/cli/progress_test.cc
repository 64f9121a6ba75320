#include "cli/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

namespace edgefit {
namespace {

/// What arrives on a terminal that stands in for stderr while `work` runs.
template <class Work>
std::string on_terminal(Work work) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) return "no terminal";
  const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
  const int kept = ::dup(STDERR_FILENO);
  ::dup2(terminal, STDERR_FILENO);
  work();
  ::dup2(kept, STDERR_FILENO);
  // The kernel carries text from one end of a terminal to the other in its own time.
  std::string out;
  for (pollfd ready{master, POLLIN, 0}; ::poll(&ready, 1, 500) > 0 && (ready.revents & POLLIN) != 0;) {
    char piece[256];
    const ssize_t got = ::read(master, piece, sizeof piece);
    if (got <= 0) break;
    out.append(piece, static_cast<size_t>(got));
  }
  ::close(terminal);
  ::close(master);
  ::close(kept);
  return out;
}

TEST(Progress, ShortWorkShowsNothing) {
  EXPECT_EQ(on_terminal([] {
              Progress progress("searching");
              progress.show(0.5);
            }),
            "");
}

TEST(Progress, LongWorkShowsABarThatIsErased) {
  const std::string text = on_terminal([] {
    Progress progress("searching", std::chrono::seconds(0));
    progress.show(0.5);
    progress.show(0.5);
  });
  EXPECT_NE(text.find("searching [##########..........]  50 %"), std::string::npos) << text;
  EXPECT_EQ(text.find("50 %"), text.rfind("50 %")) << "the same percent is not written twice";
  EXPECT_EQ(text.substr(text.size() - 4), "\r\033[K");
}

TEST(Progress, WithoutATerminalNothingIsWritten) {
  testing::internal::CaptureStderr();
  {
    Progress progress("searching", std::chrono::seconds(0));
    progress.show(0.5);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace edgefit
