#include "deepboltz/model/parameters.h"

namespace deepboltz {

Parameters Parameters::clone() const {
  Parameters copy;
  for (const Tensor& b : bias) copy.bias.push_back(b.clone());
  for (const Tensor& w : weight) copy.weight.push_back(w.clone());
  return copy;
}

Parameters zero_parameters(const EnergyModel& model) {
  Parameters zero;
  for (const Layer& layer : model.layers()) zero.bias.emplace_back(model.precision(), 1, layer.units);
  for (const Connection& c : model.connections())
    zero.weight.emplace_back(model.precision(), c.weight.rows(), c.weight.cols());
  return zero;
}

}  // namespace deepboltz
