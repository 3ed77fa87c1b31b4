// Ctrl-C and SIGTERM: the first asks the work to stop where it can be taken up again, the second ends the process at
// once.
#pragma once

namespace deepboltz {

void catch_interrupts();
// The signal that asked to stop; 0 if none did.
int interrupted_by();

// While it lives, the first signal ends the process at once: nothing is written yet that could be lost, and work that
// cannot stop midway may take minutes. Throws Interrupted if a signal has come before.
class EndAtOnce {
 public:
  EndAtOnce();
  ~EndAtOnce();
  EndAtOnce(const EndAtOnce&) = delete;
  EndAtOnce& operator=(const EndAtOnce&) = delete;
};

}  // namespace deepboltz
