// What conjugate gradients minimise: the mean over some cases of −log p(target), plus ½·l2·|weights|², which leaves
// the biases alone.
#pragma once

#include <span>

#include "deepboltz/stack/propagate.h"

namespace deepboltz {

// gradient ← that of the loss, for the layers from `first_layer` on, shaped as the network's parameters; what belongs
// to lower layers may be empty. score ← the cases' score without the penalty. A loss that is not finite is returned,
// not raised.
double penalised_loss(Context& ctx, const Network& network, const Examples& examples,
                      std::span<const std::uint32_t> rows, const Presentation& presentation, double l2,
                      std::size_t first_layer, std::span<const Matrix> gradient, Score& score);

}  // namespace deepboltz
