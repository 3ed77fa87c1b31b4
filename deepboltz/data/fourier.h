// The power of a short signal at each frequency: |Σ_n x_n exp(−2πi kn/N)|², k = 0 … N/2, by the fast Fourier transform
// (Cooley & Tukey 1965, radix 2).
#pragma once

#include <complex>
#include <span>
#include <vector>

namespace deepboltz {

class PowerSpectrum {
 public:
  explicit PowerSpectrum(std::size_t size);  // N, a power of 2

  // x: N numbers or fewer, as if zeros followed; power: N/2 + 1.
  void operator()(std::span<const double> x, std::span<double> power);

 private:
  std::vector<std::complex<double>> turn_;  // exp(−2πi k/N), k < N/2
  std::vector<std::complex<double>> work_;
};

}  // namespace deepboltz
