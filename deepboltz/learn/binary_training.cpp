#include "deepboltz/learn/binary_training.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "deepboltz/kernel/offset_fields.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/phases.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kPositive, kNegative, kStart };

std::size_t index(LayerId id) { return std::size_t(id.index); }

// What make(layer's id) returns, of every layer.
template <class Make> auto one_a_layer(const EnergyModel& model, Make&& make) {
  std::vector<decltype(make(LayerId()))> out;
  for (LayerId id : model.ids()) out.push_back(make(id));
  return out;
}

std::vector<Tensor> rows_of(const EnergyModel& model) {
  return one_a_layer(model, [&](LayerId id) { return Tensor(DType::f32, 1, model.layer(id).units); });
}

std::vector<Bits> states(const EnergyModel& model, std::int64_t cases) {
  return one_a_layer(model, [&](LayerId id) { return Bits(cases, model.layer(id).units); });
}

// Whether a layer counts by its means: those of the block drawn last.
bool counts_means(const Learner& learner, const EnergyModel& model, LayerId id) {
  return learner.negative.statistics == Negative::Statistics::rao_blackwell && model.block(id) + 1 == model.blocks() &&
         std::holds_alternative<Bernoulli>(model.layer(id).unit);
}

std::vector<std::optional<Sevenths>> means(const Learner& learner, const EnergyModel& model, std::int64_t cases) {
  return one_a_layer(model, [&](LayerId id) {
    std::optional<Sevenths> out;
    if (counts_means(learner, model, id)) out.emplace(cases, model.layer(id).units);
    return out;
  });
}

std::vector<CaseBits> transposed(const Learner& learner, const EnergyModel& model, std::int64_t cases) {
  return one_a_layer(model, [&](LayerId id) {
    return CaseBits(cases, model.layer(id).units, counts_means(learner, model, id) ? Sevenths::kPlanes : 1);
  });
}

Sevenths* pointer(std::optional<Sevenths>& means) { return means ? &*means : nullptr; }

double largest_magnitude(ConstMatrix row) {
  float largest = 0;
  for (std::int64_t j = 0; j < row.cols; ++j) largest = std::max(largest, std::abs(row.as<float>()(0, j)));
  return largest;
}

}  // namespace

BinaryTraining::BinaryTraining(Context& ctx, const Learner& learner, const EnergyModel& model,
                               const LearningState& learning, std::int64_t batch)
    : visible_(model.visible()),
      batch_(batch),
      bias_(rows_of(model)),
      gradient_(rows_of(model)),
      work_(rows_of(model)),
      data_(states(model, batch)),
      data_means_(means(learner, model, batch)),
      transposed_data_(transposed(learner, model, batch)),
      persistent_(learner.negative.kind == Negative::Kind::persistent),
      chains_started_(learning.chains_started) {
  require_binary_training(learner, model, batch);
  if (!learner.sparsity.empty()) {
    mean_ = rows_of(model);
    pressure_ = rows_of(model);
  }
  const std::int64_t chains = persistent_ ? learner.negative.chains : batch;
  chains_ = states(model, chains);
  chain_means_ = means(learner, model, chains);
  transposed_chains_ = transposed(learner, model, chains);
  if (!model.hidden_is_one_block()) mean_field_.emplace(model, batch);
  if (learning.recognition) {
    shown_ = model.make_state(ctx, batch);
    shown_->clamp(visible_);
  }
  for (const Connection& link : model.connections()) {
    weights_.emplace_back(link.weight.rows(), link.weight.cols(), bits_of(learner.math));
    quantise(ctx, link.weight, weights_.back());
  }
  if (persistent_ && chains_started_)
    for (LayerId id : model.ids())
      require(pack(ctx, learning.chains.x(id), chains_[index(id)]),
              "math: the chains are not binary, hence not those of integers");
}

Bits& BinaryTraining::next_bits() {
  grey_is_next_ = false;
  return data_[index(visible_)];
}

GreyCases& BinaryTraining::next_grey() {
  grey_is_next_ = true;
  if (grey_.units() == 0) grey_ = GreyCases(batch_, data_[index(visible_)].units());
  return grey_;
}

void BinaryTraining::set_layer(Context& ctx, LayerId layer, ConstMatrix x) {
  data_[index(layer)].set_cases(x.rows);
  if (layer == visible_) grey_is_next_ = false;
  if (pack(ctx, x, data_[index(layer)])) return;
  require(layer == visible_ && next_grey().take(ctx, x),
          "math: integers learn from bits and from grey pixels in steps of 1/255, and these data are neither; binarise "
          "them, or use f32");
}

void BinaryTraining::write_back(Context& ctx, LearningState& learning) const {
  learning.chains.cases = chains_[0].cases();
  learning.chains_started = chains_started_;
  for (std::size_t l = 0; l < chains_.size(); ++l) unpack(ctx, chains_[l], learning.chains.x(LayerId{int(l)}));
}

// The largest exponent that every matrix can have, and with which the fields of means, grey pixels and biases stay
// below 2³¹.
void BinaryTraining::agree_on_exponent(Context& ctx, const EnergyModel& model) {
  double largest = 0;
  for (LayerId id : model.ids()) {
    double field = 1 + largest_magnitude(bias_[index(id)]);  // 1: what rounding adds
    for (std::size_t c = 0; c < weights_.size(); ++c)
      if (model.connections()[c].lower == id || model.connections()[c].upper == id)
        field += weights_[c].largest_field();
    largest = std::max(largest, field);
  }
  int exponent = 30 - (mean_field_ || grey_is_next_ ? kMeanBits : 0) - std::ilogb(largest);
  for (const IntegerWeights& w : weights_) exponent = std::min(exponent, w.fitting_exponent());
  for (std::size_t c = 0; c < weights_.size(); ++c) {
    weights_[c].limit(exponent);
    if (weights_[c].exponent() != exponent) quantise(ctx, model.connections()[c].weight, weights_[c]);
  }
}

bool BinaryTraining::is_centred(const EnergyModel& model) {
  return std::ranges::none_of(model.layers(), [](const Layer& layer) { return layer.offset.empty(); });
}

// b = a − W·offset of the neighbours
void BinaryTraining::find_biases(Context& ctx, const EnergyModel& model) {
  for (LayerId id : model.ids()) scale_add(ctx, 1, model.layer(id).bias, 0, bias_[index(id)]);
  if (!is_centred(model)) return;
  for (const Connection& link : model.connections()) {
    Tensor &lower = work_[index(link.lower)], &upper = work_[index(link.upper)];
    offset_fields(ctx, link.weight, {model.layer(link.lower).offset, model.layer(link.upper).offset}, {lower, upper});
    scale_add(ctx, -1, lower, 1, bias_[index(link.lower)]);
    scale_add(ctx, -1, upper, 1, bias_[index(link.upper)]);
  }
}

void BinaryTraining::draw(Context& ctx, const EnergyModel& model, LayerId id, Key key, const States& from, Bits& out,
                          Sevenths* means) {
  std::vector<IntegerInput> inputs;
  for (std::size_t c = 0; c < weights_.size(); ++c) {
    const Connection& link = model.connections()[c];
    if (link.upper == id) inputs.push_back({weights_[c], Direction::up, from[index(link.lower)]});
    if (link.lower == id) inputs.push_back({weights_[c], Direction::down, from[index(link.upper)]});
  }
  const Key own = key.fold(std::uint64_t(id.index));
  if (const auto* softmax = std::get_if<Softmax>(&model.layer(id).unit))
    integer_sample_groups(ctx, inputs, bias_[index(id)], softmax->classes, own, 0, out);
  else
    integer_sample(ctx, inputs, bias_[index(id)], own, 0, out, means);
}

// Chains begin at the first batch, its grey pixels drawn, and its posterior, repeated as often as there are chains.
void BinaryTraining::start_chains(Context& ctx, Key key, const EnergyModel& model) {
  if (grey_is_next_) draw_grey(ctx, grey_, key.fold(std::uint64_t(visible_.index)), data_[index(visible_)]);
  for (std::size_t l = 0; l < chains_.size(); ++l)
    for (std::int64_t r = 0; r < chains_[l].cases(); ++r)
      std::memcpy(chains_[l].row(r), data_[l].row(r % data_[l].cases()),
                  std::size_t(data_[l].words()) * sizeof(std::uint32_t));
  for (int block = 1; block < model.blocks(); ++block)
    for (LayerId id : model.block_layers(block)) draw(ctx, model, id, key, chains_, chains_[index(id)]);
  chains_started_ = true;
}

void BinaryTraining::step(Context& ctx, const Learner& learner, double epoch, Key key, EnergyModel& model,
                          LearningState& learning) {
  const int sweeps = sweeps_at(learner.negative, epoch);
  if (grey_is_next_) require_grey_training(learner, model, batch_);
  find_biases(ctx, model);
  agree_on_exponent(ctx, model);
  infer_data(ctx, learner, epoch, key.fold(kPositive), model, learning);
  if (!persistent_)
    for (Bits& chains : chains_) chains.set_cases(batch().cases(model));
  else if (!chains_started_)
    start_chains(ctx, key.fold(kStart), model);
  for (int s = 0; s < sweeps; ++s)
    for (int block = 0; block < model.blocks(); ++block) {
      const States& from = s == 0 && block == 0 && !persistent_ ? data_ : chains_;
      for (LayerId id : model.block_layers(block))
        draw(ctx, model, id, key.fold(kNegative).fold(std::uint64_t(s)), from, chains_[index(id)],
             s + 1 == sweeps ? pointer(chain_means_[index(id)]) : nullptr);
    }

  double rate = learner.rate.at(epoch, learning.updates);
  if (learner.negative.anneal_every > 0) rate /= sweeps;
  const IntegerStep integer_step{.rate = rate,
                                 .momentum = learner.momentum.at(epoch, learning.updates),
                                 .nesterov = std::get<MomentumStep>(learner.optimizer).nesterov,
                                 .decay = learner.decay};
  ++learning.updates;
  count(ctx);
  if (!learner.sparsity.empty()) penalise_activity(ctx, learner, model, learning);
  if (learner.centering.kind == Centering::Kind::offsets) move_offsets(ctx, learner.centering.rate, model);
  update(ctx, integer_step, model, learning);
}

}  // namespace deepboltz
