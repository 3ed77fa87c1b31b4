// What learning on integers (binary_training.h) does not do, and how much it takes at once.
#pragma once

#include "deepboltz/kernel/integer_update.h"
#include "deepboltz/learn/learning_state.h"

namespace deepboltz {

// Cases of a batch, and chains, at most: counts fit in 16 bits.
constexpr std::int64_t most_binary_cases(Negative::Statistics statistics) {
  return statistics == Negative::Statistics::rao_blackwell ? kMostCounted / Sevenths::kWhole : kMostCounted;
}

// InputError, naming the field, where learner or model want what integers do not do …
void require_binary_training(const Learner& learner, const EnergyModel& model);
// … or do not do of grey data, in batches of so many cases.
void require_grey_training(const Learner& learner, const EnergyModel& model, std::int64_t batch);

}  // namespace deepboltz
