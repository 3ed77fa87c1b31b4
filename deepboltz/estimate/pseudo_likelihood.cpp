#include "deepboltz/estimate/pseudo_likelihood.h"

#include <vector>

#include "deepboltz/base/numeric.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

void require_binary(const EnergyModel& model, const State& state) {
  const LayerId v = model.visible();
  require(std::holds_alternative<Bernoulli>(model.layer(v).unit), "pseudo-likelihood: '{}' is not of Bernoulli units",
          model.layer(v).name);
  visit_real(model.precision(), [&](auto real) {
    const auto x = state.x(v).as<decltype(real)>();
    for (std::int64_t r = 0; r < x.rows; ++r)
      for (std::int64_t i = 0; i < x.cols; ++i)
        require(x(r, i) == 0 || x(r, i) == 1, "pseudo-likelihood: expected binary cases, got {} at case {}, unit {}",
                double(x(r, i)), r, i);
  });
}

void flip(State& state, LayerId layer, std::int64_t row, std::int64_t unit) {
  Tensor& x = state.layers[std::size_t(layer.index)];
  x.set(row, unit, 1 - x.at(row, unit));
}

}  // namespace

void pseudo_log_likelihood(Context& ctx, const EnergyModel& model, State& state, std::span<double> out) {
  require_binary(model, state);
  const LayerId v = model.visible();
  std::vector<double> here(out.size()), flipped(out.size());
  negative_free_energy(ctx, model, state, here);
  for (double& sum : out) sum = 0;
  for (std::int64_t i = 0; i < model.layer(v).units; ++i) {
    for (std::int64_t r = 0; r < state.cases; ++r) flip(state, v, r, i);
    negative_free_energy(ctx, model, state, flipped);
    for (std::int64_t r = 0; r < state.cases; ++r) flip(state, v, r, i);
    for (std::size_t r = 0; r < out.size(); ++r) out[r] -= log1p_exp(flipped[r] - here[r]);
  }
}

void sampled_pseudo_log_likelihood(Context& ctx, const EnergyModel& model, Key key, State& state,
                                   std::span<double> out) {
  require_binary(model, state);
  const LayerId v = model.visible();
  const std::int64_t units = model.layer(v).units;
  std::vector<double> here(out.size());
  std::vector<std::int64_t> chosen;
  negative_free_energy(ctx, model, state, here);
  for (std::int64_t r = 0; r < state.cases; ++r)
    chosen.push_back(std::int64_t(below(key, std::uint64_t(r), std::uint64_t(units))));
  for (std::int64_t r = 0; r < state.cases; ++r) flip(state, v, r, chosen[std::size_t(r)]);
  negative_free_energy(ctx, model, state, out);
  for (std::int64_t r = 0; r < state.cases; ++r) flip(state, v, r, chosen[std::size_t(r)]);
  for (std::size_t r = 0; r < out.size(); ++r) out[r] = -double(units) * log1p_exp(out[r] - here[r]);
}

}  // namespace deepboltz
