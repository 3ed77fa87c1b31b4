// Words of a command line that is shown to be typed.
#pragma once

#include <string>

namespace deepboltz {

// A word as a shell takes it: quoted where it must be.
std::string shell_word(const std::string& word);

}  // namespace deepboltz
