#include "deepboltz/estimate/raise.h"

#include <algorithm>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/support.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kRaise = 0x7261697365;  // noise of its own, also where AIS gets the same options

// Runs the transitions backwards from the cases in x, K … 1. weights[row] ← log w
void descend(Context& ctx, const Target& model, const std::vector<double>& ladder, int hidden,
             const AisOptions& options, StepCount& steps, State& x, std::span<double> weights) {
  const std::size_t rows = weights.size();
  SentMemory sent;
  std::vector<double> change(rows), at(rows, 1.0), below(rows), log_z_base(rows);
  model.log_weight(ctx, x, {at, options.base, &sent}, hidden, weights);
  const Key draws = options.key.fold(kRaise), first = draws.fold(ladder.size() - 1);
  model.sample_block(ctx, hidden, {at, options.base, &sent}, first.fold(std::uint64_t(hidden)), x);
  for (std::size_t k = ladder.size() - 1; k > 0; --k) {
    finish_sweep(ctx, model, {at, options.base, &sent}, hidden, Order::backward, draws.fold(k), x);
    std::ranges::fill(below, ladder[k - 1]);
    model.log_weight_change(ctx, x, {at, options.base}, {below, options.base, &sent}, hidden,
                            draws.fold(k - 1).fold(std::uint64_t(hidden)), change);
    for (std::size_t r = 0; r < rows; ++r) weights[r] += change[r];
    std::swap(at, below);
    steps.add(x.cases);
  }
  model.log_z_base(ctx, x, options.base, log_z_base);
  for (std::size_t r = 0; r < rows; ++r) weights[r] -= log_z_base[r];
}

}  // namespace

std::vector<Estimate> raise_log_p(Context& ctx, const Target& model, const State& cases, const AisOptions& options) {
  const int hidden = hidden_block(model, "raise");
  require(extra_words(model) == 0, "raise: extra words are not summed out with the hidden units");
  require(hidden != kNoBlock, "raise: this model has no hidden layer to sum out");
  const auto ladder = checked_ladder(ctx, model, options, "raise");
  require(options.runs >= 2, "raise: an interval needs at least two chains a case, got {}", options.runs);
  for (LayerId id : model.ids())
    if (model.block(id) != hidden) require_states(model, id, cases, "raise");
  constexpr std::int64_t kRows = 2'000;  // of one batch: bounds the memory
  const std::int64_t at_once = std::max<std::int64_t>(1, kRows / options.runs);
  StepCount steps("raise", cases.cases * options.runs * std::int64_t(ladder.size() - 1), options.report);
  std::vector<Estimate> estimates;
  for (std::int64_t first = 0; first < cases.cases; first += at_once) {
    const std::int64_t count = std::min(at_once, cases.cases - first);
    State x = repeat_cases(cases, first, count, options.runs);
    for (LayerId id : model.ids())
      if (model.variable(id).role != Role::condition) x.unclamp(id);
    std::vector<double> weights(std::size_t(x.cases));
    descend(ctx, model, ladder, hidden, options, steps, x, weights);
    for (std::int64_t c = 0; c < count; ++c)
      estimates.push_back(
          log_mean_exp(std::span(weights).subspan(std::size_t(c * options.runs), std::size_t(options.runs))));
  }
  return estimates;
}

}  // namespace deepboltz
