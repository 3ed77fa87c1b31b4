#include "deepboltz/learn/binary_training.h"

#include <cstring>

#include "deepboltz/kernel/integer_products.h"
#include "deepboltz/kernel/offset_fields.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/phases.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kPositive, kNegative, kStart };

const Connection& only_connection(const EnergyModel& model) { return model.connections().front(); }

Ends<Tensor> rows_of(const EnergyModel& model) {
  const Connection& link = only_connection(model);
  return {Tensor(DType::f32, 1, model.layer(link.lower).units), Tensor(DType::f32, 1, model.layer(link.upper).units)};
}

template <class T> Ends<T> states(std::int64_t cases, const IntegerWeights& weights) {
  return {T(cases, weights.rows()), T(cases, weights.cols())};
}

Ends<const CaseBits&> views(const Ends<CaseBits>& bits) { return {bits.lower, bits.upper}; }

}  // namespace

void require_binary_training(const Learner& learner, const EnergyModel& model) {
  const auto bernoulli = [](const Layer& layer) {
    return std::holds_alternative<Bernoulli>(layer.unit) && layer.bias_factor == 1;
  };
  require(model.connections().size() == 1 && model.layers().size() == 2 && bernoulli(model.layers()[0]) &&
              bernoulli(model.layers()[1]) && only_connection(model).up == 1 && only_connection(model).down == 1,
          "math: int16 learns one connection between two layers of Bernoulli units, without factors of pretraining; "
          "use f32");
  require(model.precision() == DType::f32, "precision: math = int16 needs f32, got {}", name_of(model.precision()));
  require(std::holds_alternative<MomentumStep>(learner.optimizer),
          "optimizer: math = int16 has momentum and nesterov, not adam");
  require(learner.max_norm == 0, "max_norm: math = int16 has none, got {}", learner.max_norm);
  require(learner.sparsity.empty(), "sparsity: math = int16 has none");
  require(learner.centering.kind != Centering::Kind::enhanced,
          "centering: math = int16 has none or offsets, not enhanced");
  require(learner.negative.statistics != Negative::Statistics::release,
          "statistics: math = int16 counts draws; expected rao-blackwell or sample");
  require(!learner.negative.mean_reconstruction, "mean_reconstruction: math = int16 draws");
  require(learner.negative.chains <= kMostBinaryCases, "chains: math = int16 takes at most {}, got {}",
          kMostBinaryCases, learner.negative.chains);
}

BinaryTraining::BinaryTraining(Context& ctx, const Learner& learner, const EnergyModel& model,
                               const LearningState& learning, std::int64_t batch)
    : lower_(only_connection(model).lower),
      upper_(only_connection(model).upper),
      weights_(only_connection(model).weight.rows(), only_connection(model).weight.cols()),
      bias_(rows_of(model)),
      gradient_(rows_of(model)),
      work_(rows_of(model)),
      data_(states<Bits>(batch, weights_)),
      turned_data_(states<CaseBits>(batch, weights_)),
      persistent_(learner.negative.kind == Negative::Kind::persistent),
      chains_started_(learning.chains_started) {
  require(batch <= kMostBinaryCases, "batch: math = int16 takes at most {} cases, got {}", kMostBinaryCases, batch);
  const std::int64_t chains = persistent_ ? learner.negative.chains : batch;
  chains_ = states<Bits>(chains, weights_);
  turned_chains_ = states<CaseBits>(chains, weights_);
  quantise(ctx, only_connection(model).weight, weights_);
  if (persistent_ && chains_started_) {
    const bool binary =
        pack(ctx, learning.chains.x(lower_), chains_.lower) && pack(ctx, learning.chains.x(upper_), chains_.upper);
    require(binary, "math: the chains are not binary, hence not those of int16");
  }
}

void BinaryTraining::take(Context& ctx, ConstMatrix x) {
  require(pack(ctx, x, data_.lower),
          "math: int16 learns from binary data, and these are not; binarise them, or use f32");
}

void BinaryTraining::leave(Context& ctx, LearningState& learning) const {
  learning.chains.cases = chains_.lower.cases();
  learning.chains_started = chains_started_;
  unpack(ctx, chains_.lower, learning.chains.x(lower_));
  unpack(ctx, chains_.upper, learning.chains.x(upper_));
}

void BinaryTraining::draw(Context& ctx, bool upper, Key key, const Bits& from, Bits& out) {
  integer_sample(ctx, weights_, upper ? Direction::up : Direction::down, from, upper ? bias_.upper : bias_.lower,
                 key.fold(std::uint64_t(upper ? upper_.index : lower_.index)), 0, out);
}

// Chains begin at the first batch and its posterior, repeated as often as there are chains.
void BinaryTraining::start_chains(Context& ctx, Key key) {
  for (std::int64_t r = 0; r < chains_.lower.cases(); ++r)
    std::memcpy(chains_.lower.row(r), data_.lower.row(r % data_.lower.cases()),
                std::size_t(data_.lower.words()) * sizeof(std::uint32_t));
  draw(ctx, true, key, chains_.lower, chains_.upper);
  chains_started_ = true;
}

// b = a − W·offset of the neighbour
void BinaryTraining::find_biases(Context& ctx, const EnergyModel& model) {
  const Layer &lower = model.layer(lower_), &upper = model.layer(upper_);
  scale_add(ctx, 1, lower.bias, 0, bias_.lower);
  scale_add(ctx, 1, upper.bias, 0, bias_.upper);
  if (lower.offset.empty() || upper.offset.empty()) return;
  offset_fields(ctx, only_connection(model).weight, {lower.offset, upper.offset}, {work_.lower, work_.upper});
  scale_add(ctx, -1, work_.lower, 1, bias_.lower);
  scale_add(ctx, -1, work_.upper, 1, bias_.upper);
}

void BinaryTraining::step(Context& ctx, const Learner& learner, double epoch, Key key, EnergyModel& model,
                          LearningState& learning) {
  const int sweeps = sweeps_at(learner.negative, epoch);
  find_biases(ctx, model);
  draw(ctx, true, key.fold(kPositive), data_.lower, data_.upper);
  if (!persistent_) {
    chains_.lower.set_cases(data_.lower.cases());
    chains_.upper.set_cases(data_.lower.cases());
  } else if (!chains_started_) {
    start_chains(ctx, key.fold(kStart));
  }
  for (int s = 0; s < sweeps; ++s) {
    const Key now = key.fold(kNegative).fold(std::uint64_t(s));
    draw(ctx, false, now, s == 0 && !persistent_ ? data_.upper : chains_.upper, chains_.lower);
    draw(ctx, true, now, chains_.lower, chains_.upper);
  }

  double rate = learner.rate.at(epoch, learning.updates);
  if (learner.negative.anneal_every > 0) rate /= sweeps;
  const IntegerStep integer_step{.rate = rate,
                                 .momentum = learner.momentum.at(epoch, learning.updates),
                                 .nesterov = std::get<MomentumStep>(learner.optimizer).nesterov,
                                 .decay = learner.decay};
  ++learning.updates;
  turn(ctx, data_.lower, turned_data_.lower);
  turn(ctx, data_.upper, turned_data_.upper);
  turn(ctx, chains_.lower, turned_chains_.lower);
  turn(ctx, chains_.upper, turned_chains_.upper);
  bias_gradient(turned_data_.lower, turned_chains_.lower, gradient_.lower);
  bias_gradient(turned_data_.upper, turned_chains_.upper, gradient_.upper);
  if (learner.centering.kind == Centering::Kind::offsets) move_offsets(ctx, learner.centering.rate, model);
  update(ctx, integer_step, model, learning);
}

// Offsets go by `rate` towards the data's means, and biases so that no distribution changes.
void BinaryTraining::move_offsets(Context& ctx, double rate, EnergyModel& model) {
  const auto shift = [&](Layer& layer, const CaseBits& data, Tensor& by) {
    if (layer.offset.empty()) layer.offset = Tensor(DType::f32, 1, layer.units);
    for (std::int64_t j = 0; j < layer.units; ++j) {
      const float mean = float(data.on()[std::size_t(j)]) / float(data.cases());
      float& offset = layer.offset.as<float>()(0, j);
      by.as<float>()(0, j) = float(rate) * (mean - offset);
      offset += by.as<float>()(0, j);
    }
  };
  shift(model.layer(lower_), turned_data_.lower, work_.lower);
  shift(model.layer(upper_), turned_data_.upper, work_.upper);
  offset_fields(ctx, only_connection(model).weight, {work_.lower, work_.upper}, {bias_.lower, bias_.upper});
  scale_add(ctx, 1, bias_.lower, 1, model.layer(lower_).bias);
  scale_add(ctx, 1, bias_.upper, 1, model.layer(upper_).bias);
}

void BinaryTraining::update(Context& ctx, const IntegerStep& step, EnergyModel& model, LearningState& learning) {
  Layer &lower = model.layer(lower_), &upper = model.layer(upper_);
  bias_step(step, gradient_.lower, learning.velocity.bias[std::size_t(lower_.index)], lower.bias);
  bias_step(step, gradient_.upper, learning.velocity.bias[std::size_t(upper_.index)], upper.bias);
  Ends<ConstMatrix> offsets;
  if (!lower.offset.empty() && !upper.offset.empty()) offsets = {lower.offset, upper.offset};
  integer_update(ctx, step, views(turned_data_), views(turned_chains_), offsets, {gradient_.lower, gradient_.upper},
                 learning.velocity.weight[0], model.connections()[0].weight, weights_);
  const auto finite = [&](bool it_is, auto&& name) {
    if (!it_is) throw NumericalError(fmt::format("update {}: {} is no longer finite", learning.updates, name()));
  };
  for (const Layer* layer : {&lower, &upper})
    finite(all_finite(ctx, layer->bias), [&] { return fmt::format("the bias of '{}'", layer->name); });
  finite(weights_.finite(), [&] { return fmt::format("the weight '{}'–'{}'", lower.name, upper.name); });
}

}  // namespace deepboltz
