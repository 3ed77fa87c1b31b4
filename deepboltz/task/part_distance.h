// How far predicted means are from a part, case by case: mean squared differences of states a unit; of counts nats a
// word, −Σ n log p / Σ n.
#pragma once

#include <vector>

#include "deepboltz/tensor/context.h"
#include "deepboltz/tensor/tensor.h"
#include "deepboltz/unit/unit.h"

namespace deepboltz {

// A number a case; NaN for a document without words. means: (cases or 1, units)
std::vector<double> part_distances(const Unit& unit, ConstMatrix x, ConstMatrix means);

// How much better the part of each stored case fits the prediction of each query than the base does, which knows of no
// case: log p(x | means) − log p(x | base), of Gaussian units by their states; of counts a word.
// means: (queries, units); x: (stored, units); base: (1, units); all means of the units. Out: (queries, stored) f64
Tensor part_fits(Context& ctx, const Unit& unit, ConstMatrix means, ConstMatrix x, ConstMatrix base);

// The cosines of codes; 0 of a code of zeros.    (queries, units), (stored, units); out: (queries, stored) f64
Tensor cosines(Context& ctx, const Tensor& queries, const Tensor& stored);

}  // namespace deepboltz
