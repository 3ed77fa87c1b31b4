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

// What the gate's gradients are differences of: (1, pixels) f64 each, means over cases.
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
  const bool product = machine.gate().kind == Gate::Kind::product;
  const std::int64_t pixels = machine.pixels();
  const double rate = rule.mask.rate.at(epoch, learning.mask.updates);
  PosteriorChains chains =
      chosen_chains(ctx, machine, scale, rule.normalise, pictures, masks, rule.start_sweeps, 0, key.fold(kStart));
  ScratchScope scope(ctx);
  const Matrix clear = scope.matrix(machine.precision(), pictures.rows, pixels),
               squares = scope.matrix(machine.precision(), pictures.rows, pixels);
  for (int sweep = 0; sweep < rule.posterior_sweeps; ++sweep)
    chains.sweep(ctx, key.fold(kPosterior).fold(std::uint64_t(sweep)), {.clear = clear, .squares = squares});
  const State& seen = chains.state();
  learning.clear = mean_of(clear);
  if (!rule.full_statistic)
    visit_real(squares.dtype, [&](auto real) {
      using Real = decltype(real);
      for (std::int64_t r = 0; r < squares.rows; ++r)
        for (std::int64_t i = 0; i < pixels; ++i)
          squares.as<Real>()(r, i) -= clear.as<Real>()(r, i) / Real(1 + machine.gate().strength.at(0, i));
    });

  State data = mask.make_state(ctx, seen.cases);
  copy_mask(machine, seen, data);
  finish_by_means(ctx, mask, data);

  State model = mask.make_state(ctx, rule.mask.negative.chains);
  if (product) {
    State& fantasy = learning.fantasy;
    if (!learning.mask.chains_started) {
      for (LayerId id : machine.ids())
        for (std::int64_t r = 0; r < fantasy.cases; ++r)
          std::memcpy(fantasy.x(id).slice(r, 1).data, seen.x(id).slice(r % seen.cases, 1).data,
                      std::size_t(seen.x(id).cols) * size_of(machine.precision()));
      learning.mask.chains_started = true;
    }
    advance(ctx, machine, {.sweeps = rule.model_sweeps}, key.fold(kModel), fantasy);
    const Matrix of_model = scope.matrix(machine.precision(), fantasy.cases, pixels);
    visit_real(of_model.dtype, [&](auto real) {
      using Real = decltype(real);
      const auto v = fantasy.x(machine.clean()).as<Real>(), s = fantasy.x(machine.mask()).as<Real>(),
                 x = fantasy.x(machine.observed()).as<Real>();
      for (std::int64_t r = 0; r < fantasy.cases; ++r)
        for (std::int64_t i = 0; i < pixels; ++i)
          of_model.as<Real>()(r, i) = s(r, i) * (v(r, i) - x(r, i)) * (v(r, i) - x(r, i));
    });
    GateMoments of_data(pixels), of_fantasy(pixels);
    of_data.add(squares, seen.x(machine.observed()));
    of_fantasy.add(of_model, fantasy.x(machine.observed()));
    copy_mask(machine, fantasy, model);
    step_product_gate(rule, rate, of_data, of_fantasy, machine.gate());
  } else {
    State& own = learning.mask.chains;
    if (!learning.mask.chains_started) {
      for (LayerId id : mask.ids())
        for (std::int64_t r = 0; r < own.cases; ++r)
          std::memcpy(own.x(id).slice(r, 1).data, data.x(id).slice(r % data.cases, 1).data,
                      std::size_t(own.x(id).cols) * size_of(mask.precision()));
      for (int block = 0; block < mask.blocks(); ++block)
        if (block != mask.block(mask.visible())) mask.sample_block(ctx, block, {}, key.fold(kBegin), own);
      learning.mask.chains_started = true;
    }
    advance(ctx, mask, {.sweeps = rule.model_sweeps}, key.fold(kModel), own);
    for (LayerId id : mask.ids())
      std::memcpy(model.x(id).data, own.x(id).data,
                  std::size_t(own.x(id).rows * own.x(id).cols) * size_of(mask.precision()));
    for (std::int64_t i = 0; i < pixels; ++i) {
      for (int row = 0; row < 5; ++row) learning.moments.set(row, i, rule.noise_memory * learning.moments.at(row, i));
      visit_real(clear.dtype, [&](auto real) {
        using Real = decltype(real);
        const auto add = [&](int row, double value) {
          learning.moments.set(row, i, learning.moments.at(row, i) + value);
        };
        for (std::int64_t r = 0; r < seen.cases; ++r) {
          const double p = double(clear.as<Real>()(r, i)),
                       x = scale.to_data(i, double(seen.x(machine.observed()).as<Real>()(r, i)));
          add(0, 1 - p);
          add(1, (1 - p) * x);
          add(2, (1 - p) * x * x);
          add(3, p);
          add(4, double(squares.as<Real>()(r, i)));
        }
      });
    }
    step_competing_gate(rule, scale, learning.moments, machine.gate());
  }
  finish_by_means(ctx, mask, model);
  learning.fantasy_clear = mean_of(model.x(mask.visible()));
  contrast(ctx, mask, data, model, learning.mask.gradient);
  apply_gradient(ctx, rule.mask, epoch, data, mask, learning.mask);
  require_finite_gate(ctx, machine.gate(), learning.mask.updates);
  machine.set_mask(ctx, mask);
}

}  // namespace deepboltz
