// Greedy pretraining of a deep Boltzmann machine, layer by layer, with one rule for all published variants.
//
// The final machine uses weights s_l·W_l. Stage l trains a modified RBM between layers l−1 and l whose messages are
// scaled, upwards by u_l = s_l + s_{l+1} and downwards by d_l = s_l + s_{l−1} (s_0 = s_{L+1} = 0), on draws of layer
// l−1:
//
//   s = 1, 1        2009, two layers: (2, 1), (1, 2)          Salakhutdinov & Hinton (2009)
//   s = 1, 1, 1     2009, three layers: (2, 1), (2, 2), (1, 2)
//   s = 1, 2        2012, two layers: (3, 1), (2, 3)          Salakhutdinov & Hinton (2012)
//   s = 1, 2, 2     2012, three layers: (3, 1), (4, 3), (2, 4)
//
// With u ≠ d a stage's conditionals belong to no joint energy: it has no log p. The label, if any, joins the last stage
// with factors of 1.
#pragma once

#include "deepboltz/learn/fit.h"

namespace deepboltz {

enum class BiasRule : std::uint8_t {
  sum,   // a hidden layer that two stages train doubles its bias in both; the final bias is the sum
  mean,  // no doubling; the final bias is the mean of the two
};

struct PretrainRule {
  std::vector<double> scales;  // s_l, one a hidden layer, > 0
  BiasRule bias = BiasRule::sum;
  bool directed = false;  // every stage is an ordinary RBM: for belief nets and autoencoders. The rest is not used
};

// s = 1, 1, … of 2009 and s = 1, 2, 2, … of 2012.
std::vector<double> scales_2009(std::size_t hidden_layers);
std::vector<double> scales_2012(std::size_t hidden_layers);

// The stages of `dbm`, a chain visible – hidden1 – … – hiddenL (– label): stage l of 1 … L as a model of layers
// "visible", "hidden1" (and "label"), weights and biases zero.
EnergyModel pretraining_stage(const EnergyModel& dbm, const PretrainRule& rule, std::size_t stage);

// A source of draws from the hidden layer of `below`, or of its means, given cases of `source`. Both must outlive it.
Source draws_above(Context& ctx, const Source& source, const EnergyModel& below, std::int64_t batch);
Source means_above(Context& ctx, const Source& source, const EnergyModel& below, std::int64_t batch);

// Puts trained stages together: weights s_l·W_l, biases by the rule, offsets folded into biases.
void merge_stages(Context& ctx, const std::vector<EnergyModel>& stages, const PretrainRule& rule, EnergyModel& dbm);

}  // namespace deepboltz
