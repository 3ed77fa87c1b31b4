// What learning came to, in a paragraph for people: against the floor, training against held-out cases, updates, units
// that tell nothing apart, how well chains mix at the final parameters, and the one setting to change first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "deepboltz/learn/stage.h"
#include "deepboltz/system/graph/graph_recipe.h"
#include "deepboltz/system/layered/floor_watch.h"

namespace deepboltz {

// What a summary is made of. Absent: not to be had.
struct LearningOutcome {
  struct LayerUnits {
    std::string layer;
    double dead = 0, stuck = 0;  // shares
  };

  std::optional<Estimate> above_floor;                // log p of held-out cases minus that of independent units
  std::optional<double> log_p, objective_gap, error;  // nats; training − held-out; percent of the held-out cases
  std::optional<double> error_floor;                  // percent: the most frequent class
  std::optional<double> perplexity, unigrams;         // of held-out documents
  std::int64_t updates = 0;
  std::vector<LayerUnits> layers;
  std::optional<double> r_hat;  // of −F, or of the energy of a deep machine
};

// figures: of the last look. `floor`: null: none.
LearningOutcome outcome_of(Context& ctx, const GraphRecipe& recipe, const CaseSets& sets, const EnergyModel& model,
                           const FloorWatch* floor, const Figures& figures, std::int64_t updates);

// The setting to change first, with what to set it to, and why.
std::string setting_to_change(const GraphRecipe& recipe, const LearningOutcome& outcome);

std::string summary_of(const GraphRecipe& recipe, const LearningOutcome& outcome);

}  // namespace deepboltz
