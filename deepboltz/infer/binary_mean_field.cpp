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
    fields_[index(id)] = RowSums(batch, model.layer(id).units);
  }
  order_ = propagation_order(model, known);
}

// The field of a layer from what is known: its bias, and its neighbours that are not hidden.
void BinaryMeanField::start(Context& ctx, const EnergyModel& model, LayerId id, std::span<const IntegerWeights> weights,
                            ConstMatrix bias, const BinaryData& data) {
  const std::int64_t cases = means_[index(id)].cases(), units = model.layer(id).units;
  ScratchScope scope(ctx);
  const Matrix memory = scope.matrix(DType::u8, cases, 4 * units);
  const std::span standing(reinterpret_cast<std::int32_t*>(memory.data), std::size_t(cases * units));
  known_fields(ctx, model, id, weights, bias, data, fields_[index(id)], standing);
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
    add_rows(ctx, weights[c], link.lower == from ? Direction::up : Direction::down, means_[index(from)].changes(),
             fields_[index(to)]);
  }
}

MeanFieldInfo BinaryMeanField::run(Context& ctx, const EnergyModel& model, const MeanFieldOptions& options,
                                   std::span<const IntegerWeights> weights, std::span<const Tensor> bias,
                                   const BinaryData& data) {
  const std::int64_t cases = data.cases(model);
  const auto update = [&](LayerId id, double times) {
    const double moved =
        update_means(ctx, weights[0].exponent(), fields_[index(id)], times, bias[index(id)], means_[index(id)]);
    send(ctx, model, id, weights);
    return moved;
  };
  for (const Propagation& at : order_) {
    means_[index(at.layer)].reset(cases);
    start(ctx, model, at.layer, weights, bias[index(at.layer)], data);
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
