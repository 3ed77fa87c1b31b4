#include "deepboltz/estimate/raise.h"

#include <algorithm>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz {

std::vector<double> raise_log_p(Context& ctx, const EnergyModel& model, const State& cases, const AisOptions& options) {
  const int hidden = hidden_block(model, "raise");
  const auto ladder = options.ladder.empty() ? uniform_ladder(1'000) : options.ladder;
  require_ladder(ladder);
  require(options.runs >= 1, "raise: expected at least one chain a case, got {}", options.runs);
  constexpr std::int64_t kRows = 2'000;
  const std::int64_t at_once = std::max<std::int64_t>(1, kRows / options.runs);
  std::vector<double> result;
  for (std::int64_t first = 0; first < cases.cases; first += at_once) {
    const std::int64_t count = std::min(at_once, cases.cases - first);
    State x = model.make_state(ctx, count * options.runs);
    x.first_case = first * options.runs;
    for (LayerId id : model.ids()) {
      if (model.block(id) == hidden) continue;
      const std::size_t row_bytes = std::size_t(model.layer(id).units) * size_of(model.precision());
      for (std::int64_t r = 0; r < x.cases; ++r)
        std::copy_n(cases.x(id).slice(first + r / options.runs, 1).data, row_bytes, x.x(id).slice(r, 1).data);
    }
    const std::size_t rows = std::size_t(x.cases);
    std::vector<double> weights(rows), change(rows), at(rows, 1.0), below(rows), log_z_base(rows);
    model.log_weight(ctx, x, {at, options.base}, hidden, weights);
    for (std::size_t k = ladder.size() - 1; k > 0; --k) {
      tempered_sweep(ctx, model, {at, options.base}, hidden, Order::backward, options.key.fold(k), x);
      std::ranges::fill(below, ladder[k - 1]);
      model.log_weight_change(ctx, x, {at, options.base}, {below, options.base}, hidden, change);
      for (std::size_t r = 0; r < rows; ++r) weights[r] += change[r];
      std::swap(at, below);
      if (!proceed(options.report, {"raise",
                                    first * std::int64_t(ladder.size()) + count * std::int64_t(ladder.size() - k),
                                    cases.cases * std::int64_t(ladder.size()),
                                    {}}))
        throw Interrupted("raise");
    }
    model.log_z_base(ctx, x, options.base, log_z_base);
    for (std::int64_t c = 0; c < count; ++c) {
      const auto chains =
          std::span<const double>(weights).subspan(std::size_t(c * options.runs), std::size_t(options.runs));
      result.push_back(log_sum_exp(chains) - std::log(double(options.runs)) - log_z_base[0]);
    }
  }
  return result;
}

}  // namespace deepboltz
