// Pictures without what covers them: E[v | ṽ] and p(s | ṽ) by Gibbs sampling, with the start chosen among several
// masks. One start fails where half of the picture is covered: a dark half shifts the mean, and all of the mask flips.
// Tang, Salakhutdinov & Hinton (2012), section 3.2; docs/models/robust.md
#pragma once

#include <string_view>

#include "deepboltz/base/report.h"
#include "deepboltz/system/robust/posterior_chains.h"

namespace deepboltz {

struct DenoiseOptions {
  int sweeps = 100;
  int average_from = 50;  // sweep from which the means are averaged
  Normalise normalise = Normalise::fitted;
  std::vector<std::string> starts = {"all"};  // words of start_masks
  int start_sweeps = 16;                      // of each start's chain; the last 6 are scored
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// "all", "upper third", "upper half", "upper two thirds", "lower half", "left half", "right half", "without eyes":
// which pixels are clear to begin with.
std::span<const std::string_view> start_masks();
// (starts, pixels) u8. InputError: an unknown word, with the nearest one, or no start.
Tensor masks_of(std::span<const std::string> starts, int height, int width);

struct Denoised {
  Tensor clean;             // (cases, pixels): E[v | ṽ] in the data's own numbers
  Tensor clear;             // (cases, pixels): p(s = 1 | ṽ)
  std::vector<Gain> gains;  // of the last sweep
  std::vector<double> fit;  // mean log p(ṽ | hidden layers) over the averaged sweeps, of the states
};

// observed: (cases, pixels), states of the clean layer. A case's result depends on its number and picture alone.
Denoised denoise(Context& ctx, const RobustMachine& machine, const PictureScale& scale, ConstMatrix observed,
                 int height, int width, const DenoiseOptions& options);

}  // namespace deepboltz
