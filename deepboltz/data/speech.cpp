#include "deepboltz/data/speech.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "deepboltz/data/fourier.h"

namespace deepboltz {
namespace {

constexpr int kPoints = 256, kReach = 2;
constexpr double kEmphasis = 0.97, kLeastEnergy = 1e-10, kLowest = 60, kHighest = 4'000;

double mel(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double hertz(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

// Where triangle i begins; it has its peak at the next edge and ends at the one after that.
double edge(int i) { return hertz(mel(kLowest) + (mel(kHighest) - mel(kLowest)) * i / (kMelBands + 1)); }

std::vector<double> hamming() {
  std::vector<double> window(kFrameSamples);
  for (int i = 0; i < kFrameSamples; ++i)
    window[std::size_t(i)] = 0.54 - 0.46 * std::cos(2 * std::numbers::pi * i / (kFrameSamples - 1));
  return window;
}

// How much of the power at each frequency is in each band.
using Bands = std::vector<std::array<double, kPoints / 2 + 1>>;
Bands mel_bands() {
  Bands bands(kMelBands);
  for (int b = 0; b < kMelBands; ++b)
    for (int k = 0; k <= kPoints / 2; ++k) {
      const double f = double(k) * kSpeechRate / kPoints, left = edge(b), peak = edge(b + 1), right = edge(b + 2);
      bands[std::size_t(b)][std::size_t(k)] =
          std::max(0.0, std::min((f - left) / (peak - left), (right - f) / (right - peak)));
    }
  return bands;
}

std::vector<double> emphasised(const std::vector<float>& x) {
  std::vector<double> y(x.begin(), x.end());
  for (std::size_t t = y.size(); t-- > 1;) y[t] -= kEmphasis * y[t - 1];
  return y;
}

}  // namespace

double mel_centre(int band) { return edge(band + 1); }

Tensor log_mel_energies(const Sound& sound, const std::string& file) {
  require(sound.rate == kSpeechRate, "{}: {} samples a second, {} expected", printable(file, 4096), sound.rate,
          kSpeechRate);
  const auto samples = std::int64_t(sound.samples.size());
  require(samples >= kFrameSamples, "{}: {} samples, at least {} expected", printable(file, 4096), samples,
          kFrameSamples);
  static const std::vector<double> window = hamming();
  static const Bands bands = mel_bands();
  const std::vector<double> y = emphasised(sound.samples);
  Tensor out(DType::f64, 1 + (samples - kFrameSamples) / kFrameStep, kMelBands);
  PowerSpectrum spectrum(kPoints);
  std::array<double, kFrameSamples> frame;
  std::array<double, kPoints / 2 + 1> power;
  for (std::int64_t t = 0; t < out.rows(); ++t) {
    for (std::size_t i = 0; i < kFrameSamples; ++i) frame[i] = window[i] * y[std::size_t(t * kFrameStep) + i];
    spectrum(frame, power);
    for (std::size_t b = 0; b < kMelBands; ++b) {
      double energy = 0;
      for (std::size_t k = 0; k < power.size(); ++k) energy += bands[b][k] * power[k];
      out.as<double>().row(t)[b] = std::log(energy + kLeastEnergy);
    }
  }
  return out;
}

Tensor cepstrum(ConstMatrix log_energies, int count) {
  Tensor out(DType::f64, log_energies.rows, count);
  const auto bands = double(log_energies.cols);
  for (int k = 0; k < count; ++k)
    for (std::int64_t j = 0; j < log_energies.cols; ++j) {
      const double wave = std::cos(std::numbers::pi * k * (double(j) + 0.5) / bands);
      for (std::int64_t t = 0; t < out.rows(); ++t) out.as<double>()(t, k) += wave * log_energies.as<double>()(t, j);
    }
  return out;
}

Tensor frame_differences(ConstMatrix x) {
  Tensor out(DType::f64, x.rows, x.cols);
  double squares = 0;
  for (std::int64_t n = 1; n <= kReach; ++n) squares += 2 * double(n * n);
  for (std::int64_t t = 0; t < x.rows; ++t)
    for (std::int64_t n = 1; n <= kReach; ++n) {
      const double *after = x.as<double>().row(std::min(t + n, x.rows - 1)),
                   *before = x.as<double>().row(std::max(t - n, std::int64_t(0)));
      for (std::int64_t i = 0; i < x.cols; ++i) out.as<double>()(t, i) += double(n) * (after[i] - before[i]) / squares;
    }
  return out;
}

Tensor cepstrum_with_differences(const Sound& sound, const std::string& file) {
  const Tensor c = cepstrum(log_mel_energies(sound, file)), d = frame_differences(c);
  Tensor out(DType::f64, c.rows(), c.cols() + d.cols());
  for (std::int64_t t = 0; t < c.rows(); ++t) {
    double* to = out.as<double>().row(t);
    to = std::copy_n(c.as<double>().row(t), c.cols(), to);
    std::copy_n(d.as<double>().row(t), d.cols(), to);
  }
  return out;
}

void slice_means(ConstMatrix x, int slices, std::span<float> result) {
  DEEPBOLTZ_ASSERT(x.rows >= 1 && std::int64_t(result.size()) == slices * x.cols);
  for (int s = 0; s < slices; ++s) {
    const std::int64_t first = s * x.rows / slices, end = std::max(first + 1, (s + 1) * x.rows / slices);
    for (std::int64_t i = 0; i < x.cols; ++i) {
      double sum = 0;
      for (std::int64_t t = first; t < end; ++t) sum += x.as<double>()(t, i);
      result[std::size_t(s * x.cols + i)] = float(sum / double(end - first));
    }
  }
}

}  // namespace deepboltz
