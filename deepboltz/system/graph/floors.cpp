#include "deepboltz/system/graph/floors.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/estimate/perplexity.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/task/independent_units.h"
#include "deepboltz/task/mixture.h"

namespace deepboltz {
namespace {

// What was found of the machine's log p, the best known first.
const Estimate* log_p_of_machine(std::span<const Finding> findings) {
  for (const char* name : {"log_p_quoted", "bound_quoted", "log_p", "bound"})
    if (const Estimate* found = find_estimate(findings, name)) return found;
  return nullptr;
}

}  // namespace

void measure_log_p_floors(Context& ctx, const GraphSubject& subject, std::vector<Finding>& findings) {
  if (subject.train.count() == 0) return;
  const EnergyModel& model = subject.model;
  const IndependentUnits units(ctx, model, subject.train);
  Estimate floor = mean_estimate(units.log_p(ctx, subject.cases, subject.cases.count(), false));
  const Estimate* machine = log_p_of_machine(findings);
  if (machine != nullptr && machine->upper < floor.value)
    floor.warning = "the machine is below it: its hidden units make the cases less probable";
  findings.push_back({"log_p_independent_units", floor});
  if (!Mixture::suits(model.layer(model.visible()).unit)) return;
  const Mixture mixture(ctx, model, subject.train, {.key = subject.of.key.fold(EvaluationUse::mixture)});
  findings.push_back({"log_p_mixture", mean_estimate(mixture.log_p(ctx, model, subject.cases))});
}

Estimate unigram_perplexity(Context& ctx, const EnergyModel& model, const Cases& train, const Cases& documents) {
  DocumentLikelihood unigrams;
  unigrams.log_p = IndependentUnits(ctx, model, train).log_p(ctx, documents, documents.count(), false);
  unigrams.length.assign(unigrams.log_p.size(), 0.0);
  unigrams.log_z_error = unigrams.length;
  each_value(documents.at(kVisibleColumn),
             [&](std::int64_t r, std::int64_t, double words) { unigrams.length[std::size_t(r)] += words; });
  std::vector<std::uint32_t> all(unigrams.log_p.size());
  std::iota(all.begin(), all.end(), 0u);
  return perplexity(unigrams, all).per_document;
}

void measure_perplexity_floor(Context& ctx, const GraphSubject& subject, const Cases& documents,
                              std::vector<Finding>& findings) {
  if (subject.train.count() == 0) return;
  findings.push_back({"perplexity_unigrams", unigram_perplexity(ctx, subject.model, subject.train, documents)});
}

std::string says_floors(std::span<const Finding> found) {
  constexpr std::pair<const char*, const char*> kFloors[] = {{"log_p_independent_units", "independent units"},
                                                             {"log_p_mixture", "a mixture of ten"},
                                                             {"perplexity_unigrams", "unigrams"}};
  std::string text;
  for (const auto& [name, words] : kFloors)
    if (const Estimate* floor = find_estimate(found, name)) {
      text += fmt::format("; {} {}", words, with_error(floor->value, floor->standard_error));
      if (!floor->warning.empty()) text += " (" + floor->warning + ")";
    }
  return text;
}

}  // namespace deepboltz
