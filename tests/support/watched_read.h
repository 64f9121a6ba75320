// Reads a model in a child process, so that a crash, a hang or a large allocation is seen by the test.
#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "edgefit/read.h"

namespace edgefit::test {

/// "ok": read without a warning; "warn": read with one; "error": a Problem.
enum Outcome : int { kOk = 0, kWarn = 1, kError = 2, kCrash = 3 };

#if defined(__SANITIZE_ADDRESS__)
#define EDGEFIT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EDGEFIT_SANITIZED 1
#endif
#endif
/// Seconds for any hostile file; sanitizers slow everything down.
#ifdef EDGEFIT_SANITIZED
inline constexpr double kLongestRead = 10;
#else
inline constexpr double kLongestRead = 1;
#endif

struct WatchedRead {
  Outcome outcome = kCrash;
  double seconds = 0;
  double peak_bytes = 0;
};

/// Empty path: an idle child, to know what a process costs.
inline WatchedRead read_in_child(const std::string& path) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    if (path.empty()) ::_exit(kOk);
    const auto model = read_model(path);
    const bool said = model && !(model->warnings.empty() && model->unknown.empty());
    ::_exit(!model ? kError : said ? kWarn : kOk);
  }
  int status = 0;
  rusage usage{};
  WatchedRead run;
  if (::wait4(child, &status, 0, &usage) == child && WIFEXITED(status)) run.outcome = Outcome(WEXITSTATUS(status));
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  run.peak_bytes = static_cast<double>(usage.ru_maxrss) * 1024;
  return run;
}

/// Against a cell such as "ok", "error or warn", "ok + note".
inline bool as_expected(Outcome outcome, const std::string& expected) {
  if (outcome == kError) return expected.find("error") != std::string::npos;
  if (outcome == kWarn) return expected.find("warn") != std::string::npos || expected.find("ok") != std::string::npos;
  return outcome == kOk && expected.find("ok") != std::string::npos;
}

}  // namespace edgefit::test
