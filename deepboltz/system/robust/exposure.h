// Gain and offset of a picture. An occluder changes the mean and the norm that a picture is normalised by, hence they
// are found anew from the pixels that are believed clear: corrected = gain·ṽ + offset, in the data's own numbers.
//
//   fitted    least squares against the clean means m, a ridge towards gain 1, for sampling (Robust BM, docs/models)
//   release   mean and norm over all pixels with covered ones at 0, as in the released code: contrast comes out too
//             high by the root of the clear share
//   none      pictures as they are
#pragma once

#include <cstdint>
#include <span>

namespace deepboltz {

// Root mean square of a picture whose contrast is taken: a norm of 10 at 32 × 32.
inline constexpr double kPictureRms = 10.0 / 32;

enum class Normalise : std::uint8_t { fitted, release, none };

struct Gain {
  double gain = 1, offset = 0;
  double operator()(double x) const { return gain * x + offset; }
};

// gain = (Σw(x−x̄)(m−m̄) + r)/(Σw(x−x̄)² + r) within [0.3, 4], with means weighted by w = s/σ², m = E[v | s, h, ṽ] and the
// ridge r. offset = m̄ − gain·x̄. Without any weight: gain 1, offset 0.    all spans: pixels
Gain fitted_gain(std::span<const double> weight, std::span<const double> observed, std::span<const double> mean,
                 double ridge);

// What maximises the variational bound, whose density of a clear pixel has +log gain: weights q(s)·γ²/σ², targets
// E[v | s = 1], and `clear` = Σ q(s).
Gain best_gain(std::span<const double> weight, std::span<const double> observed, std::span<const double> mean,
               double clear);

// rms: of the pictures that the clean machine has learnt.
Gain release_gain(std::span<const double> clear, std::span<const double> observed, double rms);

}  // namespace deepboltz
