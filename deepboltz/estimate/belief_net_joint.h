// The joint weight of the layers of a belief net (stack/belief_net.h): log p of each layer given the one above, and the
// top's weight of its visible layer, with all else in the top summed out. log Z of the top is not subtracted.
#pragma once

#include <span>
#include <vector>

#include "deepboltz/stack/belief_net.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// Room for states of all layers, from the bottom to the top, and how many cases it holds now.
struct BeliefNetStates {
  std::vector<Tensor> lower;  // (capacity, units) of the layers 0 … D−1
  State top;

  BeliefNetStates(Context& ctx, const BeliefNet& net, std::int64_t capacity);

  std::int64_t cases() const { return top.cases; }
  void set_cases(std::int64_t cases) { top.cases = cases; }
  std::vector<Matrix> x(const BeliefNet& net);  // x[0] … x[D], (cases, units)
};

// sum[case] += log p(x[k] | x[k+1]).    lengths: one a case where x[k] counts, else empty
void add_log_below(Context& ctx, const BeliefNet& net, std::size_t k, std::span<const double> lengths,
                   std::span<const Matrix> x, std::span<double> sum);

// sum[case] += log p*_top(x[D]) + Σ over k ≥ 1 of log p(x[k] | x[k+1]): all but the bottom
void add_log_above(Context& ctx, const BeliefNet& net, BeliefNetStates& states, std::span<double> sum);

// InputError unless cases (cases, bottom units) are values of the bottom, of the net's number type, and every layer has
// a log-probability.
void require_belief_net_cases(Context& ctx, const BeliefNet& net, ConstMatrix cases);

}  // namespace deepboltz
