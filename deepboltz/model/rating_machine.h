// The machine over ratings as a layer graph: softmax groups, one an item, below one layer of hidden bits. The
// conditional machine has a third layer, "seen", a condition: a bit r an item, which is 1 where the case has seen the
// item, whether the rating is known or not.
//
//   E(v, h; r) = −Σ_{i∈R} W_i^{v_i}·h − Σ_{i∈R} b_i^{v_i} − a·h − Σ_i r_i D_i·h
//
// Salakhutdinov, Mnih & Hinton (2007), §2 and §4; docs/models/ratings.md
#pragma once

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct RatingMachineOptions {
  DType precision = DType::f32;
  bool conditional = false;  // whether it has D
};

// All parameters zero.
EnergyModel rating_machine(std::int64_t groups, std::int64_t levels, std::int64_t hidden,
                           const RatingMachineOptions& options = {});

// InputError unless the model is such a machine.
void require_rating_machine(const EnergyModel& model);

// The parts of such a machine; W is connection kRatingWeights, D connection kSeenWeights.
constexpr std::size_t kRatingWeights = 0, kSeenWeights = 1;
struct RatingLayers {
  LayerId ratings, hidden;
  std::int64_t levels = 2;
  bool conditional = false;
};
RatingLayers rating_layers(const EnergyModel& model);

}  // namespace deepboltz
