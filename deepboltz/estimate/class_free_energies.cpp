#include "deepboltz/estimate/class_free_energies.h"

#include <algorithm>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

LayerId label_of(const EnergyModel& model) {
  const auto label = model.find(Role::label);
  require(label.has_value(), "class free energies: this model has no label layer");
  require(group_size(model.layer(*label).unit) == model.layer(*label).units,
          "class free energies: '{}' is not one softmax unit", model.layer(*label).name);
  return *label;
}

// bias ← own + what the label sends to `layer` when it is class y.
void add_class(Context& ctx, const EnergyModel& model, LayerId label, std::int64_t y, LayerId layer, ConstMatrix own,
               Matrix bias) {
  ScratchScope scope(ctx);
  const std::int64_t classes = model.layer(label).units;
  const Matrix one_hot = scope.matrix(model.precision(), 1, classes);
  visit_real(model.precision(), [&](auto real) {
    for (std::int64_t k = 0; k < classes; ++k) one_hot.as<decltype(real)>()(0, k) = decltype(real)(k == y);
  });
  scale_add(ctx, 1, own, 0, bias);
  for (const Connection& c : model.connections())
    if (std::minmax(c.lower, c.upper) == std::minmax(label, layer))
      send_message(ctx, c, c.upper == layer, 1, one_hot, 1, bias);
}

}  // namespace

void class_scores(Context& ctx, const EnergyModel& model, const State& state, const EachClassField& each,
                  View<double> out) {
  const LayerId label = label_of(model);
  const std::vector<LayerId> hidden = model.block_layers(hidden_block(model, "class free energies"));
  DEEPBOLTZ_ASSERT(out.rows == model.layer(label).units && out.cols == state.cases);
  ScratchScope scope(ctx);
  const Field of_label = layer_field(ctx, scope, model, label, {}, state, hidden);
  visit_real(model.precision(), [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t y = 0; y < out.rows; ++y)
      for (std::int64_t r = 0; r < out.cols; ++r)
        out(y, r) = double(of_label.bias.as<Real>()(0, y)) +
                    (of_label.input.empty() ? 0 : double(of_label.input.as<Real>()(r, y)));
  });
  for (LayerId id : hidden) {
    Field field = layer_field(ctx, scope, model, id, {}, state, {&label, 1});
    const ConstMatrix own = field.bias;
    const Matrix bias = scope.matrix(model.precision(), 1, own.cols);
    field.bias = bias;
    for (std::int64_t y = 0; y < out.rows; ++y) {
      add_class(ctx, model, label, y, id, own, bias);
      add_log_partition(ctx, model.layer(id).unit, field, {}, {}, 1, {out.row(y), std::size_t(out.cols)});
      if (each) each(id, y, field);
    }
  }
}

void class_free_energies(Context& ctx, const EnergyModel& model, State& state, View<double> out) {
  model.require_energy("class free energies");
  require_known_words(model, state);
  class_scores(ctx, model, state, {}, out);
  Tensor& label = state.layers[std::size_t(label_of(model).index)];
  std::fill_n(label.data(), label.bytes(), std::byte(0));
  std::vector<double> of_all(std::size_t(state.cases), 0.0);
  add_log_weight_outside(ctx, model, state, hidden_block(model, "class free energies"), of_all);
  for (std::int64_t y = 0; y < out.rows; ++y)
    for (std::int64_t r = 0; r < out.cols; ++r) out(y, r) += of_all[std::size_t(r)];
}

}  // namespace deepboltz
