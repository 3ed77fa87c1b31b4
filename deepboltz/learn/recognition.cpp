#include "deepboltz/learn/recognition.h"

#include <algorithm>

#include "deepboltz/infer/propagation_order.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/field.h"
#include "deepboltz/stack/slope.h"

namespace deepboltz {
namespace {

std::size_t index(LayerId id) { return std::size_t(id.index); }

// How a guess passes up a graph: the hidden layers in their order, and what the field of each is multiplied by. Every
// connection is used once, from the layer that has values first.
struct Pass {
  std::vector<LayerId> order;
  std::vector<double> factor;      // c, one a layer
  std::vector<std::size_t> place;  // in the order, one a layer; 0: known

  explicit Pass(const EnergyModel& model) : factor(model.layers().size(), 1), place(model.layers().size(), 0) {
    std::vector<bool> known;
    for (const Layer& layer : model.layers()) known.push_back(layer.role != Role::hidden);
    for (const auto& [layer, neighbours, valued] : propagation_order(model, known)) {
      order.push_back(layer);
      if (valued > 0) factor[index(layer)] = double(neighbours) / valued;
      place[index(layer)] = order.size();
    }
  }
  bool upwards(const Connection& c) const { return place[index(c.lower)] < place[index(c.upper)]; }
  LayerId sender(const Connection& c) const { return upwards(c) ? c.lower : c.upper; }
  LayerId receiver(const Connection& c) const { return upwards(c) ? c.upper : c.lower; }
};

// g, the slopes of the fields, (cases, units) a hidden layer.
std::vector<Matrix> field_slopes(Context& ctx, ScratchScope& scope, const Pass& pass, const State& guess,
                                 const State& means, const EnergyModel& recognition) {
  std::vector<Matrix> slopes(recognition.layers().size());
  for (auto id = pass.order.rbegin(); id != pass.order.rend(); ++id) {
    const ConstMatrix now = guess.x(*id);
    const Matrix slope = slopes[index(*id)] = scope.matrix(now.dtype, now.rows, now.cols);
    double keep = 0;
    for (const Connection& c : recognition.connections()) {
      if (pass.sender(c) != *id) continue;
      const LayerId to = pass.receiver(c);
      send_message(ctx, c, !pass.upwards(c), pass.factor[index(to)], slopes[index(to)], keep, slope);
      keep = 1;
    }
    if (keep > 0) times_slope(ctx, recognition.layer(*id).unit, now, {}, 1, slope);
    scale_add(ctx, 1, now, keep, slope);
    scale_add(ctx, -1, means.x(*id), 1, slope);
    if (!all_finite(ctx, slope))
      throw NumericalError(fmt::format("the recognition model's guess of '{}' is no longer finite; take a lower rate",
                                       recognition.layer(*id).name));
  }
  return slopes;
}

}  // namespace

void require_recognition(const RecognitionRule& rule, const EnergyModel& machine) {
  require(rule.sweeps >= 1 && rule.sweeps <= kMostSweepsAfterGuess,
          "recognition: expected 1 to {} sweeps, or 0 for none, got {}", kMostSweepsAfterGuess, rule.sweeps);
  require(rule.rate > 0, "recognition: expected a rate above 0, got {}", rule.rate);
  machine.require_no_factors("recognition");
  for (LayerId id : machine.ids()) {
    const Layer& layer = machine.layer(id);
    require(id == machine.visible() || layer.role == Role::hidden,
            "recognition: '{}' would be known while the machine learns, and not when it encodes", layer.name);
    require(!std::holds_alternative<Counts>(layer.unit), "recognition: '{}' counts words, as no deep machine does",
            layer.name);
    require(layer.role == Role::visible || (is_normalised(layer.unit) && has_slope(layer.unit)),
            "recognition: expected hidden units of \"bernoulli\", \"spin\", \"binomial\" or \"gaussian\", got \"{}\" "
            "in '{}'",
            word_of(layer.unit), layer.name);
  }
  require(!machine.hidden_is_one_block(), "recognition: the posterior of this machine is exact, without a guess");
}

EnergyModel recognition_model(Context& ctx, const EnergyModel& machine) {
  EnergyModel recognition(machine.precision());
  for (LayerId id : machine.ids()) {
    const Layer& layer = machine.layer(id);
    recognition.add(layer.name, layer.unit, layer.units, layer.role);
    if (layer.role == Role::hidden) ordinary_bias(ctx, machine, id, recognition.layer(id).bias);
  }
  for (const Connection& c : machine.connections()) recognition.connect(c.lower, c.upper, c.weight.clone());
  return recognition;
}

void require_recognition_of(const EnergyModel& machine, const EnergyModel& recognition) {
  const auto same_layer = [](const Layer& a, const Layer& b) {
    return a.unit == b.unit && a.units == b.units && a.role == b.role;
  };
  const auto same_ends = [](const Connection& a, const Connection& b) {
    return a.lower == b.lower && a.upper == b.upper;
  };
  require(std::ranges::equal(machine.layers(), recognition.layers(), same_layer) &&
              std::ranges::equal(machine.connections(), recognition.connections(), same_ends) &&
              machine.precision() == recognition.precision(),
          "the recognition model has other layers than the machine beside it");
  require_recognition({.sweeps = 1}, recognition);
}

void learn_recognition(Context& ctx, double rate, const State& guess, const State& means, EnergyModel& recognition) {
  const Pass pass(recognition);
  ScratchScope scope(ctx);
  const std::vector<Matrix> slopes = field_slopes(ctx, scope, pass, guess, means, recognition);
  const auto of_end = [&](LayerId end, LayerId receiver) -> ConstMatrix {
    return end == receiver ? ConstMatrix(slopes[index(end)]) : guess.x(end);
  };
  for (Connection& c : recognition.connections()) {
    const LayerId to = pass.receiver(c);
    multiply(ctx, -rate * pass.factor[index(to)] / double(guess.cases), of_end(c.lower, to), Transpose::yes,
             of_end(c.upper, to), Transpose::no, 1, c.weight);
  }
  for (LayerId id : pass.order) {
    const Matrix mean = scope.matrix(recognition.precision(), 1, recognition.layer(id).units);
    column_means(ctx, slopes[index(id)], mean);
    scale_add(ctx, -rate, mean, 1, recognition.layer(id).bias);
  }
}

void infer_by_recognition(Context& ctx, const EnergyModel& model, const Learner& learner, State& data,
                          LearningState& learning) {
  State& guess = learning.guess;
  guess.cases = data.cases;
  scale_add(ctx, 1, data.x(model.visible()), 0, guess.x(model.visible()));
  bottom_up(ctx, *learning.recognition, guess);
  for (LayerId id : model.ids(Role::hidden)) scale_add(ctx, 1, guess.x(id), 0, data.x(id));
  MeanFieldOptions options = learner.mean_field;
  options.sweeps = learner.recognition.sweeps;
  mean_field(ctx, model, options, data);
}

void step_recognition(Context& ctx, const Learner& learner, double epoch, const State& data, LearningState& learning) {
  learn_recognition(ctx, learner.recognition.rate * learner.rate.at(epoch, learning.updates), learning.guess, data,
                    *learning.recognition);
}

}  // namespace deepboltz
