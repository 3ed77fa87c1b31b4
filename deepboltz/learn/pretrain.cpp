#include "deepboltz/learn/pretrain.h"

#include <memory>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

std::vector<LayerId> chain(const EnergyModel& dbm) {
  std::vector<LayerId> layers{dbm.visible()};
  for (LayerId id : dbm.ids())
    if (dbm.layer(id).role == Role::hidden) layers.push_back(id);
  return layers;
}

const Connection& between(const EnergyModel& model, LayerId lower, LayerId upper) {
  for (const Connection& c : model.connections())
    if (c.lower == lower && c.upper == upper) return c;
  throw InputError(fmt::format("pretraining needs a chain of layers: '{}' and '{}' are not connected",
                               model.layer(lower).name, model.layer(upper).name));
}

double scale_at(const PretrainRule& rule, std::size_t layer) {
  return layer == 0 || layer > rule.scales.size() ? 0 : rule.scales[layer - 1];
}

// The bias with the offsets of the neighbours folded in, per unit of bias factor.
void folded_bias(Context& ctx, const EnergyModel& stage, LayerId id, double factor, double keep, Matrix out) {
  ScratchScope scope(ctx);
  const Matrix bias = scope.matrix(stage.precision(), 1, stage.layer(id).units);
  ordinary_bias(ctx, stage, id, bias);
  scale_add(ctx, factor / stage.layer(id).bias_factor, bias, keep, out);
}

}  // namespace

std::vector<double> scales_2009(std::size_t hidden_layers) { return std::vector<double>(hidden_layers, 1.0); }

std::vector<double> scales_2012(std::size_t hidden_layers) {
  std::vector<double> scales(hidden_layers, 2.0);
  if (!scales.empty()) scales.front() = 1;
  return scales;
}

EnergyModel pretraining_stage(const EnergyModel& dbm, const PretrainRule& rule, std::size_t stage) {
  const auto layers = chain(dbm);
  const std::size_t depth = layers.size() - 1;
  require(rule.directed || rule.scales.size() == depth, "pretraining: expected {} scales, one a hidden layer, got {}",
          depth, rule.scales.size());
  for (double s : rule.scales) require(s > 0, "pretraining: expected scales above 0, got {}", s);
  require(stage >= 1 && stage <= depth, "pretraining: there is no stage {} of {}", stage, depth);
  between(dbm, layers[stage - 1], layers[stage]);

  const Layer &lower = dbm.layer(layers[stage - 1]), &upper = dbm.layer(layers[stage]);
  const auto label = dbm.find(Role::label);
  EnergyModel model = rbm(lower.units, upper.units,
                          {.precision = dbm.precision(),
                           .classes = label && stage == depth ? dbm.layer(*label).units : 0,
                           .visible = lower.unit,
                           .hidden = upper.unit});
  Layer& seen = model.layer(model.visible());  // how data become its states
  seen.shift = lower.shift.clone();
  seen.scale = lower.scale.clone();
  seen.whitening = lower.whitening.clone();
  if (rule.directed) return model;
  Connection& link = model.connections()[0];
  link.up = scale_at(rule, stage) + scale_at(rule, stage + 1);
  link.down = scale_at(rule, stage) + scale_at(rule, stage - 1);
  if (rule.bias == BiasRule::sum) {
    if (stage > 1) model.layer(link.lower).bias_factor = 2;
    if (stage < depth) model.layer(link.upper).bias_factor = 2;
  }
  return model;
}

namespace {

Source states_above(Context& ctx, const Source& source, const EnergyModel& below, std::int64_t batch, bool draws) {
  enum Use : std::uint64_t { kBelow, kDraw };
  auto state = std::make_shared<State>(make_batch(ctx, below, batch));
  const LayerId hidden = *below.find(Role::hidden);
  const auto show = [&source, &below, state, hidden, draws](Context& context, std::span<const std::uint32_t> rows,
                                                            Key key, Matrix out) {
    fill_batch(context, below, source, rows, key.fold(kBelow), *state);
    if (draws)
      sample_layer(context, below, hidden, {}, key.fold(kDraw), *state, {}, out, {});
    else
      mean_layer(context, below, hidden, *state, {}, out);
  };
  return {source.cases, show, source.labels};
}

}  // namespace

Source draws_above(Context& ctx, const Source& source, const EnergyModel& below, std::int64_t batch) {
  return states_above(ctx, source, below, batch, true);
}

Source means_above(Context& ctx, const Source& source, const EnergyModel& below, std::int64_t batch) {
  return states_above(ctx, source, below, batch, false);
}

void merge_stages(Context& ctx, const std::vector<EnergyModel>& stages, const PretrainRule& rule, EnergyModel& dbm) {
  const auto layers = chain(dbm);
  for (std::size_t stage = 1; stage < layers.size(); ++stage) {
    const EnergyModel& trained = stages[stage - 1];
    const LayerId lower = trained.visible(), upper = *trained.find(Role::hidden);
    const double share_below = stage == 1 ? 1 : rule.bias == BiasRule::sum ? 1 : 0.5;
    const double share_above = stage + 1 == layers.size() ? 1 : rule.bias == BiasRule::sum ? 1 : 0.5;
    folded_bias(ctx, trained, lower, share_below, stage == 1 ? 0 : 1, dbm.layer(layers[stage - 1]).bias);
    folded_bias(ctx, trained, upper, share_above, 0, dbm.layer(layers[stage]).bias);
    for (Connection& c : dbm.connections())
      if (c.lower == layers[stage - 1] && c.upper == layers[stage])
        scale_add(ctx, rule.scales[stage - 1], trained.connections()[0].weight, 0, c.weight);
    if (const auto label = trained.find(Role::label)) {
      folded_bias(ctx, trained, *label, 1, 0, dbm.layer(*dbm.find(Role::label)).bias);
      for (Connection& c : dbm.connections())
        if (c.lower == *dbm.find(Role::label)) scale_add(ctx, 1, trained.connections()[1].weight, 0, c.weight);
    }
  }
  for (Layer& layer : dbm.layers()) layer.offset = {};
}

}  // namespace deepboltz
