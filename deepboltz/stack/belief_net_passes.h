// One pass up and one pass down a belief net, and the fields that they are made of.
//
// A pass works on one matrix a layer, x[0] … x[D] (cases, units), x[0] being the bottom. Case r draws with row
// first_case + r of the key's numbers, and each layer folds the key by its own number.
#pragma once

#include <span>

#include "deepboltz/kernel/field.h"
#include "deepboltz/stack/belief_net.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// The words of each document, where the bottom counts, else nothing.    bottom: (cases, units)
std::vector<double> document_lengths(const BeliefNet& net, ConstMatrix bottom);

// The field of the layer above, given the one below, by recognition. Beside counts the bias comes once a word.
Field field_above(Context& ctx, ScratchScope& scope, const DirectedLayer& layer, ConstMatrix below);

// The field of the layer below, given the one above, by generation. `lengths`: one a case, where the layer below
// counts; they must outlive the field.
Field field_below(Context& ctx, ScratchScope& scope, const DirectedLayer& layer, ConstMatrix above,
                  std::span<const double> lengths);

// Scratch for the layers from `first` to D, one matrix each.
std::vector<Matrix> layer_scratch(ScratchScope& scope, const BeliefNet& net, std::int64_t cases,
                                  std::int64_t first = 0);

// x[1] … x[D] ← means, each given the means below.
void pass_up_means(Context& ctx, const BeliefNet& net, std::span<const Matrix> x);
// x[1] … x[D] ← draws, each given the draws below.
void pass_up_draws(Context& ctx, const BeliefNet& net, Key key, std::int64_t first_case, std::span<const Matrix> x);

// x[D−1] … x[1] ← draws, each given the draws above; x[0] ← the means of the bottom; bottom_draw, if not empty, ← the
// bottom drawn from them.    lengths: one a case where the bottom counts, else empty
void pass_down(Context& ctx, const BeliefNet& net, std::span<const double> lengths, Key key, std::int64_t first_case,
               std::span<const Matrix> x, Matrix bottom_draw = {});

}  // namespace deepboltz
