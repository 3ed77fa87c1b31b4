#include "deepboltz/kernel/instruction_sets.h"

#define HWY_WANT_AVX3_DL  // as the integer kernels
#include "hwy/highway.h"
#include "hwy/targets.h"

namespace deepboltz {

InstructionSets instruction_sets() {
  constexpr std::int64_t kNotForFloats = HWY_AVX3_DL, kNotForIntegers = HWY_SSSE3;
  InstructionSets sets;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    sets.found.emplace_back(hwy::TargetName(target));
    if (sets.floats.empty() && target != kNotForFloats) sets.floats = sets.found.back();
    if (sets.integers.empty() && target != kNotForIntegers) sets.integers = sets.found.back();
  }
  return sets;
}

}  // namespace deepboltz
