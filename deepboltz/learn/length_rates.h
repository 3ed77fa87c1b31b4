// Rates for layers of counts. The field of a hidden unit beside a document of D words is a sum over D words, and its
// bias comes D times: at one rate for all parameters it would move D and D² times as far in an update as the field of a
// layer of bits. With the rate divided by the typical length for the weights and biases of the counts, and by its
// square for the biases beside them, one rate serves all pathways of a machine.
#pragma once

#include <span>

#include "deepboltz/learn/learner.h"

namespace deepboltz {

// Sets bias_rates and weight_rates. lengths: the typical length of a document, one a layer of the model; 0 of layers
// that do not count.
void divide_rates_by_length(const EnergyModel& model, std::span<const double> lengths, Learner& learner);

}  // namespace deepboltz
