#include <numeric>

#include "deepboltz/rng/draw.h"
#include "deepboltz/system/graph/evaluation.h"
#include "deepboltz/system/graph/floors.h"
#include "deepboltz/system/graph/trust.h"

namespace deepboltz {
namespace {

// What kind of perplexity, with how many documents and lengths stand behind it.
void put(std::vector<Finding>& findings, const std::string& name, const Perplexity& measured) {
  findings.push_back({name, measured.per_document});
  findings.push_back({name + "/documents", measured.documents});
  findings.push_back({name + "/lengths", measured.lengths});
  findings.push_back({name + "_per_corpus", measured.per_corpus});
}

}  // namespace

// Of the first documents in an order that the seed settles, and of all.
void measure_perplexity(Context& ctx, const GraphSubject& subject, std::vector<Finding>& findings) {
  const EvaluateRecipe& plan = subject.plan;
  const EnergyModel& model = subject.model;
  const Cases& cases = subject.cases;
  const Key key = subject.of.key;
  const Report& report = subject.of.report;
  require(!model.find(Role::label), "evaluate: perplexity is of models without a label layer; take --only error");
  std::vector<std::uint32_t> order =
      permutation(Key{subject.recipe.seed}.fold(EvaluationUse::documents), std::uint32_t(cases.count()));
  const std::size_t published = std::min(order.size(), std::size_t(plan.documents));
  if (!plan.all_documents) order.resize(published);
  const auto documents = [&](std::span<const std::uint32_t> rows) {
    const Cases chosen = select_rows(cases, rows);
    return fixed_cases(ctx, model, chosen, 0, chosen.count(), false);
  };
  const auto base = word_frequencies(ctx, model, subject.train);
  const AisOptions annealed = annealing(subject, base, plan.ais_steps, plan.ais_runs, EvaluationUse::perplexity);
  const ImportanceOptions extra{
      .draws = int(plan.extra_draws), .key = key.fold(EvaluationUse::exact), .report = report};
  const DocumentLikelihood grown = document_log_p(ctx, model, documents(order),
                                                  GrowingOptions{.populations = int(plan.populations),
                                                                 .chains = int(plan.population_chains),
                                                                 .sweeps = int(plan.population_sweeps),
                                                                 .key = key.fold(EvaluationUse::growing),
                                                                 .report = report},
                                                  extra);
  std::vector<std::uint32_t> numbers(order.size());
  std::iota(numbers.begin(), numbers.end(), 0u);
  const std::span protocol = std::span(numbers).first(published);
  const Perplexity by_growing = perplexity(grown, protocol);
  put(findings, "perplexity", by_growing);
  if (plan.all_documents) put(findings, "perplexity_of_all", perplexity(grown, numbers));
  if (!grown.bound.empty()) {
    put(findings, "perplexity_at_bound", perplexity(at_bound(grown), protocol));
    if (plan.all_documents) put(findings, "perplexity_of_all_at_bound", perplexity(at_bound(grown), numbers));
  }
  const Perplexity by_ais =
      perplexity(document_log_p(ctx, model, documents(std::span(order).first(published)), annealed, extra), protocol);
  put(findings, "perplexity_by_ais", by_ais);
  measure_perplexity_floor(ctx, subject, select_rows(cases, std::span(order).first(published)), findings);
  const QuotedPerplexity quoted = which_to_trust(by_growing, by_ais);
  findings.push_back({"trust/word", quoted.name});
  findings.push_back({"trust/reason", quoted.reason});
}

}  // namespace deepboltz
