#include "cli/interrupt.h"

#include <csignal>

namespace edgefit {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

std::atomic<bool> asked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set nothing else");

void on_signal(int signal) {
  asked.store(true);
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  asked.store(false);
  for (const int signal : kSignals) std::signal(signal, on_signal);
}

Interrupt::~Interrupt() {
  for (const int signal : kSignals) std::signal(signal, SIG_DFL);
}

const std::atomic<bool>& Interrupt::flag() const {
  return asked;
}

}  // namespace edgefit
