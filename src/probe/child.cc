#include "probe/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "base/error_text.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::string_view kMarker = "edgefit-end\n";
constexpr size_t kMaxOutput = 1 << 20;

void close_fd(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(1);
    text.remove_prefix(static_cast<size_t>(n));
  }
}

/// In the child: no terminal, no core file, no life after the parent, default signals, a group of its own.
void isolate() {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  for (const int signal : {SIGINT, SIGTERM, SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPIPE, SIGCHLD, SIGALRM})
    ::signal(signal, SIG_DFL);
  const int null = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2 && null >= 0; ++fd) ::dup2(null, fd);
}

/// Exit status of a child that is about to end; nothing when it does not end, as when stuck inside a driver.
std::optional<int> reap(int pid) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) == pid) return status;
    ::usleep(1000);
  }
  return std::nullopt;
}

Problem early_end(std::optional<int> status) {
  if (!status) return {tr("closed its answer without an end"), {}, {}};
  if (WIFSIGNALED(*status)) return {say(tr("crashed with signal {}"), WTERMSIG(*status)), {}, {}};
  return {say(tr("left early with exit code {}"), WEXITSTATUS(*status)), {}, {}};
}

[[noreturn]] void run_child(const Child::Work& work, int fd) {
  isolate();
  try {
    work([fd](const std::string& line) {
      std::string safe = line;
      for (char& c : safe)
        if (static_cast<unsigned char>(c) < ' ' && c != '\t') c = ' ';
      write_all(fd, safe + "\n");
    });
  } catch (...) {
    _exit(1);
  }
  write_all(fd, kMarker);
  _exit(0);
}

}  // namespace

Result<Child> Child::start(const Work& work, int deadline_ms) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return Problem{tr("no pipe for a child"), error_text(errno), {}};
  Child child;
  child.pipe_ = ends[0];
  child.timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  itimerspec deadline{};
  deadline.it_value = {deadline_ms / 1000, (deadline_ms % 1000) * 1000000L};
  if (child.timer_ < 0 || ::timerfd_settime(child.timer_, 0, &deadline, nullptr) != 0) {
    ::close(ends[1]);
    return Problem{tr("no timer for a child"), error_text(errno), {}};
  }
  child.pid_ = ::fork();
  if (child.pid_ == 0) run_child(work, ends[1]);
  ::close(ends[1]);
  if (child.pid_ < 0) return Problem{tr("no child process"), error_text(errno), {}};
  ::setpgid(child.pid_, child.pid_);  // also here: whoever comes first
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pipe_(std::exchange(other.pipe_, -1)),
      timer_(std::exchange(other.timer_, -1)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, -1);
    pipe_ = std::exchange(other.pipe_, -1);
    timer_ = std::exchange(other.timer_, -1);
  }
  return *this;
}

Child::~Child() {
  end();
}

void Child::end() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    reap(pid_);  // one that does not die is left to init rather than waited for
    pid_ = -1;
  }
  close_fd(pipe_);
  close_fd(timer_);
}

Result<std::string> Child::finish() {
  std::string text;
  std::optional<Problem> problem;
  while (!problem && !text.ends_with(kMarker)) {
    pollfd fds[] = {{pipe_, POLLIN, 0}, {timer_, POLLIN, 0}};
    if (::poll(fds, 2, -1) < 0) {
      if (errno == EINTR) continue;
      problem = Problem{tr("the child cannot be waited for"), error_text(errno), {}};
      break;
    }
    if (fds[0].revents != 0) {
      char buffer[4096];
      const ssize_t n = ::read(pipe_, buffer, sizeof buffer);
      if (n > 0) {
        text.append(buffer, static_cast<size_t>(n));
        if (text.size() > kMaxOutput) problem = Problem{tr("the child wrote too much"), {}, {}};
        continue;
      }
      if (n < 0 && errno == EINTR) continue;
      const auto status = reap(pid_);
      if (status) pid_ = -1;
      problem = early_end(status);
    } else if (fds[1].revents != 0) {
      problem = Problem{tr("did not answer before its deadline"), {}, {}};
    }
  }
  end();
  if (problem) return *problem;
  text.resize(text.size() - kMarker.size());
  return text;
}

}  // namespace edgefit
