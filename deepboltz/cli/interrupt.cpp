#include "deepboltz/cli/interrupt.h"

#include <csignal>

namespace deepboltz {

namespace {

volatile std::sig_atomic_t caught = 0;

extern "C" void on_interrupt(int signal) {
  if (caught != 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  caught = signal;
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
}

int interrupted_by() { return caught; }

}  // namespace deepboltz
