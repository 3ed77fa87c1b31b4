#include "deepboltz/estimate/ais.h"

#include <algorithm>

#include "deepboltz/model/build.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz {
namespace {

std::vector<double> ladder_of(const AisOptions& options) {
  auto ladder = options.ladder.empty() ? uniform_ladder(1'000) : options.ladder;
  require_ladder(ladder);
  return ladder;
}

int summed_block(const EnergyModel& model, const AisOptions& options) {
  if (options.summed) {
    require(*options.summed >= 0 && *options.summed < model.blocks(), "ais: there is no block {}", *options.summed);
    return *options.summed;
  }
  int most = 0;
  for (int block = 1; block < model.blocks(); ++block)
    if (model.block_units(block) > model.block_units(most)) most = block;
  return most;
}

// Anneals from the base, from draws made here. weights[case] ← log w + log Z_base.
void anneal(Context& ctx, const EnergyModel& model, const std::vector<double>& ladder, const AisOptions& options,
            State& x, std::span<double> weights) {
  const int summed = summed_block(model, options);
  std::vector<double> change(weights.size());
  std::vector<double> from(weights.size(), 0.0), to(weights.size());
  draw_base(ctx, model, options.base, options.key.fold(0), x);
  model.log_z_base(ctx, x, options.base, weights);
  for (std::size_t k = 1; k < ladder.size(); ++k) {
    std::ranges::fill(to, ladder[k]);
    model.log_weight_change(ctx, x, {from, options.base}, {to, options.base}, summed, change);
    for (std::size_t r = 0; r < weights.size(); ++r) weights[r] += change[r];
    if (k + 1 < ladder.size())
      tempered_sweep(ctx, model, {to, options.base}, summed, Order::forward, options.key.fold(k), x);
    std::swap(from, to);
    if (!proceed(options.report, {"ais", std::int64_t(k), std::int64_t(ladder.size()) - 1, {}}))
      throw Interrupted("ais");
  }
}

}  // namespace

std::vector<Tensor> base_rates(const EnergyModel& model, const std::vector<Tensor>& means, double cases) {
  constexpr double kPriorShare = 0.05;  // of the cases: models with always-off pixels keep finite biases
  std::vector<Tensor> base;
  for (LayerId id : model.ids()) {
    base.emplace_back(model.precision(), 1, model.layer(id).units);
    const Tensor& mean = means[std::size_t(id.index)];
    if (!mean.empty()) base_rate_logits(mean, cases, kPriorShare * cases, base.back());
  }
  return base;
}

std::vector<double> ais_log_weights(Context& ctx, const EnergyModel& model, const AisOptions& options) {
  require(options.runs >= 2, "ais: an interval needs at least two runs, got {}", options.runs);
  State x = model.make_state(ctx, options.runs);
  std::vector<double> weights(std::size_t(options.runs));
  anneal(ctx, model, ladder_of(options), options, x, weights);
  return weights;
}

Estimate ais_log_z(Context& ctx, const EnergyModel& model, const AisOptions& options) {
  return log_mean_exp(ais_log_weights(ctx, model, options));
}

Estimate reverse_ais_log_z(Context& ctx, const EnergyModel& model, const State& samples, const AisOptions& options) {
  const auto ladder = ladder_of(options);
  const int summed = summed_block(model, options);
  State x = samples.clone();
  const std::size_t runs = std::size_t(x.cases);
  std::vector<double> weights(runs), change(runs), from(runs, 1.0), to(runs), log_z_base(runs);
  for (std::size_t k = ladder.size() - 1; k-- > 0;) {
    if (k + 2 < ladder.size())  // the transition at β_{k+1}, which undoes the forward run's
      tempered_sweep(ctx, model, {from, options.base}, summed, Order::backward, options.key.fold(k), x);
    std::ranges::fill(to, ladder[k]);
    model.log_weight_change(ctx, x, {from, options.base}, {to, options.base}, summed, change);
    for (std::size_t r = 0; r < runs; ++r) weights[r] += change[r];
    std::swap(from, to);
    if (!proceed(options.report,
                 {"reverse ais", std::int64_t(ladder.size() - 1 - k), std::int64_t(ladder.size()) - 1, {}}))
      throw Interrupted("reverse ais");
  }
  model.log_z_base(ctx, x, options.base, log_z_base);
  return shifted(negated(log_mean_exp(weights)), log_z_base[0]);  // 1/Z is what the weights estimate
}

std::vector<Estimate> ais_log_z_given(Context& ctx, const EnergyModel& model, const State& evidence,
                                      const AisOptions& options) {
  require(options.runs >= 2, "ais: an interval needs at least two runs, got {}", options.runs);
  constexpr std::int64_t kRows = 2'000;  // of one batch: bounds the memory
  const auto ladder = ladder_of(options);
  const std::int64_t at_once = std::max<std::int64_t>(1, kRows / options.runs);
  std::vector<Estimate> estimates;
  for (std::int64_t first = 0; first < evidence.cases; first += at_once) {
    const std::int64_t cases = std::min(at_once, evidence.cases - first);
    State x = model.make_state(ctx, cases * options.runs);
    x.first_case = first * options.runs;
    for (LayerId id : model.ids()) {
      const Clamp::Kind kind = evidence.clamped[std::size_t(id.index)].kind;
      require(kind != Clamp::Kind::some, "ais: evidence is whole layers, '{}' is masked", model.layer(id).name);
      if (kind == Clamp::Kind::none) continue;
      x.clamp(id);
      const std::size_t row_bytes = std::size_t(model.layer(id).units) * size_of(model.precision());
      for (std::int64_t r = 0; r < x.cases; ++r)
        std::copy_n(evidence.x(id).slice(first + r / options.runs, 1).data, row_bytes, x.x(id).slice(r, 1).data);
    }
    std::vector<double> weights(std::size_t(x.cases));
    anneal(ctx, model, ladder, options, x, weights);
    for (std::int64_t c = 0; c < cases; ++c)
      estimates.push_back(
          log_mean_exp(std::span(weights).subspan(std::size_t(c * options.runs), std::size_t(options.runs))));
  }
  return estimates;
}

}  // namespace deepboltz
