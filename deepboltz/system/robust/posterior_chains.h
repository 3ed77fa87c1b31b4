// Chains of a Robust Boltzmann machine given what is observed: mask, clean picture, hidden layers, and each picture's
// gain and offset, which are found anew in every sweep (exposure.h).
#pragma once

#include "deepboltz/system/robust/exposure.h"
#include "deepboltz/system/robust/robust_machine.h"

namespace deepboltz {

// How pictures become the states of the clean layer (model/standardisation.h), and what they look like.
struct PictureScale {
  std::vector<double> shift, scale;  // one a pixel
  double rms = 0;                    // of the pictures that the clean machine has learnt, about their own means

  double to_state(std::int64_t pixel, double x) const {
    return (x - shift[std::size_t(pixel)]) / scale[std::size_t(pixel)];
  }
  double to_data(std::int64_t pixel, double x) const {
    return shift[std::size_t(pixel)] + scale[std::size_t(pixel)] * x;
  }
};

// Of the face's visible layer.
PictureScale picture_scale(const EnergyModel& face, double rms);

class PosteriorChains {
 public:
  // observed: (cases, pixels), states of the clean layer; `starts` masks, one a row (starts, pixels) u8: a case has a
  // chain from each of them. Chain k of case c is row c·starts + k.
  PosteriorChains(Context& ctx, const RobustMachine& machine, const PictureScale& scale, Normalise normalise,
                  ConstMatrix observed, ConstMatrix starts, std::int64_t first_case, Key key);

  // Pixels given hidden layers, exposure, then hidden layers given pixels. `means`: of this sweep's draw of the pixels.
  void sweep(Context& ctx, Key key, const PixelMeans& means);

  // Goes on with one chain a case: the one of the greatest score, the first of equal ones.
  void keep_best(std::span<const double> score);

  State& state() { return state_; }
  const State& state() const { return state_; }
  const std::vector<Gain>& gains() const { return gains_; }
  Exposure exposure() const;

 private:
  void expose(Context& ctx, ConstMatrix clean_means);

  const RobustMachine& machine_;
  const PictureScale& scale_;
  Normalise normalise_;
  std::int64_t starts_;
  State state_;
  std::vector<Gain> gains_;
  std::vector<double> log_gain_;
  Tensor corrected_;
};

// Begins a chain from every start, moves each by `start_sweeps`, and goes on with the one that fits its case best: by
// the mean of log p(ṽ | hidden layers) over the last six sweeps. With one start its chains are not moved.
PosteriorChains chosen_chains(Context& ctx, const RobustMachine& machine, const PictureScale& scale,
                              Normalise normalise, ConstMatrix observed, ConstMatrix starts, int start_sweeps,
                              std::int64_t first_case, Key key);

}  // namespace deepboltz
