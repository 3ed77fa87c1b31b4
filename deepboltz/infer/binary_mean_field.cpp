#include "deepboltz/infer/binary_mean_field.h"

#include <algorithm>

namespace deepboltz {
namespace {

std::size_t index(LayerId id) { return std::size_t(id.index); }

}  // namespace

BinaryMeanField::BinaryMeanField(const EnergyModel& model, std::int64_t batch)
    : means_(model.layers().size()), fields_(model.layers().size()) {
  std::vector<bool> known(model.layers().size(), true);
  for (LayerId id : model.ids(Role::hidden)) {
    known[index(id)] = false;
    means_[index(id)] = FixedMeans(batch, model.layer(id).units);
    fields_[index(id)] = MeanFields(batch, model.layer(id).units);
  }
  order_ = outward(model, known);
}

// The field of a layer from what is known: its bias, and its neighbours that are not hidden.
void BinaryMeanField::start(Context& ctx, const EnergyModel& model, LayerId id, std::span<const IntegerWeights> weights,
                            ConstMatrix bias, std::span<const Bits> x) {
  const std::int64_t cases = means_[index(id)].cases(), units = model.layer(id).units;
  ScratchScope scope(ctx);
  const Matrix memory = scope.matrix(DType::u8, cases, 4 * units);
  const std::span standing(reinterpret_cast<std::int32_t*>(memory.data), std::size_t(cases * units));
  std::vector<IntegerInput> inputs;
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const Connection& link = model.connections()[c];
    if (link.lower != id && link.upper != id) continue;
    const LayerId sender = link.upper == id ? link.lower : link.upper;
    if (model.layer(sender).role != Role::hidden)
      inputs.push_back({weights[c], link.upper == id ? Direction::up : Direction::down, x[index(sender)]});
  }
  if (!inputs.empty()) {
    integer_field(ctx, inputs, bias, standing);
  } else {
    for (std::int64_t j = 0; j < units; ++j)
      standing[std::size_t(j)] = integer_bias(bias.as<float>()(0, j), 1 / weights[0].step());
    for (std::int64_t r = 1; r < cases; ++r) std::copy_n(standing.data(), units, standing.data() + r * units);
  }
  start_fields(ctx, standing, cases, fields_[index(id)]);
}

// The changes of a layer's means, to its hidden neighbours.
void BinaryMeanField::send(Context& ctx, const EnergyModel& model, LayerId from,
                           std::span<const IntegerWeights> weights) {
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const Connection& link = model.connections()[c];
    if (link.lower != from && link.upper != from) continue;
    const LayerId to = link.lower == from ? link.upper : link.lower;
    if (model.layer(to).role != Role::hidden) continue;
    add_changes(ctx, weights[c], link.lower == from ? Direction::up : Direction::down, means_[index(from)],
                fields_[index(to)]);
  }
}

MeanFieldInfo BinaryMeanField::run(Context& ctx, const EnergyModel& model, const MeanFieldOptions& options,
                                   std::span<const IntegerWeights> weights, std::span<const Tensor> bias,
                                   std::span<const Bits> x) {
  const std::int64_t cases = x[index(model.visible())].cases();
  const auto update = [&](LayerId id, double times) {
    const double moved =
        update_means(ctx, weights[0].exponent(), fields_[index(id)], times, bias[index(id)], means_[index(id)]);
    send(ctx, model, id, weights);
    return moved;
  };
  for (const Arrival& at : order_) {
    means_[index(at.layer)].reset(cases);
    start(ctx, model, at.layer, weights, bias[index(at.layer)], x);
  }
  for (const auto& [id, neighbours, valued] : order_) update(id, valued > 0 ? double(neighbours) / valued : 1);
  MeanFieldInfo info;
  while (info.sweeps < options.sweeps) {
    ++info.sweeps;
    info.change = 0;
    for (int step = 1; step <= model.blocks(); ++step)  // the block of the first hidden layer first
      for (LayerId id : model.block_layers(step % model.blocks()))
        if (model.layer(id).role == Role::hidden) info.change = std::max(info.change, update(id, 1));
    if (info.change == 0 || info.change < options.tolerance) break;
  }
  return info;
}

}  // namespace deepboltz
