#include "deepboltz/estimate/ais.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "deepboltz/estimate/resample.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/support.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"
#include "deepboltz/sample/replicas.h"

namespace deepboltz {
namespace {

// Runs that get the same options do not share their noise. Forward runs fold by the temperature's number alone.
enum Use : std::uint64_t { kReverse = 0x72657665727365, kGiven = 0x676976656e };

int summed_block(const Target& model, const AisOptions& options) {
  if (options.summed) {
    require(*options.summed >= 0 && *options.summed < model.blocks(), "ais: there is no block {}", *options.summed);
    return *options.summed;
  }
  return model.largest_block();
}

// Anneals from the base, from draws made here. weights[case] ← log w + log Z_base.
void anneal(Context& ctx, const Target& model, const std::vector<double>& ladder, const AisOptions& options, Key key,
            StepCount& steps, State& x, std::span<double> weights) {
  const int summed = summed_block(model, options);
  SentMemory sent;
  std::vector<double> change(weights.size());
  std::vector<double> from(weights.size(), 0.0), to(weights.size());
  draw_base(ctx, model, options.base, key.fold(0), x);
  model.log_z_base(ctx, x, options.base, weights);
  for (std::size_t k = 1; k < ladder.size(); ++k) {
    std::ranges::fill(to, ladder[k]);
    const Key sweep = key.fold(k);
    model.log_weight_change(ctx, x, {from, options.base}, {to, options.base, &sent}, summed,
                            sweep.fold(std::uint64_t(summed)), change);
    for (std::size_t r = 0; r < weights.size(); ++r) weights[r] += change[r];
    if (k + 1 < ladder.size()) finish_sweep(ctx, model, {to, options.base, &sent}, summed, Order::forward, sweep, x);
    std::swap(from, to);
    steps.add(x.cases);
  }
}

// Anneals back to the base from x, draws of the model. weights[case] ← log Z_base − log w.
void anneal_back(Context& ctx, const Target& model, const std::vector<double>& ladder, const AisOptions& options,
                 Key key, StepCount& steps, State& x, std::span<double> weights) {
  const int summed = summed_block(model, options);
  SentMemory sent;
  std::vector<double> change(weights.size()), from(weights.size(), 1.0), to(weights.size()), gathered(weights.size());
  for (std::size_t k = ladder.size() - 1; k-- > 0;) {
    std::ranges::fill(to, ladder[k]);
    const Key sweep = key.fold(k - 1);
    model.log_weight_change(ctx, x, {from, options.base}, {to, options.base, &sent}, summed,
                            sweep.fold(std::uint64_t(summed)), change);
    for (std::size_t r = 0; r < gathered.size(); ++r) gathered[r] += change[r];
    std::swap(from, to);
    if (k > 0)  // the rest of the transition at β_k, which undoes the forward run's
      finish_sweep(ctx, model, {from, options.base, &sent}, summed, Order::backward, sweep, x);
    steps.add(x.cases);
  }
  model.log_z_base(ctx, x, options.base, weights);
  for (std::size_t r = 0; r < weights.size(); ++r) weights[r] -= gathered[r];
}

// The base rates of the rows of a batch: those of `count` cases from `first` on, options.runs times each.
std::vector<Tensor> repeated_base(const AisOptions& options, std::int64_t all, std::int64_t first, std::int64_t count) {
  std::vector<Tensor> out;
  if (options.base != nullptr)
    for (const Tensor& base : *options.base)
      out.push_back(base.rows() == all ? repeat_rows(base, first, count, options.runs) : base.clone());
  return out;
}

using Weights = std::span<const double>;

Weights of_case(Weights weights, std::int64_t number, std::int64_t runs) {
  return weights.subspan(std::size_t(number * runs), std::size_t(runs));
}

// Of each case its runs, drawn anew by their weights.
void draw_anew(Weights weights, std::int64_t runs, Key key, State& x) {
  const State before = x.clone();
  for (std::int64_t first = 0; first < x.cases; first += runs) {
    const auto copies =
        systematic_counts(of_case(weights, first / runs, runs), runs, double(uniform(key, std::uint32_t(first), 0)));
    std::int64_t to = first;
    for (std::int64_t run = 0; run < runs; ++run)
      for (std::int64_t copy = 0; copy < copies[std::size_t(run)]; ++copy) copy_row(before, first + run, x, to++);
  }
}

// Calls visit(options with the base rates of the rows, steps, ends, weights) for some cases after others, each
// options.runs times. ways: how often a step is counted.
template <class Visit>
void anneal_given(Context& ctx, const Target& model, const State& evidence, const AisOptions& options, int ways,
                  Visit&& visit) {
  require(options.runs >= 2, "ais: an interval needs at least two runs, got {}", options.runs);
  constexpr std::int64_t kRows = 2'000;  // of one batch: bounds the memory
  const auto ladder = checked_ladder(ctx, model, options, "ais", evidence.cases);
  for (LayerId id : model.ids()) {
    const Clamp::Kind kind = evidence.clamped[std::size_t(id.index)].kind;
    require(kind != Clamp::Kind::some || std::holds_alternative<Counts>(model.variable(id).unit),
            "ais: evidence is whole layers, '{}' is masked", model.variable(id).name);
    if (kind != Clamp::Kind::none) require_states(model, id, evidence, "ais");
  }
  const std::int64_t at_once = std::max<std::int64_t>(1, kRows / options.runs);
  StepCount steps("ais", ways * evidence.cases * options.runs * std::int64_t(ladder.size() - 1), options.report);
  for (std::int64_t first = 0; first < evidence.cases; first += at_once) {
    const std::int64_t cases = std::min(at_once, evidence.cases - first);
    State x = repeat_cases(evidence, first, cases, options.runs);
    std::vector<double> weights(std::size_t(x.cases));
    AisOptions of_batch = options;
    const std::vector<Tensor> base = repeated_base(options, evidence.cases, first, cases);
    if (options.base != nullptr) of_batch.base = &base;
    anneal(ctx, model, ladder, of_batch, options.key.fold(kGiven), steps, x, weights);
    visit(of_batch, steps, x, weights);
  }
}

}  // namespace

std::vector<Tensor> base_rates(const Target& model, const std::vector<Tensor>& means, double cases) {
  require(means.size() == std::size_t(model.variables()), "base rates: expected means of {} layers, got {}",
          std::size_t(model.variables()), means.size());
  require(cases > 0, "base rates: expected a number of cases above 0, got {}", cases);
  constexpr double kPriorShare = 0.05;  // of the cases: models with always-off pixels keep finite biases
  std::vector<Tensor> base;
  for (LayerId id : model.ids()) {
    const Variable& layer = model.variable(id);
    base.emplace_back(model.precision(), 1, layer.units);
    const Tensor& mean = means[std::size_t(id.index)];
    if (mean.empty() || layer.role == Role::condition) continue;
    require(mean.cols() == layer.units, "base rates: '{}' has {} units, but {} means came", layer.name, layer.units,
            mean.cols());
    base_rate_fields(layer.unit, mean.to(model.precision()), cases, kPriorShare * cases, base.back());
  }
  return base;
}

std::vector<double> checked_ladder(Context& ctx, const Target& model, const AisOptions& options, std::string_view who,
                                   std::int64_t cases) {
  model.require_energy(who);
  auto ladder = options.ladder.empty() ? uniform_ladder(1'000) : options.ladder;
  require_ladder(ladder);
  if (options.base == nullptr) return ladder;
  require(options.base->size() == std::size_t(model.variables()), "{}: expected base rates of {} layers, got {}", who,
          std::size_t(model.variables()), options.base->size());
  for (LayerId id : model.ids()) {
    const Tensor& base = (*options.base)[std::size_t(id.index)];
    const Variable& layer = model.variable(id);
    require(
        (base.rows() == 1 || base.rows() == cases) && base.cols() == layer.units && base.dtype() == model.precision(),
        "{}: '{}' has {} units in {}, but its base rates are {} × {} in {}", who, layer.name, layer.units,
        name_of(model.precision()), base.rows(), base.cols(), name_of(base.dtype()));
    require(all_finite(ctx, base), "{}: a base rate of '{}' is not finite", who, layer.name);
  }
  return ladder;
}

AisRuns ais_runs(Context& ctx, const Target& model, const AisOptions& options) {
  require(options.runs >= 2, "ais: an interval needs at least two runs, got {}", options.runs);
  model.require_unconditional("ais");
  require(options.length >= 1, "ais: expected a length of at least one word, got {}", options.length);
  AisRuns out{model.make_state(ctx, options.runs), std::vector<double>(std::size_t(options.runs))};
  out.ends.fill_lengths(double(options.length));
  const auto ladder = checked_ladder(ctx, model, options, "ais");
  StepCount steps("ais", out.ends.cases * std::int64_t(ladder.size() - 1), options.report);
  anneal(ctx, model, ladder, options, options.key, steps, out.ends, out.log_weights);
  return out;
}

std::vector<double> ais_log_weights(Context& ctx, const Target& model, const AisOptions& options) {
  return ais_runs(ctx, model, options).log_weights;
}

Estimate ais_log_z(Context& ctx, const Target& model, const AisOptions& options) {
  return log_mean_exp(ais_log_weights(ctx, model, options));
}

std::vector<double> reverse_ais_log_weights(Context& ctx, const Target& model, const State& samples,
                                            const AisOptions& options) {
  const auto ladder = checked_ladder(ctx, model, options, "reverse ais");
  model.require_unconditional("reverse ais");
  require(samples.cases >= 2, "reverse ais: an interval needs at least two samples, got {}", samples.cases);
  for (LayerId id : model.ids())
    require(samples.clamped[std::size_t(id.index)].kind == Clamp::Kind::none,
            "reverse ais: '{}' is clamped, which samples of the model are not", model.variable(id).name);
  for (const std::vector<double>& lengths : samples.length)
    require(std::ranges::adjacent_find(lengths, std::not_equal_to<>()) == lengths.end(),
            "reverse ais: expected samples of one length, each length has its own log Z");
  State x = samples.clone();
  std::vector<double> weights(std::size_t(x.cases));
  StepCount steps("reverse ais", x.cases * std::int64_t(ladder.size() - 1), options.report);
  anneal_back(ctx, model, ladder, options, options.key.fold(kReverse), steps, x, weights);
  return weights;
}

Estimate reverse_ais_log_z(Context& ctx, const Target& model, const State& samples, const AisOptions& options) {
  return reverse_log_z(reverse_ais_log_weights(ctx, model, samples, options));
}

Estimate reverse_log_z(std::vector<double> log_weights) {
  for (double& w : log_weights) w = -w;
  return negated(log_mean_exp(log_weights));  // 1/Z is what the weights estimate
}

std::vector<Estimate> ais_log_z_given(Context& ctx, const Target& model, const State& evidence,
                                      const AisOptions& options) {
  std::vector<Estimate> estimates;
  anneal_given(ctx, model, evidence, options, 1, [&](const AisOptions&, StepCount&, State& x, Weights weights) {
    for (std::int64_t c = 0; c < x.cases / options.runs; ++c)
      estimates.push_back(log_mean_exp(of_case(weights, c, options.runs)));
  });
  return estimates;
}

std::vector<Bracket> ais_bracket_given(Context& ctx, const Target& model, const State& evidence,
                                       const AisOptions& options, int sweeps) {
  const auto ladder = checked_ladder(ctx, model, options, "ais", evidence.cases);
  std::vector<Bracket> brackets;
  anneal_given(ctx, model, evidence, options, 2,
               [&](const AisOptions& own, StepCount& steps, State& x, Weights weights) {
                 const std::int64_t cases = x.cases / own.runs;
                 const std::size_t first = brackets.size();
                 for (std::int64_t c = 0; c < cases; ++c)
                   brackets.push_back({log_mean_exp(of_case(weights, c, own.runs)), {}});
                 const Key key = own.key.fold(kReverse).fold(first);
                 draw_anew(weights, own.runs, key.fold(0), x);
                 advance(ctx, model, Gibbs{sweeps}, key.fold(1), x);
                 std::vector<double> back(weights.size());
                 anneal_back(ctx, model, ladder, own, key.fold(2), steps, x, back);
                 for (std::int64_t c = 0; c < cases; ++c) {
                   const Weights of = of_case(back, c, own.runs);
                   brackets[first + std::size_t(c)].most = reverse_log_z({of.begin(), of.end()});
                 }
               });
  return brackets;
}

}  // namespace deepboltz
