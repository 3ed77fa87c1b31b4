// Mean field of binary layers on exact integers: means in steps of 2⁻⁸, fields that sum what has changed
// (kernel/fixed_means.h). The same sweeps as infer/mean_field.h takes, from the same bottom-up pass, without damping;
// the same bits on every processor. A mean is within 2⁻⁹ of the logistic of its field; iteration stops for good where
// no mean moves by a step any more.
#pragma once

#include "deepboltz/infer/known_fields.h"
#include "deepboltz/infer/mean_field.h"
#include "deepboltz/infer/propagation_order.h"
#include "deepboltz/kernel/fixed_means.h"

namespace deepboltz {

class BinaryMeanField {
 public:
  // For batches of at most `batch` cases. Hidden layers are of Bernoulli units; all others are known.
  BinaryMeanField(const EnergyModel& model, std::int64_t batch);

  // weights: one a connection, of one exponent, no field beyond what fixed_means.h allows; bias: ordinary ones, (1,
  // units) f32 a layer.
  MeanFieldInfo run(Context& ctx, const EnergyModel& model, const MeanFieldOptions& options,
                    std::span<const IntegerWeights> weights, std::span<const Tensor> bias, const BinaryData& data);

  const FixedMeans& means(LayerId hidden) const { return means_[std::size_t(hidden.index)]; }
  FixedMeans& means(LayerId hidden) { return means_[std::size_t(hidden.index)]; }  // to be set, if found otherwise

 private:
  void start(Context& ctx, const EnergyModel& model, LayerId id, std::span<const IntegerWeights> weights,
             ConstMatrix bias, const BinaryData& data);
  void send(Context& ctx, const EnergyModel& model, LayerId from, std::span<const IntegerWeights> weights);

  std::vector<FixedMeans> means_;  // one a layer, of hidden layers
  std::vector<RowSums> fields_;
  std::vector<Propagation> order_;
};

}  // namespace deepboltz
