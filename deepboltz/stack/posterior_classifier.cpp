#include "deepboltz/stack/posterior_classifier.h"

#include "deepboltz/model/build.h"
#include "deepboltz/stack/machine_parts.h"

namespace deepboltz {
namespace {

// [below; aboveᵀ]
Tensor stacked(const Tensor& below, const Tensor& above) {
  Tensor out(below.dtype(), below.rows() + above.cols(), below.cols());
  visit_real(below.dtype(), [&](auto real) {
    const auto to = out.as<decltype(real)>();
    const auto lower = below.as<decltype(real)>(), upper = above.as<decltype(real)>();
    for (std::int64_t c = 0; c < below.cols(); ++c) {
      for (std::int64_t r = 0; r < below.rows(); ++r) to(r, c) = lower(r, c);
      for (std::int64_t r = 0; r < above.cols(); ++r) to(below.rows() + r, c) = upper(c, r);
    }
  });
  return out;
}

}  // namespace

Network posterior_classifier(Context& ctx, const EnergyModel& machine, const ClassifierStart& start) {
  const auto label = machine.find(Role::label);
  const EnergyModel plain = label ? without_layer(machine, *label) : machine.clone();
  const std::vector<LayerId> hidden = plain.ids(Role::hidden);
  Network network;
  std::vector<std::int64_t> input_widths{plain.layer(plain.visible()).units};
  for (std::size_t k = 0; k < hidden.size(); ++k) {
    const Tensor& weight = weight_between(plain, k == 0 ? plain.visible() : hidden[k - 1], hidden[k]);
    NetworkLayer layer{{plain.layer(hidden[k]).unit, {}, ordinary_bias_of(ctx, plain, hidden[k])},
                       fmt::format("hidden{}", k + 1)};
    if (k + 1 < hidden.size()) {
      layer.weight = stacked(weight, weight_between(plain, hidden[k], hidden[k + 1]));
      layer.extra = k + 1;
      input_widths.push_back(plain.layer(hidden[k + 1]).units);
    } else {
      layer.weight = weight.clone();
    }
    network.layers.push_back(std::move(layer));
  }
  require(!hidden.empty(), "posterior classifier: the machine has no hidden layer");
  const auto top = machine.find(plain.layer(hidden.back()).name);
  network.layers.push_back(class_layer(ctx, machine, *top, start));
  require_consistent(network, input_widths);
  return network;
}

}  // namespace deepboltz
