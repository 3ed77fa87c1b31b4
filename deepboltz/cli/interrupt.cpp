#include "deepboltz/cli/interrupt.h"

#include <atomic>
#include <csignal>
#include <thread>

#include "deepboltz/base/error.h"

namespace deepboltz {

namespace {

std::atomic<int> caught = 0;
std::atomic<bool> at_once = false;

// Waits for the signals that every other thread has blocked. The second one, or the first of EndAtOnce, ends the
// process as it would by default.
void wait_for_interrupts(sigset_t interrupts) {
  for (int signal = 0; sigwait(&interrupts, &signal) == 0;) {
    if (caught != 0 || at_once) {
      std::signal(signal, SIG_DFL);
      pthread_sigmask(SIG_UNBLOCK, &interrupts, nullptr);
      std::raise(signal);
    }
    caught = signal;
  }
}

}  // namespace

// No handler runs on a computing thread: the product kernels of oneDNN use the stack pointer as a general register, and
// the frame of a signal that came in between was seen to be written into the heap.
void catch_interrupts() {
  sigset_t interrupts;
  sigemptyset(&interrupts);
  sigaddset(&interrupts, SIGINT);
  sigaddset(&interrupts, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &interrupts, nullptr);  // inherited by all threads that are made from here on
  std::thread(wait_for_interrupts, interrupts).detach();
}

int interrupted_by() { return caught; }

EndAtOnce::EndAtOnce() {
  at_once = true;
  if (caught != 0) throw Interrupted("stopped; nothing is written");
}

EndAtOnce::~EndAtOnce() { at_once = false; }

}  // namespace deepboltz
