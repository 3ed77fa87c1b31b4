#include "deepboltz/learn/up_down.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/kernel/update.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/quantised.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/stack/belief_net_passes.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kOrder, kShow, kDraws };      // of a batch
enum Draw : std::uint64_t { kUp, kTop, kChain, kDown };  // of an update
enum Map { kGenerative, kGenerativeBias, kRecognition, kRecognitionBias, kMaps };

std::vector<Matrix> layers(std::vector<Tensor>& below, Matrix last, std::int64_t cases) {
  std::vector<Matrix> x;
  for (Tensor& layer : below) x.push_back(layer.view().slice(0, cases));
  x.push_back(last);
  return x;
}

// difference ← x − difference
void take_from(Context& ctx, ConstMatrix x, Matrix difference) { scale_add(ctx, 1, x, -1, difference); }

// weight ← the mean over cases of fromᵀ·delta
void add_up(Context& ctx, ConstMatrix from, ConstMatrix delta, Matrix weight) {
  multiply(ctx, 1 / double(delta.rows), from, Transpose::yes, delta, Transpose::no, 0, weight);
}

// Of layer k: x_k − E[x_k | x_{k+1}]. Returns Σ over cases of its squared length.
double wake_gradient(Context& ctx, const DirectedLayer& layer, ConstMatrix below, ConstMatrix above,
                     std::span<const double> lengths, std::span<Tensor> gradient) {
  ScratchScope scope(ctx);
  const Matrix delta = scope.matrix(below.dtype, below.rows, below.cols);
  unit_mean(ctx, layer.generative.unit, field_below(ctx, scope, layer, above, lengths), {}, delta);
  take_from(ctx, below, delta);
  add_up(ctx, above, delta, gradient[kGenerative]);
  column_means(ctx, delta, gradient[kGenerativeBias]);
  std::vector<double> squares(std::size_t(delta.rows));
  add_row_dots(ctx, 1, delta, delta, squares);
  double sum = 0;
  for (double square : squares) sum += square;
  return sum;
}

// Of layer k: y_{k+1} − E[y_{k+1} | y_k].
void sleep_gradient(Context& ctx, const DirectedLayer& layer, ConstMatrix below, ConstMatrix above,
                    std::span<const double> lengths, std::span<Tensor> gradient) {
  ScratchScope scope(ctx);
  const Matrix delta = scope.matrix(above.dtype, above.rows, above.cols);
  unit_mean(ctx, layer.recognition.unit, field_above(ctx, scope, layer, below), {}, delta);
  take_from(ctx, above, delta);
  add_up(ctx, below, delta, gradient[kRecognition]);
  if (lengths.empty()) return column_means(ctx, delta, gradient[kRecognitionBias]);
  const Matrix words = scope.matrix(delta.dtype, delta.rows, 1);  // beside counts the bias comes once a word
  visit_real(words.dtype, [&](auto real) {
    std::ranges::transform(lengths, words.as<decltype(real)>().data, [](double n) { return decltype(real)(n); });
  });
  add_up(ctx, words, delta, gradient[kRecognitionBias]);
}

// The chain of the top from the states in `from`; the label is kept at its probabilities.
void move_chain(Context& ctx, const EnergyModel& top, int sweeps, Key key, const State& from, State& chain) {
  const LayerId visible = top.visible(), hidden = *top.find(Role::hidden);
  const auto label = top.find(Role::label);
  scale_add(ctx, 1, from.x(hidden), 0, chain.x(hidden));
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    const Key now = key.fold(std::uint64_t(sweep));
    sample_layer(ctx, top, visible, {}, now, chain, {}, chain.x(visible), {});
    if (label) mean_layer(ctx, top, *label, chain, {}, chain.x(*label));
    sample_layer(ctx, top, hidden, {}, now, chain, {}, chain.x(hidden), {});
  }
}

void require_sound(const UpDownOptions& options, const Source& source, const BeliefNet& net, const UpDownState& state) {
  require_consistent(net);
  require(options.batch >= 1, "up-down: expected a batch of at least one case, got {}", options.batch);
  require_schedule(options.rate, 0, std::numeric_limits<double>::max(), "up-down: rate");
  require_schedule(options.momentum, 0, 1, "up-down: momentum");
  require_schedule(options.sweeps, 1, 1e6, "up-down: sweeps");
  require(options.l2 >= 0, "up-down: expected an l2 of 0 or more, got {}", options.l2);
  require(!is_integer(options.math) || net.dtype() == DType::f32,
          "up-down: integers are made of f32, but the net has numbers of {}", name_of(net.dtype()));
  require(source.cases >= 1, "up-down: there are no cases");
  require(source.weights.empty(), "up-down: weighted cases are not supported");
  require(source.labelled == 0, "up-down: expected a label for every case, but only {} of {} have one", source.labelled,
          source.cases);
  require(!net.top.find(Role::label) || bool(source.labels),
          "up-down: the net has a label layer, but the data have no labels");
  require(state.velocity.directed.size() == kMaps * net.layers.size(), "up-down: the state was made for another net");
}

void show(Context& ctx, const Source& source, const BeliefNet& net, std::span<const std::uint32_t> rows, Key key,
          UpDownStates& states) {
  states.positive.cases = states.negative.cases = std::int64_t(rows.size());
  source.visible.front().states(ctx, rows, key, states.wake[0].view().slice(0, states.cases()));
  if (const auto label = net.top.find(Role::label)) source.labels(rows, states.positive.x(*label));
}

// One update of every parameter; all have been seen by the gradient.
void move(Context& ctx, const UpDownOptions& options, double epoch, std::span<const Matrix> gradient, BeliefNet& net,
          UpDownState& state) {
  const double rate = options.rate.at(epoch, state.step), momentum = options.momentum.at(epoch, state.step);
  const auto parameters = named_parameters(net);
  const std::vector<Matrix> velocity = state.velocity.views();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& [name, parameter] = parameters[i];
    momentum_step(ctx, rate, momentum, false, {.l2 = name.ends_with(".weight") ? options.l2 : 0}, gradient[i],
                  velocity[i], parameter);
    if (!all_finite(ctx, parameter))
      throw NumericalError(fmt::format("up-down: update {}: '{}' is not finite", state.step + 1, name));
  }
}

}  // namespace

std::vector<Matrix> BeliefNetParameters::views() {
  std::vector<Matrix> all(directed.begin(), directed.end());
  all.insert(all.end(), top.bias.begin(), top.bias.end());
  all.insert(all.end(), top.weight.begin(), top.weight.end());
  return all;
}

BeliefNetParameters zero_parameters(const BeliefNet& net) {
  BeliefNetParameters zero{{}, zero_parameters(net.top)};
  for (const DirectedLayer& layer : net.layers)
    for (const Affine* map : {&layer.generative, &layer.recognition})
      for (const Tensor* x : {&map->weight, &map->bias}) zero.directed.emplace_back(x->dtype(), x->rows(), x->cols());
  return zero;
}

UpDownState start_up_down(const BeliefNet& net) {
  UpDownState state;
  state.velocity = zero_parameters(net);
  return state;
}

std::vector<NamedMatrix> named_tensors(BeliefNet& net, UpDownState& state) {
  std::vector<NamedMatrix> tensors;
  const std::vector<Matrix> velocity = state.velocity.views();
  const auto parameters = named_parameters(net);
  for (std::size_t i = 0; i < velocity.size(); ++i)
    tensors.emplace_back("velocity." + parameters[i].first, velocity[i]);
  return tensors;
}

std::vector<Matrix> UpDownStates::wake_layers(const BeliefNet& net) {
  return layers(wake, positive.x(net.top.visible()), cases());
}

std::vector<Matrix> UpDownStates::sleep_layers(const BeliefNet& net) {
  return layers(sleep, negative.x(net.top.visible()), cases());
}

UpDownStates make_up_down_states(Context& ctx, const BeliefNet& net, std::int64_t capacity) {
  UpDownStates states;
  for (std::int64_t l = 0; l < net.depth(); ++l) {
    states.wake.emplace_back(net.dtype(), capacity, net.units(l));
    states.sleep.emplace_back(net.dtype(), capacity, net.units(l));
  }
  states.positive = net.top.make_state(ctx, capacity);
  states.negative = net.top.make_state(ctx, capacity);
  return states;
}

void draw_up_down_states(Context& ctx, const BeliefNet& net, const EnergyModel& top, int sweeps, Key key,
                         UpDownStates& states) {
  DEEPBOLTZ_ASSERT(sweeps >= 1);
  const auto x = states.wake_layers(net), y = states.sleep_layers(net);
  const LayerId hidden = *top.find(Role::hidden);
  pass_up_draws(ctx, net, key.fold(kUp), 0, x);
  sample_layer(ctx, top, hidden, {}, key.fold(kTop), states.positive, {}, states.positive.x(hidden), {});
  move_chain(ctx, top, sweeps, key.fold(kChain), states.positive, states.negative);
  pass_down(ctx, net, document_lengths(net, x[0]), key.fold(kDown), 0, y);
}

double up_down_gradient(Context& ctx, const BeliefNet& net, UpDownStates& states, BeliefNetParameters& gradient) {
  const auto x = states.wake_layers(net), y = states.sleep_layers(net);
  const std::vector<double> lengths = document_lengths(net, x[0]);
  double squared_error = 0;
  for (std::size_t k = 0; k < net.layers.size(); ++k) {
    const auto of_layer = std::span(gradient.directed).subspan(kMaps * k, kMaps);
    const std::span<const double> words = k == 0 ? std::span<const double>(lengths) : std::span<const double>();
    const double square = wake_gradient(ctx, net.layers[k], x[k], x[k + 1], words, of_layer);
    if (k == 0) squared_error = square;
    sleep_gradient(ctx, net.layers[k], y[k], y[k + 1], words, of_layer);
  }
  contrast(ctx, net.top, states.positive, states.negative, gradient.top);
  return squared_error;
}

UpDownEpoch fit_epoch(Context& ctx, const UpDownOptions& options, const Source& source, BeliefNet& net,
                      UpDownState& state, const KeepGoing& keep_going) {
  require_sound(options, source, net, state);
  const Key key = options.key.fold(std::uint64_t(state.epoch));
  const auto order = permutation(key.fold(kOrder), source.cases);
  const std::int64_t cases = std::int64_t(source.cases), batches = (cases + options.batch - 1) / options.batch;
  UpDownStates states = make_up_down_states(ctx, net, std::min(options.batch, cases));
  BeliefNetParameters gradient = zero_parameters(net);
  const std::vector<Matrix> gradients = gradient.views();
  while (state.batch < batches) {
    const std::int64_t first = state.batch * options.batch;
    const auto rows = std::span(order).subspan(std::size_t(first), std::size_t(std::min(options.batch, cases - first)));
    const double epoch = double(state.epoch) + double(state.batch) / double(batches);
    const Key now = key.fold(std::uint64_t(state.batch));
    show(ctx, source, net, rows, now.fold(kShow), states);
    const int sweeps = int(std::lround(options.sweeps.at(epoch, state.step)));
    if (is_integer(options.math))
      draw_up_down_states(ctx, net, quantised(ctx, net.top, bits_of(options.math)), sweeps, now.fold(kDraws), states);
    else
      draw_up_down_states(ctx, net, net.top, sweeps, now.fold(kDraws), states);
    state.squared_error += up_down_gradient(ctx, net, states, gradient);
    state.cases += states.cases();
    move(ctx, options, epoch, gradients, net, state);
    ++state.batch;
    ++state.step;
    if (state.batch < batches && keep_going && !keep_going(state.batch, batches))
      return {false, state.squared_error, state.cases};
  }
  const UpDownEpoch result{true, state.squared_error, state.cases};
  state.squared_error = 0;
  state.cases = 0;
  state.batch = 0;
  ++state.epoch;
  return result;
}

}  // namespace deepboltz
