// What the measures of a graph have in common: what they look at, keys, annealing, what cases must be.
#pragma once

#include "deepboltz/estimate/log_z.h"
#include "deepboltz/estimate/trajectory_log_z.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/learn/trajectory.h"
#include "deepboltz/system/graph/graph_recipe.h"
#include "deepboltz/system/measure.h"

namespace deepboltz {

// What the key of an evaluation is folded by: no two parts share a draw. The numbers that are missing are those of
// estimate/log_z.h, which gets the same key.
struct EvaluationUse {
  enum : std::uint64_t {
    perplexity = 0,
    start = 3,
    raise,
    exact,
    family = 7,
    documents,
    growing,
    trajectory,
    mixture = 16
  };
};

// A subject as a graph. The plan is that of its recipe.
struct GraphSubject {
  explicit GraphSubject(const Subject& subject)
      : recipe(static_cast<const GraphRecipe&>(subject.recipe)),
        plan(recipe.evaluate),
        model(part<EnergyModel>(subject.system, "model")),
        train(subject.sets.train),
        cases(subject.cases),
        of(subject) {}

  const GraphRecipe& recipe;
  const EvaluateRecipe& plan;
  const EnergyModel& model;
  const Cases &train, &cases;
  const Subject& of;
};

AisOptions annealing(const GraphSubject& subject, const std::vector<Tensor>& base, std::int64_t steps,
                     std::int64_t runs, std::uint64_t use);

// InputError: fewer than two cases, or of another width than the model.
void require_cases(const EnergyModel& model, const Cases& cases);

// log Z of a machine whose cases all have one: more and more work until it can be quoted, or the budget of the subject
// is spent.
struct MeasuredLogZ {
  LogZ of_machine;
  std::optional<TrajectoryEstimate> trajectory = {};  // of a run that keeps its trajectory, by its swaps
};

// `base`: base rates of annealing. The chains of reverse AIS start from the training cases.
MeasuredLogZ measure_log_z(Context& ctx, const GraphSubject& subject, const std::vector<Tensor>& base);

// What is measured where the visible layer counts words: perplexity.
void measure_perplexity(Context& ctx, const GraphSubject& subject, std::vector<Finding>& findings);

}  // namespace deepboltz
