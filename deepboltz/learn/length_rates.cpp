#include "deepboltz/learn/length_rates.h"

#include <algorithm>

#include "deepboltz/model/length.h"

namespace deepboltz {

void divide_rates_by_length(const EnergyModel& model, std::span<const double> lengths, Learner& learner) {
  learner.bias_rates.assign(model.layers().size(), 1);
  learner.weight_rates.assign(model.connections().size(), 1);
  const auto words = [&](LayerId id) { return std::max(1.0, lengths[std::size_t(id.index)]); };
  for (LayerId id : model.ids()) {
    double& rate = learner.bias_rates[std::size_t(id.index)];
    if (counts_once_a_word(model, id)) rate /= words(id);
    if (const auto counted = counts_beside(model, id)) rate /= words(*counted) * words(*counted);
  }
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    for (LayerId end : {link.lower, link.upper})
      if (counts_once_a_word(model, end)) learner.weight_rates[c] /= words(end);
  }
}

}  // namespace deepboltz
