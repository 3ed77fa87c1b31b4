// Learning on integers: contrastive divergence and persistent chains of one connection between two layers of Bernoulli
// units, whose products are exact sums (kernel/integer_products.h, kernel/integer_update.h). The same bits on every
// processor and any number of threads.
//
// Parameters, velocity and chains stay the float tensors of the model and of LearningState, which are all that is
// saved. Integers, bits and working memory live here, for as long as nobody else touches the model: from the weights
// and chains at the beginning to leave().
//
// Both phases count states, the block drawn last among them: its mean stochastically rounded, the unbiased estimate
// with the variance of a draw. Statistics::rao_blackwell asks for no more here.
#pragma once

#include "deepboltz/kernel/case_bits.h"
#include "deepboltz/kernel/integer_update.h"
#include "deepboltz/learn/learning_state.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

inline constexpr std::int64_t kMostBinaryCases = 32'767;  // of a batch, and chains: counts fit in 16 bits

// InputError, naming the field, where learner or model want what integers do not do.
void require_binary_training(const Learner& learner, const EnergyModel& model);

class BinaryTraining {
 public:
  // For batches of at most so many cases.
  BinaryTraining(Context& ctx, const Learner& learner, const EnergyModel& model, const LearningState& learning,
                 std::int64_t batch);

  Bits& data() { return data_.lower; }     // the next batch, to be filled …
  void take(Context& ctx, ConstMatrix x);  // … or this one; InputError where it is not binary

  // One update; as learn_step.
  void step(Context& ctx, const Learner& learner, double epoch, Key key, EnergyModel& model, LearningState& learning);

  // learning.chains ← the chains.
  void leave(Context& ctx, LearningState& learning) const;

 private:
  void start_chains(Context& ctx, Key key);
  void draw(Context& ctx, bool upper, Key key, const Bits& from, Bits& out);
  void find_biases(Context& ctx, const EnergyModel& model);
  void move_offsets(Context& ctx, double rate, EnergyModel& model);
  void update(Context& ctx, const IntegerStep& step, EnergyModel& model, LearningState& learning);

  LayerId lower_, upper_;
  IntegerWeights weights_;
  Ends<Tensor> bias_;      // ordinary ones, with the offsets' share
  Ends<Tensor> gradient_;  // of the biases
  Ends<Tensor> work_;
  Ends<Bits> data_, chains_;
  Ends<CaseBits> turned_data_, turned_chains_;
  bool persistent_, chains_started_;
};

}  // namespace deepboltz
