#include "deepboltz/system/robust/robust_learning.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/learn/step.h"
#include "deepboltz/model/field.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kStart, kPosterior, kModel, kBegin };

// What the gate's gradients are differences of: a number a pixel each, means over cases.
struct GateMoments {
  std::vector<double> squares, observed, observed_squares;

  explicit GateMoments(std::int64_t pixels)
      : squares(std::size_t(pixels)), observed(std::size_t(pixels)), observed_squares(std::size_t(pixels)) {}

  // `squares`: (cases, pixels), s(v − ṽ)².
  void add(ConstMatrix of_squares, ConstMatrix of_observed) {
    const double share = 1 / double(of_observed.rows);
    visit_real(of_observed.dtype, [&](auto real) {
      using Real = decltype(real);
      for (std::int64_t r = 0; r < of_observed.rows; ++r)
        for (std::int64_t i = 0; i < of_observed.cols; ++i) {
          const auto x = double(of_observed.as<Real>()(r, i));
          squares[std::size_t(i)] += share * double(of_squares.as<Real>()(r, i));
          observed[std::size_t(i)] += share * x;
          observed_squares[std::size_t(i)] += share * x * x;
        }
    });
  }
};

// The mask's half in a state of the whole machine, as a state of its own.
void copy_mask(const RobustMachine& machine, const State& from, State& to) {
  to.cases = from.cases;
  for (std::size_t l = 0; l < to.layers.size(); ++l) {
    const ConstMatrix x = from.x({machine.mask().index + int(l)});
    std::memcpy(to.x({int(l)}).data, x.data, std::size_t(x.rows * x.cols) * size_of(x.dtype));
  }
}

// squares ← p(s = 1)·(E[v | s = 1] − ṽ)²: without the variance of v.
void take_variance(const Gate& gate, ConstMatrix clear, Matrix squares) {
  visit_real(squares.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t r = 0; r < squares.rows; ++r)
      for (std::int64_t i = 0; i < squares.cols; ++i)
        squares.as<Real>()(r, i) -= clear.as<Real>()(r, i) / Real(1 + gate.strength.at(0, i));
  });
}

// Hidden layers of the block drawn last by their means given the others.
void finish_by_means(Context& ctx, const EnergyModel& mask, State& state) {
  for (LayerId id : mask.block_layers(mask.blocks() - 1)) mean_layer(ctx, mask, id, state, {}, state.x(id));
}

double mean_of(ConstMatrix x) {
  double sum = 0;
  visit_real(x.dtype, [&](auto real) {
    for (std::int64_t r = 0; r < x.rows; ++r)
      for (std::int64_t i = 0; i < x.cols; ++i) sum += double(x.as<decltype(real)>()(r, i));
  });
  return sum / double(x.rows * x.cols);
}

void require_finite_gate(Context& ctx, const Gate& gate, std::int64_t update) {
  for (const auto& [row, name] :
       {std::pair(&gate.strength, "the gate's strength γ²"), std::pair(&gate.precision, "the noise's precision λ"),
        std::pair(&gate.mean, "the noise's mean b")})
    if (!all_finite(ctx, *row)) throw NumericalError(fmt::format("update {}: {} is no longer finite", update, name));
}

void step_product_gate(const RobustRule& rule, double rate, const GateMoments& data, const GateMoments& model,
                       Gate& gate) {
  constexpr double kLeastPrecision = 1e-3;
  for (std::int64_t i = 0; i < gate.pixels(); ++i) {
    const auto at = std::size_t(i);
    const double strength = gate.strength.at(0, i), precision = gate.precision.at(0, i), mean = gate.mean.at(0, i);
    const double along = -(data.squares[at] - model.squares[at]) / 2 - rule.mask.decay.l2 * strength;
    const double apart = data.observed[at] - model.observed[at];
    gate.strength.set(0, i, std::max(0.0, strength + rate * rule.strength_rate * along));
    gate.precision.set(
        0, i,
        std::max(kLeastPrecision,
                 precision + rate * (-(data.observed_squares[at] - model.observed_squares[at]) / 2 + apart * mean)));
    gate.mean.set(0, i, mean + rate * precision * apart);
  }
}

// Of a competing gate: moments of covered and clear pixels, those of a pixel with ten more from all of them.
void step_competing_gate(const RobustRule& rule, const PictureScale& scale, const Tensor& moments, Gate& gate) {
  constexpr double kPrior = 10;
  double n = 0, sum = 0, squares = 0, clear = 0, apart = 0;
  for (std::int64_t i = 0; i < gate.pixels(); ++i) {
    n += moments.at(0, i);
    sum += moments.at(1, i);
    squares += moments.at(2, i);
    clear += moments.at(3, i);
    apart += moments.at(4, i);
  }
  if (n < 1 || clear < 1) return;  // nothing is covered, or nothing clear: the noise stays
  const double mean = sum / n, square = squares / n, least = 1e-3 * square;
  for (std::int64_t i = 0; i < gate.pixels(); ++i) {
    const double deviation = scale.scale[std::size_t(i)];
    const double b = (moments.at(1, i) + kPrior * mean) / (moments.at(0, i) + kPrior);
    const double variance = std::max(least, (moments.at(2, i) + kPrior * square) / (moments.at(0, i) + kPrior) - b * b);
    gate.mean.set(0, i, scale.to_state(i, b));
    gate.precision.set(0, i, deviation * deviation / variance);
    const double found = (moments.at(3, i) + kPrior) / std::max(1e-6, moments.at(4, i) + kPrior * apart / clear);
    gate.strength.set(0, i, (1 - rule.strength_rate) * gate.strength.at(0, i) + rule.strength_rate * found);
  }
}

// Chains begin at the first batch, repeated as often as there are chains.
void begin_at(const Target& model, const State& batch, State& chains) {
  for (LayerId id : model.ids()) {
    const std::size_t row_bytes = std::size_t(model.variable(id).units) * size_of(model.precision());
    for (std::int64_t r = 0; r < chains.cases; ++r)
      std::memcpy(chains.x(id).slice(r, 1).data, batch.x(id).slice(r % batch.cases, 1).data, row_bytes);
  }
}

// What a batch's chains end in, and what their last pixels were drawn from: (cases, pixels) each.
struct Batch {
  const State& chains;
  ConstMatrix clear, squares;
};

// The model's side of a product gate: chains of the whole machine, whose masks go into `model`. The gate takes its
// step.
void product_side(Context& ctx, const RobustRule& rule, double rate, Key key, const Batch& batch,
                  RobustMachine& machine, RobustLearning& learning, State& model) {
  State& fantasy = learning.fantasy;
  if (!learning.mask.chains_started) begin_at(machine, batch.chains, fantasy);
  learning.mask.chains_started = true;
  advance(ctx, machine, {.sweeps = rule.model_sweeps}, key.fold(kModel), fantasy);
  ScratchScope scope(ctx);
  const Matrix squares = scope.matrix(machine.precision(), fantasy.cases, machine.pixels());
  visit_real(squares.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto v = fantasy.x(machine.clean()).as<Real>(), s = fantasy.x(machine.mask()).as<Real>(),
               x = fantasy.x(machine.observed()).as<Real>();
    for (std::int64_t r = 0; r < fantasy.cases; ++r)
      for (std::int64_t i = 0; i < machine.pixels(); ++i)
        squares.as<Real>()(r, i) = s(r, i) * (v(r, i) - x(r, i)) * (v(r, i) - x(r, i));
  });
  GateMoments of_data(machine.pixels()), of_fantasy(machine.pixels());
  of_data.add(batch.squares, batch.chains.x(machine.observed()));
  of_fantasy.add(squares, fantasy.x(machine.observed()));
  copy_mask(machine, fantasy, model);
  step_product_gate(rule, rate, of_data, of_fantasy, machine.gate());
}

// learning.moments ← what is kept of them, and the batch's.
void add_moments(const RobustRule& rule, const PictureScale& scale, const Batch& batch, ConstMatrix observed,
                 Tensor& moments) {
  const auto sums = moments.as<double>();
  for (std::int64_t row = 0; row < moments.rows(); ++row)
    for (std::int64_t i = 0; i < moments.cols(); ++i) sums(row, i) *= rule.noise_memory;
  visit_real(observed.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t r = 0; r < observed.rows; ++r)
      for (std::int64_t i = 0; i < observed.cols; ++i) {
        const double p = double(batch.clear.as<Real>()(r, i)), x = scale.to_data(i, double(observed.as<Real>()(r, i)));
        sums(0, i) += 1 - p;
        sums(1, i) += (1 - p) * x;
        sums(2, i) += (1 - p) * x * x;
        sums(3, i) += p;
        sums(4, i) += double(batch.squares.as<Real>()(r, i));
      }
  });
}

// The model's side of a competing gate: chains of the mask's half, copied into `model`. The gate takes the moments.
void competing_side(Context& ctx, const RobustRule& rule, Key key, const PictureScale& scale, const Batch& batch,
                    const State& data, const EnergyModel& mask, RobustMachine& machine, RobustLearning& learning,
                    State& model) {
  State& chains = learning.mask.chains;
  if (!learning.mask.chains_started) {
    begin_at(mask, data, chains);
    for (int block = 0; block < mask.blocks(); ++block)
      if (block != mask.block(mask.visible())) mask.sample_block(ctx, block, {}, key.fold(kBegin), chains);
  }
  learning.mask.chains_started = true;
  advance(ctx, mask, {.sweeps = rule.model_sweeps}, key.fold(kModel), chains);
  begin_at(mask, chains, model);
  add_moments(rule, scale, batch, batch.chains.x(machine.observed()), learning.moments);
  step_competing_gate(rule, scale, learning.moments, machine.gate());
}

}  // namespace

RobustLearning start_robust_learning(Context& ctx, const RobustRule& rule, const RobustMachine& machine,
                                     const EnergyModel& mask, std::int64_t batch) {
  RobustLearning learning;
  learning.mask = start_learning(ctx, mask, rule.mask, batch);
  learning.moments = Tensor(DType::f64, 5, machine.pixels());
  if (machine.gate().kind == Gate::Kind::product) learning.fantasy = machine.make_state(ctx, rule.mask.negative.chains);
  return learning;
}

void robust_step(Context& ctx, const RobustRule& rule, double epoch, Key key, const PictureScale& scale,
                 ConstMatrix pictures, ConstMatrix masks, RobustMachine& machine, EnergyModel& mask,
                 RobustLearning& learning) {
  PosteriorChains chains =
      chosen_chains(ctx, machine, scale, rule.normalise, pictures, masks, rule.start_sweeps, 0, key.fold(kStart));
  ScratchScope scope(ctx);
  const Matrix clear = scope.matrix(machine.precision(), pictures.rows, machine.pixels()),
               squares = scope.matrix(machine.precision(), pictures.rows, machine.pixels());
  for (int sweep = 0; sweep < rule.posterior_sweeps; ++sweep)
    chains.sweep(ctx, key.fold(kPosterior).fold(std::uint64_t(sweep)), {.clear = clear, .squares = squares});
  learning.clear = mean_of(clear);
  if (!rule.full_statistic) take_variance(machine.gate(), clear, squares);

  State data = mask.make_state(ctx, chains.state().cases);
  copy_mask(machine, chains.state(), data);
  finish_by_means(ctx, mask, data);
  State model = mask.make_state(ctx, rule.mask.negative.chains);
  const Batch batch{chains.state(), clear, squares};
  if (machine.gate().kind == Gate::Kind::product)
    product_side(ctx, rule, rule.mask.rate.at(epoch, learning.mask.updates), key, batch, machine, learning, model);
  else
    competing_side(ctx, rule, key, scale, batch, data, mask, machine, learning, model);
  finish_by_means(ctx, mask, model);
  learning.fantasy_clear = mean_of(model.x(mask.visible()));
  contrast(ctx, mask, data, model, learning.mask.gradient);
  apply_gradient(ctx, rule.mask, epoch, data, mask, learning.mask);
  require_finite_gate(ctx, machine.gate(), learning.mask.updates);
  machine.set_mask(ctx, mask);
}

}  // namespace deepboltz
