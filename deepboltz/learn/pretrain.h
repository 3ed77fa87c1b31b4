// Greedy pretraining of a deep Boltzmann machine, layer by layer, with one rule for all published variants.
//
// Every hidden layer has a stage: a machine of that layer and the layers that are connected to it from below (and of
// the label, where it is on that layer). The connections of the final machine are s_c·W_c. To a layer x that is also in
// other stages, stage S multiplies what connection c sends by
//
//   s_c · Σ of s over all connections of x / Σ of s over those of x in S
//
// A chain visible – hidden1 – … – hiddenL has upwards u_l = s_l + s_{l+1} and downwards d_l = s_l + s_{l−1}
// (s_0 = s_{L+1} = 0), where s_l belongs to the stage of layer l:
//
//   s = 1, 1        2009, two layers: (2, 1), (1, 2)          Salakhutdinov & Hinton (2009)
//   s = 1, 1, 1     2009, three layers: (2, 1), (2, 2), (1, 2)
//   s = 1, 2        2012, two layers: (3, 1), (2, 3)          Salakhutdinov & Hinton (2012)
//   s = 1, 2, 2     2012, three layers: (3, 1), (4, 3), (2, 4)
//
// A tree of pathways with s = 1 has (2, 1), (2, 2), … along each pathway, and (1, 2) from their tops to the joint
// layer, which hears them all in one stage. Srivastava & Salakhutdinov (2012); docs/models/multimodal.md
//
// With u ≠ d a stage's conditionals belong to no joint energy: it has no log p. The label has factors of 1.
#pragma once

#include "deepboltz/learn/fit.h"

namespace deepboltz {

enum class BiasRule : std::uint8_t {
  sum,   // a hidden layer that two stages train doubles its bias in both; the final bias is the sum
  mean,  // no doubling; the final bias is the mean of the two
};

struct PretrainRule {
  std::vector<double> scales;  // of the connections of each stage: one a hidden layer, > 0
  BiasRule bias = BiasRule::sum;
  bool directed = false;  // every stage is an ordinary RBM: for belief nets and autoencoders. The rest is not used
  // The mean length of a document, one a layer of counts, 0 for others; empty: no layer counts. The biases of a layer
  // beside counts come once a word, in the stage above once: there they count for 1/length.
  std::vector<double> lengths = {};
};

// s = 1, 1, … of 2009 and s = 1, 2, 2, … of 2012.
std::vector<double> scales_2009(std::size_t hidden_layers);
std::vector<double> scales_2012(std::size_t hidden_layers);

// The stage of hidden layer 1, 2, … of `dbm`, in the order of their numbers, as a model: the layers below, visible; the
// hidden layer; the label where it is on that layer. Names are those of `dbm`, weights and biases are zero.
// InputError: a layer that is connected upwards to two others, or not at all.
EnergyModel pretraining_stage(const EnergyModel& dbm, const PretrainRule& rule, std::size_t stage);

// What the machine of a stage learns from: cases of `data` in the visible layers of `dbm`, and draws from the layers
// above these, or their means, by the machines of the stages below. Where parts are missing, the cases are those that
// have all parts below that layer. `data` and `dbm` must outlive it; the stages may not move.
Source stage_source(Context& ctx, const EnergyModel& dbm, const Source& data, const std::vector<EnergyModel>& stages,
                    std::size_t stage, bool draws, std::int64_t batch);

// The cases that a stage learns from, by their numbers: those that have all parts below its hidden layer.
std::vector<std::uint32_t> cases_below(const EnergyModel& dbm, const Source& data, std::size_t stage);

// Puts trained stages together: weights s·W, biases by the rule, offsets folded into biases.
void merge_stages(Context& ctx, const std::vector<EnergyModel>& stages, const PretrainRule& rule, EnergyModel& dbm);

}  // namespace deepboltz
