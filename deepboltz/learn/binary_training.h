// Learning on integers: layers of binary states, whose products are exact sums (kernel/integer_products.h,
// kernel/integer_update.h): contrastive divergence and persistent chains of restricted machines, with labels or
// without, and mean field with persistent chains (SAP) of deep ones. The same bits on every processor and any number of
// threads.
//
// Parameters, velocity and chains stay the float tensors of the model and of LearningState, which are all that is
// saved. Integers, bits and working memory live here, for as long as nobody else touches the model: from the weights
// and chains at the beginning to write_back().
//
// With a recognition model (recognition.h) the means of the data are inferred in floats, so that processors may differ.
//
// All connections share one exponent, so that a layer's field is one sum and the chain is exactly that of one machine.
//
// Pixels of data are bits, or grey, exact, in steps of 1/255; the chains' are bits.
//
// Sparsity takes means of the data times S from the weights, as offsets of centring do with gradients of biases; both
// at once are more than an update has room for.
//
// Both phases count. Of the data, draws from the exact posterior, or, in a deep machine, from the factorial one of mean
// field; of the chains, their states. With Statistics::rao_blackwell the layers of the block drawn last, of which every
// connection has one, count by their means, rounded to sevenths by chance (kernel/sevenths.h), in both phases.
#pragma once

#include <optional>

#include "deepboltz/infer/binary_mean_field.h"
#include "deepboltz/kernel/case_bits.h"
#include "deepboltz/kernel/integer_update.h"
#include "deepboltz/learn/integer_limits.h"
#include "deepboltz/learn/learning_state.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

class BinaryTraining {
 public:
  // For batches of at most `batch` cases.
  BinaryTraining(Context& ctx, const Learner& learner, const EnergyModel& model, const LearningState& learning,
                 std::int64_t batch);

  // The pixels of the next batch, to be filled: bits, or grey ones.
  Bits& next_bits();
  GreyCases& next_grey();
  // Or taken from numbers, as labels are where the model has them; InputError where they are neither.
  void set_layer(Context& ctx, LayerId layer, ConstMatrix x);

  // One update; as learn_step.
  void step(Context& ctx, const Learner& learner, double epoch, Key key, EnergyModel& model, LearningState& learning);

  // learning.chains ← the chains.
  void write_back(Context& ctx, LearningState& learning) const;

 private:
  using States = std::vector<Bits>;  // one a layer

  void agree_on_exponent(Context& ctx, const EnergyModel& model);
  void find_biases(Context& ctx, const EnergyModel& model);
  void draw(Context& ctx, const EnergyModel& model, LayerId id, Key key, const States& from, Bits& out,
            Sevenths* means = nullptr);
  BinaryData batch() const { return {data_, grey_is_next_ ? &grey_ : nullptr}; }
  static bool is_centred(const EnergyModel& model);
  bool is_grey(std::size_t l) const { return grey_is_next_ && l == std::size_t(visible_.index); }
  UnitCounts counts_of_data(std::size_t l) const;
  // binary_inference.cpp
  void draw_from_grey(Context& ctx, const EnergyModel& model, LayerId id, Key key);
  void infer_data(Context& ctx, const Learner& learner, double epoch, Key key, const EnergyModel& model,
                  LearningState& learning);
  void infer_from_guess(Context& ctx, const Learner& learner, double epoch, const EnergyModel& model,
                        LearningState& learning);

  void start_chains(Context& ctx, Key key, const EnergyModel& model);
  void count(Context& ctx);
  void penalise_activity(Context& ctx, const Learner& learner, const EnergyModel& model, LearningState& learning);
  void move_offsets(Context& ctx, double rate, EnergyModel& model);
  void update(Context& ctx, const IntegerStep& step, EnergyModel& model, LearningState& learning);

  LayerId visible_;
  std::int64_t batch_;                          // most cases
  std::vector<IntegerWeights> weights_;         // one a connection
  std::vector<Tensor> bias_, gradient_, work_;  // one a layer: ordinary biases, their gradients
  std::vector<Tensor> mean_, pressure_;         // one a layer, with sparsity: means of the data, S (learn/sparsity.h)
  States data_, chains_;
  GreyCases grey_;                  // the pixels of the data, where grey_is_next_; then those of data_ are not used
  std::vector<RowSums> grey_sums_;  // one a layer, of hidden layers, once grey data have come
  std::vector<std::optional<Sevenths>> data_means_, chain_means_;  // of layers that count by their means
  std::vector<CaseBits> transposed_data_, transposed_chains_;
  std::optional<BinaryMeanField> mean_field_;  // where the posterior is not exact
  std::optional<State> shown_;                 // the batch as numbers, for a recognition model
  bool persistent_, chains_started_, grey_is_next_ = false;
};

}  // namespace deepboltz
