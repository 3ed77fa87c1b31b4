// The command line as a function: deepboltz VERB …
//
// Exit codes: 0 ok, 2 usage or malformed content, 3 a file that cannot be read or written, 4 a number that is not
// finite, 5 an absent device, 70 our bug, 130 and 143 interrupted. An error is one line on standard error.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

// Does what the arguments say with systems of the kinds in `table`. Returns the exit code.
int command(int argc, char** argv, std::span<const Kind> table);

}  // namespace deepboltz
