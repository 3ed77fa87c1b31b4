// Ctrl-C and SIGTERM: the first asks the work to stop where it can be taken up again, the second ends the process at
// once.
#pragma once

namespace deepboltz {

void catch_interrupts();
// The signal that asked to stop; 0 if none did.
int interrupted_by();

}  // namespace deepboltz
