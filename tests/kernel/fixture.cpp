#include "tests/kernel/fixture.h"

#include <algorithm>
#include <cmath>

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#define HWY_WANT_AVX3_DL  // as the integer kernels
#include <hwy/highway.h>
#include <hwy/targets.h>
// clang-format on

#include "deepboltz/kernel/cpu/tiles.h"

namespace deepboltz::test {

Tensor random_tensor(Key key, DType dtype, std::int64_t rows, std::int64_t cols, double low, double high) {
  Tensor t(dtype, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c)
      t.set(r, c, low + (high - low) * uniform(key, std::uint32_t(r), std::uint32_t(c)));
  return t;
}

Tensor random_mask(Key key, std::int64_t rows, std::int64_t cols) {
  Tensor t(DType::u8, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c) t.set(r, c, random_word(key, std::uint32_t(r), std::uint32_t(c)) % 3 == 0);
  return t;
}

double largest_difference(const Tensor& a, const Tensor& b) {
  double largest = 0;
  for (std::int64_t r = 0; r < a.rows(); ++r)
    for (std::int64_t c = 0; c < a.cols(); ++c) largest = std::max(largest, std::abs(a.at(r, c) - b.at(r, c)));
  return largest;
}

void for_every_instruction_set(const std::function<void(const std::string&)>& body) {
  const auto choose = [](std::int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  };
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    choose(hwy::SupportedTargets() & ~(target - 1));  // and lesser ones, for files that are not compiled for this one
    body(hwy::TargetName(target));
    choose(0);  // back to the best
#ifdef __SANITIZE_THREAD__
    break;  // what threads share does not depend on the vectors: the best set tells
#endif
  }
}

void with_tiles(const std::function<void(const std::string&)>& body) {
  const simd::TileUse before = simd::tile_use();
  for (const auto& [unit, name] :
       {std::pair{simd::amx_tiles(), "AMX_INT8"}, {&simd::emulated_tiles(), "emulated tiles"}})
    if (unit) {
      simd::use_tiles({.unit = unit, .always = true});
      body(name);
    }
  simd::use_tiles(before);
}

void for_every_way_to_multiply(const std::function<void(const std::string&)>& body) {
  const simd::TileUse before = simd::tile_use();
  for_every_instruction_set([&](const std::string& set) {
    simd::use_tiles({.unit = nullptr});
    body(set);
    if (set != "SCALAR")  // which has plain loops only
      with_tiles([&](const std::string& tiles) { body(tiles + " beside " + set); });
  });
  simd::use_tiles(before);
}

}  // namespace deepboltz::test
