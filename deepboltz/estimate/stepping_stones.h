// log Z from parallel tempering: stones from level to level, whose weights the swaps have computed anyway.
//
//   log Z₁ − log Z₀ = Σ_i log mean_{p_i}[f_{i+1}/f_i]        stepping stones, forward
//                   = −Σ_i log mean_{p_{i+1}}[f_i/f_{i+1}]   backward
//                   = Σ_i Bennett's Δ_i of both              bridge: the best of the three
//
// Forward errs low and backward high on average, as annealing does. Draws of one ladder are correlated over rounds and
// levels, ladders are independent: the error is that of the mean over ladders, through the derivative of each stone
// (a sandwich estimate). Xie, Lewis, Fan, Kuo & Chen (2011); Bennett (1976); Shirts & Chodera (2008).
#pragma once

#include "deepboltz/estimate/ais.h"
#include "deepboltz/sample/parallel_tempering.h"

namespace deepboltz {

// The changes that swaps tried. change[i][c]: of ladder c, between levels i and i + 1.
class SteppingStones {
 public:
  SteppingStones(int levels, std::int64_t ladders);

  void add(std::int64_t ladder, int lower, double change_below, double change_above);
  OnSwap listener() {
    return [this](std::int64_t ladder, int lower, double below, double above) { add(ladder, lower, below, above); };
  }

  // log Z of the top minus log Z of the bottom. InputError unless every pair was tried, by two ladders at least.
  Estimate forward() const;
  Estimate backward() const;
  Estimate bridge() const;
  // The same from the first or the second half of the rounds alone.
  enum class Rounds { all, first_half, second_half };
  Estimate bridge(Rounds rounds) const;

 private:
  struct Pair {
    std::vector<std::vector<double>> below, above;  // a ladder each
  };
  Estimate stones(bool upwards) const;

  std::vector<Pair> pairs_;
  std::int64_t ladders_;
};

struct TemperingOptions {
  int levels = 20;                            // temperatures, from β = 0
  std::int64_t ladders = 50;                  // independent ones
  int rounds = 400;                           // that are measured, after as many that space the ladder
  const std::vector<Tensor>* base = nullptr;  // base rates a layer; null: zero
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

struct TemperingEstimate {
  Estimate forward, backward, bridge;  // of log Z
  Estimate first_half, second_half;    // the bridge of half of the rounds
  double barrier = 0;                  // Λ
  std::int64_t round_trips = 0;        // of all ladders …
  double expected_round_trips = 0;     // … and as many as the rejections predict
  int recommended_levels = 0;
};

// Each estimate warns where a pair of levels rejects more than nine swaps in ten, or a ladder made fewer than ten
// round trips on average, or fewer than a quarter of those that the rejections predict: a mode that is seldom found
// then carries more than the spread of the ladders shows. InputError as AIS.
TemperingEstimate tempering_log_z(Context& ctx, const Target& model, const TemperingOptions& options);

}  // namespace deepboltz
