// What this processor can do, and what the kernels make of it.
#pragma once

#include <string>
#include <vector>

namespace deepboltz {

// Highway's names: AVX3_DL is AVX-512 with VNNI, VBMI2 and BITALG, AVX3 without.
struct InstructionSets {
  std::vector<std::string> found;  // of those that kernels are compiled for, the best first
  std::string floats, integers;    // what the kernels of floats and of integers run on
};
InstructionSets instruction_sets();

}  // namespace deepboltz
