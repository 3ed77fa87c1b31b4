#include <numeric>

#include "deepboltz/recipe/evaluation.h"
#include "deepboltz/recipe/trust.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {

// Of the first so many documents in an order that the seed settles, and of all.
Likelihood measure_perplexity(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Dataset& train,
                              const Dataset& cases, const EvaluateOptions& options) {
  const EvaluateRecipe& plan = recipe.evaluate;
  const Presenter presenter(recipe);
  require(!model.find(Role::label), "evaluate: perplexity is of models without a label layer; take --only error");
  std::vector<std::uint32_t> order =
      permutation(Key{recipe.seed}.fold(EvaluationUse::documents), std::uint32_t(cases.cases()));
  const std::size_t published = std::min(order.size(), std::size_t(plan.documents));
  if (!plan.all_documents) order.resize(published);
  const auto documents = [&](std::span<const std::uint32_t> rows) {
    const Dataset chosen = select_rows(cases, rows);
    return fixed_cases(ctx, model, presenter, options.share, chosen, 0, chosen.cases(), false);
  };
  const auto base = word_frequencies(ctx, model, train);
  const AisOptions annealed = annealing(plan, options, base, plan.ais_steps, plan.ais_runs, EvaluationUse::forward);
  const ImportanceOptions extra{
      .draws = int(plan.extra_draws), .key = options.key.fold(EvaluationUse::exact), .report = options.report};
  const DocumentLikelihood grown = document_log_p(ctx, model, documents(order),
                                                  GrowingOptions{.populations = int(plan.populations),
                                                                 .chains = int(plan.population_chains),
                                                                 .sweeps = int(plan.population_sweeps),
                                                                 .key = options.key.fold(EvaluationUse::growing),
                                                                 .report = options.report},
                                                  extra);
  Likelihood out;
  std::vector<std::uint32_t> numbers(order.size());
  std::iota(numbers.begin(), numbers.end(), 0u);
  const std::span protocol = std::span(numbers).first(published);
  out.perplexity = perplexity(grown, protocol);
  if (plan.all_documents) out.perplexity_of_all = perplexity(grown, numbers);
  if (!grown.bound.empty()) {
    out.perplexity_at_bound = perplexity(at_bound(grown), protocol);
    if (plan.all_documents) out.perplexity_of_all_at_bound = perplexity(at_bound(grown), numbers);
  }
  out.perplexity_by_ais =
      perplexity(document_log_p(ctx, model, documents(std::span(order).first(published)), annealed, extra), protocol);
  out.trust = which_to_trust(*out.perplexity, *out.perplexity_by_ais);
  return out;
}

}  // namespace deepboltz
