// What an update on integers counts, and the steps that it makes.
#include "deepboltz/kernel/offset_fields.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/binary_training.h"
#include "deepboltz/learn/sparsity.h"

namespace deepboltz {
namespace {

std::size_t index(LayerId id) { return std::size_t(id.index); }

Ends<ConstMatrix> ends_of(const Connection& link, const std::vector<Tensor>& rows) {
  return {rows[index(link.lower)], rows[index(link.upper)]};
}

}  // namespace

UnitCounts BinaryTraining::counts_of_data(std::size_t l) const {
  return is_grey(l) ? grey_.counts() : transposed_data_[l].counts();
}

void BinaryTraining::count(Context& ctx) {
  for (std::size_t l = 0; l < data_.size(); ++l) {
    if (!is_grey(l))
      data_means_[l] ? turn(ctx, *data_means_[l], transposed_data_[l]) : turn(ctx, data_[l], transposed_data_[l]);
    chain_means_[l] ? turn(ctx, *chain_means_[l], transposed_chains_[l]) : turn(ctx, chains_[l], transposed_chains_[l]);
    bias_gradient(counts_of_data(l), transposed_chains_[l].counts(), gradient_[l]);
  }
}

// As the float step does (step.cpp): from the biases at once, from the weights by update(). The pressure of a layer
// that is not hidden is 0.
void BinaryTraining::penalise_activity(Context& ctx, const Learner& learner, const EnergyModel& model,
                                       LearningState& learning) {
  for (LayerId id : model.ids()) {
    const UnitCounts data = counts_of_data(index(id));
    for (std::size_t j = 0; j < data.on.size(); ++j)
      mean_[index(id)].as<float>()(0, std::int64_t(j)) = float(data.on[j]) / float(data.most);
  }
  const auto hidden = model.ids(Role::hidden);
  for (std::size_t h = 0; h < hidden.size(); ++h) {
    const std::size_t l = index(hidden[h]);
    press_activity(learner.sparsity[h], learner.sparsity_memory, mean_[l], learning.activity[l], pressure_[l]);
    scale_add(ctx, -1, pressure_[l], 1, gradient_[l]);
  }
}

// Offsets go by `rate` towards the data's means, and biases so that no distribution changes.
void BinaryTraining::move_offsets(Context& ctx, double rate, EnergyModel& model) {
  for (LayerId id : model.ids()) {
    Layer& layer = model.layer(id);
    if (layer.offset.empty()) layer.offset = Tensor(DType::f32, 1, layer.units);
    const UnitCounts data = counts_of_data(index(id));
    for (std::int64_t j = 0; j < layer.units; ++j) {
      const float mean = float(data.on[std::size_t(j)]) / float(data.most);
      float& offset = layer.offset.as<float>()(0, j);
      float& by = work_[index(id)].as<float>()(0, j);
      by = float(rate) * (mean - offset);
      offset += by;
    }
  }
  for (const Connection& link : model.connections()) {
    Tensor &lower = bias_[index(link.lower)], &upper = bias_[index(link.upper)];
    offset_fields(ctx, link.weight, ends_of(link, work_), {lower, upper});
    scale_add(ctx, 1, lower, 1, model.layer(link.lower).bias);
    scale_add(ctx, 1, upper, 1, model.layer(link.upper).bias);
  }
}

void BinaryTraining::update(Context& ctx, const IntegerStep& step, EnergyModel& model, LearningState& learning) {
  for (LayerId id : model.ids())
    bias_step(step, gradient_[index(id)], learning.velocity.bias[index(id)], model.layer(id).bias);
  const bool centred = is_centred(model);
  for (std::size_t c = 0; c < weights_.size(); ++c) {
    Connection& link = model.connections()[c];
    const std::size_t lower = index(link.lower), upper = index(link.upper);
    Ends<ConstMatrix> offsets, gradients = ends_of(link, gradient_);
    if (centred) {
      offsets = {model.layers()[lower].offset, model.layers()[upper].offset};
    } else if (!pressure_.empty() && feels_sparsity(model, link)) {
      offsets = ends_of(link, mean_);
      gradients = ends_of(link, pressure_);
    }
    const auto update_from = [&](const auto& data) {
      integer_update(ctx, step, data, {transposed_chains_[lower], transposed_chains_[upper]}, offsets, gradients,
                     learning.velocity.weight[c], link.weight, weights_[c]);
    };
    if (is_grey(lower))
      update_from(GreyEnds{grey_, transposed_data_[upper]});
    else
      update_from(Ends<const CaseBits&>{transposed_data_[lower], transposed_data_[upper]});
  }
  const auto finite = [&](bool it_is, auto&& name) {
    if (!it_is) throw NumericalError(fmt::format("update {}: {} is no longer finite", learning.updates, name()));
  };
  for (const Layer& layer : model.layers())
    finite(all_finite(ctx, layer.bias), [&] { return fmt::format("the bias of '{}'", layer.name); });
  for (std::size_t c = 0; c < weights_.size(); ++c)
    finite(weights_[c].finite(), [&] {
      const Connection& link = model.connections()[c];
      return fmt::format("the weight '{}'–'{}'", model.layer(link.lower).name, model.layer(link.upper).name);
    });
}

}  // namespace deepboltz
