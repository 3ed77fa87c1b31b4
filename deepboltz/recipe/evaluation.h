// What the parts of an evaluation have in common: keys, annealing, what cases must be.
#pragma once

#include "deepboltz/estimate/ais.h"
#include "deepboltz/recipe/evaluate.h"

namespace deepboltz {

// What the key of an evaluation is folded by: no two parts share a draw.
struct EvaluationUse {
  enum : std::uint64_t {
    forward,
    reverse,
    chains,
    start,
    raise,
    exact,
    tempering,
    family,
    documents,
    growing,
    trajectory
  };
};

AisOptions annealing(const EvaluateRecipe& plan, const EvaluateOptions& options, const std::vector<Tensor>& base,
                     std::int64_t steps, std::int64_t runs, std::uint64_t use);

// InputError: fewer than two cases, or of another width than the model.
void require_cases(const EnergyModel& model, const Dataset& data);

// Every log Z that can be had of a machine whose cases all have one, and which of them to trust; nothing else of a
// Likelihood. `base`: base rates of annealing. The chains of reverse AIS start from `train`.
Likelihood measure_log_z(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Dataset& train,
                         const std::vector<Tensor>& base, const EvaluateOptions& options);

// Of documents: measure_likelihood where the visible layer counts.
Likelihood measure_perplexity(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Dataset& train,
                              const Dataset& cases, const EvaluateOptions& options);

}  // namespace deepboltz
