// Learning on integers: layers of binary states, whose products are exact sums (kernel/integer_products.h,
// kernel/integer_update.h): contrastive divergence and persistent chains of restricted machines, with labels or
// without, and mean field with persistent chains (SAP) of deep ones. The same bits on every processor and any number of
// threads.
//
// Parameters, velocity and chains stay the float tensors of the model and of LearningState, which are all that is
// saved. Integers, bits and working memory live here, for as long as nobody else touches the model: from the weights
// and chains at the beginning to leave().
//
// All connections share one exponent, so that a layer's field is one sum and the chain is exactly that of one machine.
//
// Both phases count. Of the data, draws from the exact posterior, or, in a deep machine, from the factorial one of mean
// field; of the chains, their states. With Statistics::rao_blackwell the layers of the block drawn last, of which every
// connection has one, count by their means, rounded to sevenths by chance (kernel/sevenths.h), in both phases.
#pragma once

#include <optional>

#include "deepboltz/infer/binary_mean_field.h"
#include "deepboltz/kernel/case_bits.h"
#include "deepboltz/kernel/integer_update.h"
#include "deepboltz/learn/learning_state.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// Cases of a batch, and chains, at most: counts fit in 16 bits.
constexpr std::int64_t most_binary_cases(Negative::Statistics statistics) {
  return statistics == Negative::Statistics::rao_blackwell ? kMostCounted / Sevenths::kWhole : kMostCounted;
}

// InputError, naming the field, where learner or model want what integers do not do.
void require_binary_training(const Learner& learner, const EnergyModel& model);

class BinaryTraining {
 public:
  // For batches of at most so many cases.
  BinaryTraining(Context& ctx, const Learner& learner, const EnergyModel& model, const LearningState& learning,
                 std::int64_t batch);

  // The next batch, to be filled …
  Bits& visible() { return data_[std::size_t(visible_.index)]; }
  // … or this one, and its labels where the model has them; InputError where it is not binary.
  void take(Context& ctx, LayerId layer, ConstMatrix x);

  // One update; as learn_step.
  void step(Context& ctx, const Learner& learner, double epoch, Key key, EnergyModel& model, LearningState& learning);

  // learning.chains ← the chains.
  void leave(Context& ctx, LearningState& learning) const;

 private:
  using States = std::vector<Bits>;  // one a layer

  void agree_on_exponent(Context& ctx, const EnergyModel& model);
  void find_biases(Context& ctx, const EnergyModel& model);
  void draw(Context& ctx, const EnergyModel& model, LayerId id, Key key, const States& from, Bits& out,
            Sevenths* means = nullptr);
  void infer_data(Context& ctx, const Learner& learner, Key key, const EnergyModel& model);
  void start_chains(Context& ctx, Key key, const EnergyModel& model);
  void count(Context& ctx);
  void move_offsets(Context& ctx, double rate, EnergyModel& model);
  void update(Context& ctx, const IntegerStep& step, EnergyModel& model, LearningState& learning);

  LayerId visible_;
  std::vector<IntegerWeights> weights_;         // one a connection
  std::vector<Tensor> bias_, gradient_, work_;  // one a layer: ordinary biases, their gradients
  States data_, chains_;
  std::vector<std::optional<Sevenths>> data_means_, chain_means_;  // of layers that count by their means
  std::vector<CaseBits> turned_data_, turned_chains_;
  std::optional<BinaryMeanField> mean_field_;  // where the posterior is not exact
  bool persistent_, chains_started_;
};

}  // namespace deepboltz
