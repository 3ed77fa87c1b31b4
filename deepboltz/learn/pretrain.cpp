#include "deepboltz/learn/pretrain.h"

#include <algorithm>
#include <memory>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/length.h"

namespace deepboltz {
namespace {

// The connections by which a hidden layer hears the layers below; those of its label.
std::vector<std::size_t> from_below(const EnergyModel& dbm, LayerId hidden, bool labels) {
  std::vector<std::size_t> found;
  for (std::size_t c = 0; c < dbm.connections().size(); ++c) {
    const Connection& link = dbm.connections()[c];
    const bool label = dbm.layer(link.lower).role == Role::label;
    if (link.upper == hidden && label == labels) found.push_back(c);
  }
  return found;
}

// A deep machine as a tree of stages, one a hidden layer.
class Stages {
 public:
  Stages(const EnergyModel& dbm, const PretrainRule& rule)
      : dbm_(dbm), rule_(rule), hidden_(dbm.ids(Role::hidden)), upwards_(dbm.layers().size()) {
    require(rule.directed || rule.scales.size() == hidden_.size(),
            "pretraining: expected {} scales, one a hidden layer, got {}", hidden_.size(), rule.scales.size());
    for (double s : rule.scales) require(s > 0, "pretraining: expected scales above 0, got {}", s);
    for (const Connection& c : dbm.connections()) ++upwards_[std::size_t(c.lower.index)];
    for (LayerId id : dbm.ids())
      require(upwards_[std::size_t(id.index)] <= 1, "pretraining needs a tree of layers: '{}' is below {} others",
              dbm.layer(id).name, upwards_[std::size_t(id.index)]);
    for (LayerId id : hidden_)
      require(!from_below(dbm, id, false).empty(), "pretraining needs a tree of layers: nothing is below '{}'",
              dbm.layer(id).name);
  }

  std::size_t count() const { return hidden_.size(); }
  LayerId hidden(std::size_t stage) const { return hidden_[stage - 1]; }
  double scale(std::size_t stage) const { return rule_.scales[stage - 1]; }

  // The stage of a hidden layer, from 1; 0 of another layer.
  std::size_t stage_of(LayerId layer) const {
    const auto found = std::ranges::find(hidden_, layer);
    return found == hidden_.end() ? 0 : std::size_t(found - hidden_.begin()) + 1;
  }

  // In how many stages a layer is: its own, and that of the layer above.
  int stages_with(LayerId layer) const {
    return int(stage_of(layer) > 0) + int(upwards_[std::size_t(layer.index)] > 0);
  }

  // s_c · Σ of s over all connections of `end` / Σ over those in the stage.
  double factor(std::size_t stage, LayerId end) const {
    double all = 0, here = 0;
    for (const Connection& c : dbm_.connections()) {
      if ((c.lower != end && c.upper != end) || dbm_.layer(c.lower).role == Role::label) continue;
      all += scale(stage_of(c.upper));
      if (stage_of(c.upper) == stage) here += scale(stage);
    }
    return scale(stage) * all / here;
  }

  // What the bias that `layer` has in a stage counts for in the final machine.
  double bias_share(std::size_t stage, LayerId layer) const {
    const double share = rule_.bias == BiasRule::sum ? 1 : 1.0 / stages_with(layer);
    const auto counted = counts_beside(dbm_, layer);
    if (!counted || rule_.lengths.empty() || stage_of(layer) == stage) return share;
    return share / rule_.lengths[std::size_t(counted->index)];
  }

 private:
  const EnergyModel& dbm_;
  const PretrainRule& rule_;
  std::vector<LayerId> hidden_;
  std::vector<int> upwards_;  // connections to layers above
};

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
  const Stages stages(dbm, rule);
  require(stage >= 1 && stage <= stages.count(), "pretraining: there is no stage {} of {}", stage, stages.count());
  const LayerId hidden = stages.hidden(stage);
  EnergyModel model(dbm.precision());
  const auto add = [&](LayerId id, Role role) {
    const Layer& like = dbm.layer(id);
    const LayerId here = model.add(like.name, like.unit, like.units, role);
    if (!rule.directed && rule.bias == BiasRule::sum) model.layer(here).bias_factor = stages.stages_with(id);
    return here;
  };
  std::vector<LayerId> lower;
  const auto below = from_below(dbm, hidden, false);
  for (const std::size_t c : below) {
    const Layer& from = dbm.layer(dbm.connections()[c].lower);
    lower.push_back(add(dbm.connections()[c].lower, Role::visible));
    Layer& seen = model.layer(lower.back());  // how data become its states
    seen.shift = from.shift.clone();
    seen.scale = from.scale.clone();
    seen.whitening = from.whitening.clone();
  }
  const LayerId upper = add(hidden, Role::hidden);
  for (std::size_t i = 0; i < below.size(); ++i) {
    const int made = model.connect(lower[i], upper);
    if (rule.directed) continue;
    Connection& link = model.connections()[std::size_t(made)];
    link.up = stages.factor(stage, hidden);
    link.down = stages.factor(stage, dbm.connections()[below[i]].lower);
  }
  for (const std::size_t c : from_below(dbm, hidden, true))
    model.connect(add(dbm.connections()[c].lower, Role::label), upper);
  return model;
}

namespace {

// The hidden layer of a machine, given cases of its source, which it shares.
PartSource states_above(Context& ctx, std::shared_ptr<const Source> source, const EnergyModel& below,
                        std::int64_t batch, bool draws) {
  enum Use : std::uint64_t { kBelow, kDraw };
  auto state = std::make_shared<State>(make_batch(ctx, below, batch));
  const LayerId hidden = *below.find(Role::hidden);
  return {[source = std::move(source), &below, state, hidden, draws](
              Context& context, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    fill_batch(context, below, *source, rows, key.fold(kBelow), *state);
    if (draws)
      sample_layer(context, below, hidden, {}, key.fold(kDraw), *state, {}, out, {});
    else
      mean_layer(context, below, hidden, *state, {}, out);
  }};
}

// What stage_source gives, of all cases, whether they have the parts or not.
Source of_all_cases(Context& ctx, const EnergyModel& dbm, const Stages& tree, const Source& data,
                    const std::vector<EnergyModel>& stages, std::size_t stage, bool draws, std::int64_t batch) {
  const auto below = from_below(dbm, tree.hidden(stage), false);
  const auto visible = dbm.ids(Role::visible);
  if (below.size() == visible.size() && tree.stage_of(dbm.connections()[below[0]].lower) == 0) return data;
  Source source;
  source.cases = data.cases;
  source.labels = data.labels;
  for (const std::size_t c : below) {
    const LayerId lower = dbm.connections()[c].lower;
    if (const std::size_t at = tree.stage_of(lower); at > 0) {
      auto seen = std::make_shared<const Source>(of_all_cases(ctx, dbm, tree, data, stages, at, draws, batch));
      source.visible.push_back(states_above(ctx, std::move(seen), stages[at - 1], batch, draws));
    } else {
      source.visible.push_back(data.visible[std::size_t(std::ranges::find(visible, lower) - visible.begin())]);
    }
  }
  return source;
}

// Adds the visible layers below a layer.
void add_visible_below(const EnergyModel& dbm, LayerId layer, std::vector<LayerId>& visible) {
  for (const std::size_t c : from_below(dbm, layer, false)) {
    const LayerId lower = dbm.connections()[c].lower;
    if (dbm.layer(lower).role == Role::visible)
      visible.push_back(lower);
    else
      add_visible_below(dbm, lower, visible);
  }
}

}  // namespace

std::vector<std::uint32_t> cases_below(const EnergyModel& dbm, const Source& data, std::size_t stage) {
  std::vector<LayerId> below;
  add_visible_below(dbm, dbm.ids(Role::hidden)[stage - 1], below);
  const auto visible = dbm.ids(Role::visible);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < data.cases; ++r) {
    const bool has_all = std::ranges::all_of(below, [&](LayerId id) {
      const auto& known = data.visible[std::size_t(std::ranges::find(visible, id) - visible.begin())].known;
      return known.empty() || known[r] != 0;
    });
    if (has_all) rows.push_back(r);
  }
  return rows;
}

Source stage_source(Context& ctx, const EnergyModel& dbm, const Source& data, const std::vector<EnergyModel>& stages,
                    std::size_t stage, bool draws, std::int64_t batch) {
  PretrainRule any;
  any.directed = true;
  const Stages tree(dbm, any);
  Source source = of_all_cases(ctx, dbm, tree, data, stages, stage, draws, batch);
  std::vector<std::uint32_t> rows = cases_below(dbm, data, stage);
  require(!rows.empty(), "pretraining: no case has all parts below '{}'", dbm.layer(tree.hidden(stage)).name);
  return rows.size() == data.cases ? source : chosen_cases(std::move(source), std::move(rows));
}

void merge_stages(Context& ctx, const std::vector<EnergyModel>& stages, const PretrainRule& rule, EnergyModel& dbm) {
  const Stages tree(dbm, rule);
  std::vector<bool> begun(dbm.layers().size());
  for (std::size_t stage = 1; stage <= tree.count(); ++stage) {
    const EnergyModel& trained = stages[stage - 1];
    for (LayerId id : trained.ids()) {
      const LayerId to = *dbm.find(trained.layer(id).name);
      folded_bias(ctx, trained, id, tree.bias_share(stage, to), begun[std::size_t(to.index)] ? 1 : 0,
                  dbm.layer(to).bias);
      begun[std::size_t(to.index)] = true;
    }
    for (const Connection& c : trained.connections()) {
      const bool label = trained.layer(c.lower).role == Role::label;
      const LayerId lower = *dbm.find(trained.layer(c.lower).name);
      for (Connection& link : dbm.connections())
        if (link.lower == lower) scale_add(ctx, label ? 1 : tree.scale(stage), c.weight, 0, link.weight);
    }
  }
  for (Layer& layer : dbm.layers()) layer.offset = {};
}

}  // namespace deepboltz
