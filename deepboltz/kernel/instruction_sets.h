// What this processor can do, and what the kernels make of it.
#pragma once

#include <string>
#include <vector>

namespace deepboltz {

// Highway's names: AVX3_DL is AVX-512 with VNNI, VBMI2 and BITALG, AVX3 without. AMX_INT8 is AMX's tiles of bytes
// beside the best of them.
struct InstructionSets {
  std::vector<std::string> found;  // of those that kernels are compiled for, the best first
  std::string floats, integers;    // what the kernels of floats and of integers run on
};
InstructionSets instruction_sets();

// From now on no kernel runs on anything better than `name`, one of those found; float products neither. For a process
// as a whole, before its first work. InputError where the name is none of them.
void limit_instruction_set(const std::string& name);

}  // namespace deepboltz
