#include "deepboltz/data/fourier.h"

#include <algorithm>
#include <bit>
#include <numbers>

#include "deepboltz/base/error.h"

namespace deepboltz {

PowerSpectrum::PowerSpectrum(std::size_t size) : work_(size) {
  DEEPBOLTZ_ASSERT(size >= 2 && std::has_single_bit(size));
  for (std::size_t k = 0; k < size / 2; ++k)
    turn_.push_back(std::polar(1.0, -2 * std::numbers::pi * double(k) / double(size)));
}

void PowerSpectrum::operator()(std::span<const double> x, std::span<double> power) {
  const std::size_t size = work_.size();
  DEEPBOLTZ_ASSERT(x.size() <= size && power.size() == size / 2 + 1);
  std::ranges::fill(work_, 0.0);
  for (std::size_t i = 0, reversed = 0; i < size; ++i) {  // `reversed` has the bits of i in the opposite order
    if (i < x.size()) work_[reversed] = x[i];
    std::size_t bit = size / 2;
    while ((reversed & bit) != 0) reversed ^= bit, bit /= 2;
    reversed |= bit;
  }
  for (std::size_t half = 1; half < size; half *= 2)
    for (std::size_t first = 0; first < size; first += 2 * half)
      for (std::size_t k = 0; k < half; ++k) {
        std::complex<double>&even = work_[first + k], &odd = work_[first + half + k];
        const std::complex<double> turned = odd * turn_[k * (size / 2 / half)];
        odd = even - turned;
        even += turned;
      }
  for (std::size_t k = 0; k < power.size(); ++k) power[k] = std::norm(work_[k]);
}

}  // namespace deepboltz
