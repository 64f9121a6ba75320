#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace edgefit {

Progress::Progress(std::string what, std::chrono::seconds patience)
    : what_(std::move(what)),
      from_(std::chrono::steady_clock::now() + patience),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::show(double share) {
  if (!terminal_ || std::chrono::steady_clock::now() < from_) return;
  const int percent = static_cast<int>(std::clamp(share, 0.0, 1.0) * 100);
  if (percent == last_) return;
  last_ = percent;
  shown_ = true;
  const auto done = static_cast<size_t>(percent / 5);
  fmt::print(stderr, "\r{} [{}{}] {:>3} %", what_, std::string(done, '#'), std::string(20 - done, '.'), percent);
  std::fflush(stderr);
}

void Progress::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace edgefit
