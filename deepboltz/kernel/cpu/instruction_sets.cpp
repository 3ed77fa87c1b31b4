#include "deepboltz/kernel/instruction_sets.h"

#include <fmt/ranges.h>

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#define HWY_WANT_AVX3_DL  // as the integer kernels
#include "hwy/highway.h"
#include "hwy/targets.h"
// clang-format on

#include "deepboltz/base/error.h"
#include "deepboltz/kernel/cpu/product_sets.h"
#include "deepboltz/kernel/cpu/tiles.h"

namespace deepboltz {
namespace {

constexpr const char* kTiles = "AMX_INT8";  // beside the best of Highway's

}  // namespace

InstructionSets instruction_sets() {
  constexpr std::int64_t kNotForFloats = HWY_AVX3_DL;
  InstructionSets sets;
  if (simd::tile_use().unit) sets.found.emplace_back(kTiles), sets.integers = kTiles;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    sets.found.emplace_back(hwy::TargetName(target));
    if (sets.floats.empty() && target != kNotForFloats) sets.floats = sets.found.back();
    if (sets.integers.empty()) sets.integers = sets.found.back();
  }
  return sets;
}

void limit_instruction_set(const std::string& name) {
  if (simd::tile_use().unit && name == kTiles) return;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (name != hwy::TargetName(target)) continue;
    simd::use_tiles({});
    hwy::DisableTargets(target - 1);  // the better a target, the lower its bit
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    limit_products(name.starts_with("AVX3") ? ProductSet::avx512
                   : name == "AVX2"         ? ProductSet::avx2
                                            : ProductSet::sse4);
    return;
  }
  throw InputError(
      fmt::format("instruction set: expected one of {}, got \"{}\"", fmt::join(instruction_sets().found, ", "), name));
}

}  // namespace deepboltz
