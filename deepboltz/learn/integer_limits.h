// What learning on integers (binary_training.h) does not do, and how much it takes at once: one table, which the
// learner asks with a model and a recipe asks before there is one.
#pragma once

#include "deepboltz/kernel/integer_update.h"
#include "deepboltz/learn/learning_state.h"

namespace deepboltz {

// Cases of a batch, and chains, at most: counts fit in 16 bits.
constexpr std::int64_t most_binary_cases(Negative::Statistics statistics) {
  return statistics == Negative::Statistics::rao_blackwell ? kMostCounted / Sevenths::kWhole : kMostCounted;
}

// What the limits look at beside the learner.
struct IntegerUse {
  const Learner& learner;
  Unit visible = Bernoulli{}, hidden = Bernoulli{};  // of the first layer of other units, where there is one
  DType precision = DType::f32;
  bool scaled = false;      // messages or biases have factors, as in the stages of a deep machine
  bool mean_field = false;  // the posterior is not exact
  bool centred = false;     // the machine has offsets
  bool condition = false;   // a layer is given
  bool grey = false;        // the data are not binary
  std::int64_t batch = 0;
};

// The first limit that is broken, if there is one and the learner has integers.
struct IntegerRefusal {
  std::string_view key;  // a recipe's: of the stage, unless it begins with "model." or "data."
  std::string message;
};
std::optional<IntegerRefusal> integer_refusal(const IntegerUse& use);

// InputError with key and message of the limit that learner, model and batch break …
void require_binary_training(const Learner& learner, const EnergyModel& model, std::int64_t batch = 0);
// … or that they break where the data are grey.
void require_grey_training(const Learner& learner, const EnergyModel& model, std::int64_t batch);

}  // namespace deepboltz
