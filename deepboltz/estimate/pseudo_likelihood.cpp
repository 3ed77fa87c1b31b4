#include "deepboltz/estimate/pseudo_likelihood.h"

#include <vector>

#include "deepboltz/base/numeric.h"
#include "deepboltz/model/support.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

void require_values(const Target& model, const State& state) {
  const LayerId v = model.visible();
  require(count_values(model.variable(v).unit) > 0,
          "pseudo-likelihood: '{}' is of {} units, whose values cannot be gone through", model.variable(v).name,
          name_of(model.variable(v).unit));
  require_states(model, v, state, "pseudo-likelihood");
}

// out[case] ← log p(the unit of that case | everything else visible): −F here, less the log of the sum of exp −F over
// the values that the unit could have. All values of a unit are gone through, from its own round to its own again.
void log_conditionals(Context& ctx, const Target& model, std::span<const double> here,
                      std::span<const std::int64_t> chosen, State& state, SentMemory& sent, std::span<double> out) {
  const LayerId v = model.visible();
  const Unit& unit = model.variable(v).unit;
  const std::int64_t values = count_values(unit);
  const Matrix x = state.x(v);
  std::vector<double> all(here.begin(), here.end());
  for (std::int64_t step = 1; step <= values; ++step) {
    for (std::int64_t r = 0; r < state.cases; ++r) {
      const std::int64_t first = chosen[std::size_t(r)] * group_size(unit);
      set_value(unit, (*value_number(unit, x, r, first) + 1) % values, r, first, x);
    }
    if (step == values) break;
    negative_free_energy(ctx, model, state, out, &sent);
    for (std::size_t r = 0; r < out.size(); ++r) all[r] = log_add_exp(all[r], out[r]);
  }
  for (std::size_t r = 0; r < out.size(); ++r) out[r] = here[r] - all[r];
}

}  // namespace

void pseudo_log_likelihood(Context& ctx, const Target& model, State& state, std::span<double> out) {
  require_values(model, state);
  const LayerId v = model.visible();
  SentMemory sent;
  std::vector<double> here(out.size()), term(out.size());
  negative_free_energy(ctx, model, state, here, &sent);
  for (double& sum : out) sum = 0;
  for (std::int64_t i = 0; i < model.variable(v).units / group_size(model.variable(v).unit); ++i) {
    const std::vector<std::int64_t> chosen(out.size(), i);
    log_conditionals(ctx, model, here, chosen, state, sent, term);
    for (std::size_t r = 0; r < out.size(); ++r) out[r] += term[r];
  }
}

void sampled_pseudo_log_likelihood(Context& ctx, const Target& model, Key key, State& state, std::span<double> out) {
  require_values(model, state);
  const LayerId v = model.visible();
  const std::int64_t units = model.variable(v).units / group_size(model.variable(v).unit);
  SentMemory sent;
  std::vector<double> here(out.size());
  std::vector<std::int64_t> chosen;
  negative_free_energy(ctx, model, state, here, &sent);
  for (std::int64_t r = 0; r < state.cases; ++r)
    chosen.push_back(std::int64_t(below(key, std::uint64_t(r), std::uint64_t(units))));
  log_conditionals(ctx, model, here, chosen, state, sent, out);
  for (double& term : out) term *= double(units);
}

}  // namespace deepboltz
