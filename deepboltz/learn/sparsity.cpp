#include "deepboltz/learn/sparsity.h"

namespace deepboltz {

void press_activity(const Sparsity& sparsity, double memory, ConstMatrix mean, Matrix activity, Matrix pressure) {
  visit_real(pressure.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t j = 0; j < pressure.cols; ++j) {
      Real& running = activity.as<Real>()(0, j);
      running = Real(memory * double(running) + (1 - memory) * double(mean.as<Real>()(0, j)));
      pressure.as<Real>()(0, j) = Real(sparsity.cost * (double(running) - sparsity.target));
    }
  });
}

bool feels_sparsity(const EnergyModel& model, const Connection& connection) {
  return model.layer(connection.lower).role != Role::label && model.layer(connection.upper).role != Role::label;
}

}  // namespace deepboltz
