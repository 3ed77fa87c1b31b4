// What a recommender has to beat, measured on the same ratings: a constant, biases of users and items, and a matrix
// factorisation with biases.
//
//   r ≈ μ;   r ≈ μ + b_u + b_i;   r ≈ μ + b_u + b_i + p_u·q_i            Koren, Bell & Volinsky (2009)
#pragma once

#include "deepboltz/base/report.h"
#include "deepboltz/data/rating_data.h"
#include "deepboltz/estimate/estimate.h"

namespace deepboltz {

struct FactorisationOptions {
  int rank = 50, epochs = 60;
  double rate = 0.01;  // of plain stochastic steps, falling in a line to 0
  double l2 = 0.05;    // of every parameter, once a rating
  double bias_l2 = 5;  // of the biases alone, in ratings
  Key key = {};
  Report report = {};
};

struct RatingBaselines {
  Estimate constant, bias, factorisation;  // root mean square errors of `held_out`
};

// The first two of them, which take no time.
struct SimpleBaselines {
  Estimate constant, bias;
};
SimpleBaselines simple_baselines(const RatingData& data, std::span<const Rating> held_out, double bias_l2 = 5);

// Learns from `train`, predicts `held_out`; predictions are clipped to the scale.
RatingBaselines rating_baselines(const RatingData& data, std::span<const Rating> held_out,
                                 const FactorisationOptions& options);

}  // namespace deepboltz
