#include "deepboltz/learn/backprop.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/penalised_loss.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kOrder, kPresentation };
constexpr std::uint64_t kNoise = 0x6e6f697365;

void require_sound(const BackpropOptions& options, const Network& network, const BackpropState& state) {
  require(options.batch >= 1, "backprop: expected a batch of at least one case, got {}", options.batch);
  require_schedule(options.rate, 0, std::numeric_limits<double>::max(), "backprop: rate");
  require_schedule(options.momentum, 0, 1, "backprop: momentum");
  require(options.l2 >= 0 && options.max_norm >= 0, "backprop: expected l2 and max norm of 0 or more, got {} and {}",
          options.l2, options.max_norm);
  require_schedule(options.noise, 0, std::numeric_limits<double>::max(), "backprop: noise");
  require(options.rate_multipliers.empty() || options.rate_multipliers.size() == network.layers.size(),
          "backprop: {} rate multipliers for {} layers", options.rate_multipliers.size(), network.layers.size());
  const std::size_t parameters = 2 * network.layers.size();
  require(state.first.size() == (options.optimizer == Optimizer::conjugate_gradients ? 0 : parameters) &&
              state.second.size() == (options.optimizer == Optimizer::adam ? parameters : 0),
          "backprop: the state was made for another optimizer or network");
}

void require_finite_loss(const Score& score, std::int64_t step) {
  if (!std::isfinite(score.loss))
    throw NumericalError(fmt::format("backprop: step {}: the loss is not finite", step + 1));
}

// A part of the parameters that moves at a rate of its own: rows of one of them.
struct MovingRows {
  std::size_t parameter;
  std::int64_t first, count;
  double multiplier;
};

// `input`: width of the first input.
std::vector<MovingRows> moving_rows(const BackpropOptions& options, std::size_t first_layer, std::int64_t input,
                                    std::span<const NamedMatrix> parameters) {
  std::vector<MovingRows> parts;
  std::int64_t below = input;
  for (std::size_t layer = 0; 2 * layer < parameters.size(); ++layer) {
    const ConstMatrix weight = parameters[2 * layer].second;
    if (layer >= first_layer) {
      const double rate = options.rate_multipliers.empty() ? 1 : options.rate_multipliers[layer];
      parts.push_back({2 * layer, 0, below, rate * (layer == 0 ? options.input_rate : 1)});
      if (weight.rows > below) parts.push_back({2 * layer, below, weight.rows - below, rate * options.extra_rate});
      parts.push_back({2 * layer + 1, 0, 1, rate * options.bias_rate});
    }
    below = weight.cols;
  }
  return parts;
}

// One step of momentum or adam on the layers from `first_layer` on.   gradient: of the mean log-probability
void move(Context& ctx, const BackpropOptions& options, double epoch, std::size_t first_layer, std::int64_t input,
          std::span<const NamedMatrix> parameters, std::span<const Matrix> gradient, BackpropState& state) {
  const double momentum = options.momentum.at(epoch, state.step);
  const double scheduled = options.rate.at(epoch, state.step) * (options.dampened ? 1 - momentum : 1);
  for (const auto& [i, first, count, multiplier] : moving_rows(options, first_layer, input, parameters)) {
    const double rate = scheduled * multiplier;
    const Decay decay{.l2 = i % 2 == 0 ? options.l2 : 0};
    const ConstMatrix slope = gradient[i].slice(first, count);
    const Matrix moment = state.first[i].view().slice(first, count), moving = parameters[i].second.slice(first, count);
    if (options.optimizer == Optimizer::momentum) {
      momentum_step(ctx, rate, momentum, options.nesterov, decay, slope, moment, moving);
    } else {
      // The moments of a layer that stood still are as young as its own steps.
      const bool output = i / 2 + 1 == parameters.size() / 2;
      adam_step(ctx, rate, options.moments, (output ? state.step : state.full_steps) + 1, decay, slope, moment,
                state.second[i].view().slice(first, count), moving);
    }
  }
}

// The line searches on one batch. `evaluations`: counted on.
Score descend(Context& ctx, const BackpropOptions& options, std::size_t first_layer, const Examples& cases,
              std::span<const std::uint32_t> rows, const Presentation& presentation, std::int64_t step,
              const Network& network, std::span<const Matrix> parameters, std::int64_t& evaluations) {
  std::optional<Score> before;
  const std::size_t still = 2 * first_layer;
  std::vector<Matrix> gradient(parameters.size());
  const Loss loss = [&](std::span<const Matrix> moving) {
    std::copy(moving.begin(), moving.end(), gradient.begin() + std::ptrdiff_t(still));
    Score now;
    const double value =
        penalised_loss(ctx, network, cases, rows, presentation, options.l2, first_layer, gradient, now);
    if (!before) require_finite_loss(now, step);  // later ones are the line search's to judge
    if (!before) before = now;
    return value;
  };
  evaluations += minimise(ctx, options.conjugate_gradients, loss, parameters.subspan(still)).evaluations;
  return *before;
}

}  // namespace

BackpropState start_backprop(const BackpropOptions& options, Network& network) {
  BackpropState state;
  for (const auto& [name, parameter] : named_parameters(network)) {
    if (options.optimizer == Optimizer::conjugate_gradients) break;
    state.first.emplace_back(parameter.dtype, parameter.rows, parameter.cols);
    if (options.optimizer == Optimizer::adam)
      state.second.emplace_back(parameter.dtype, parameter.rows, parameter.cols);
  }
  return state;
}

std::vector<NamedMatrix> named_tensors(Network& network, BackpropState& state) {
  std::vector<NamedMatrix> tensors;
  const auto parameters = named_parameters(network);
  for (std::size_t i = 0; i < state.first.size(); ++i)
    tensors.emplace_back("first." + parameters[i].first, state.first[i]);
  for (std::size_t i = 0; i < state.second.size(); ++i)
    tensors.emplace_back("second." + parameters[i].first, state.second[i]);
  return tensors;
}

EpochResult fit_epoch(Context& ctx, const BackpropOptions& options, const Examples& cases, Network& network,
                      BackpropState& state, const KeepGoing& keep_going) {
  require_sound(options, network, state);
  require_consistent(network, cases, options.presentation, true);
  require(cases.cases() >= 1, "backprop: there are no cases");

  const auto named = named_parameters(network);
  std::vector<Matrix> parameters, gradient;
  ScratchScope scope(ctx);
  for (const auto& [name, parameter] : named) {
    parameters.push_back(parameter);
    if (options.optimizer != Optimizer::conjugate_gradients)
      gradient.push_back(scope.matrix(parameter.dtype, parameter.rows, parameter.cols));
  }
  const std::size_t first_layer = state.epoch < options.output_only_epochs ? network.layers.size() - 1 : 0;
  const Key key = options.key.fold(std::uint64_t(state.epoch));
  const auto order = permutation(key.fold(kOrder), std::uint32_t(cases.cases()));
  Presentation presentation = options.presentation;
  presentation.key = key.fold(kPresentation);
  presentation.noise_key = options.key.fold(kNoise);  // the same in every epoch

  const std::int64_t batches = (cases.cases() + options.batch - 1) / options.batch;
  while (state.batch < batches) {
    const std::int64_t first = state.batch * options.batch;
    const auto rows =
        std::span(order).subspan(std::size_t(first), std::size_t(std::min(options.batch, cases.cases() - first)));
    const double epoch = double(state.epoch) + double(state.batch) / double(batches);
    presentation.noise = options.noise.at(epoch, state.step);
    Score now;
    if (options.optimizer == Optimizer::conjugate_gradients) {
      now = descend(ctx, options, first_layer, cases, rows, presentation, state.step, network, parameters,
                    state.evaluations);
    } else {
      now = log_probability_gradient(ctx, network, cases, rows, presentation, 1 / double(rows.size()), first_layer,
                                     gradient);
      ++state.evaluations;
      require_finite_loss(now, state.step);
      move(ctx, options, epoch, first_layer, cases.inputs[0].cols(), named, gradient, state);
    }
    for (std::size_t i = 2 * first_layer; i < named.size(); ++i) {
      if (options.max_norm > 0 && i % 2 == 0) limit_column_norms(ctx, options.max_norm, parameters[i]);
      if (!all_finite(ctx, parameters[i]))
        throw NumericalError(fmt::format("backprop: step {}: '{}' is not finite", state.step + 1, named[i].first));
    }
    state.score += now;
    ++state.batch;
    ++state.step;
    if (first_layer == 0) ++state.full_steps;
    if (state.batch < batches && keep_going && !keep_going(state.batch, batches))
      return {false, state.score, state.evaluations};
  }
  const EpochResult result{true, state.score, state.evaluations};
  state.score = {};
  state.evaluations = 0;
  state.batch = 0;
  ++state.epoch;
  return result;
}

}  // namespace deepboltz
