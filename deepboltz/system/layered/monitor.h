// Figures of a machine while it trains, columns of metrics.csv.
//
//   reconstruction_train, reconstruction_validation
//                           mean |v − E[v | posterior means]| a unit
//   objective_train, objective_validation
//                           mean −F(v), or mean-field bound without log Z: their gap is comparable, their level only at
//                           fixed parameters
//   dead_units              share of the first hidden layer's bits that are on in less than 1 % or more than 99 % of
//                           the training cases: they tell cases apart no more
//   chain_activity          mean activity of the chains' first hidden layer
//   swap_acceptance, barrier, round_trips
//                           of a sampler other than Gibbs, over the epoch: share of moves over its ladder that were
//                           accepted, Σ of mean rejections, rows that went from the hottest level to the model and back
//   log_z, log_z_error, log_p_validation
//                           from short annealing, every few epochs: orientation, not a result
//   log_p_independent_units of the same cases: what log_p_validation has to be above
//   perplexity_validation   counts: of 50 documents, instead of these three
//   error_percent           of a machine with labels: errors on the validation cases, on fixed bits
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/learn/stage.h"
#include "deepboltz/learn/tempered_chains.h"
#include "deepboltz/system/layered/floor_watch.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

inline constexpr std::int64_t kWatchedDocuments = 50;  // of which the perplexity is watched

std::vector<std::string> watched_columns();

// Share of the layer's bits that are dead, by their means in `state`; 0 of other units.
double share_of_dead(Context& ctx, const EnergyModel& model, LayerId layer, const State& state);

// What the sampler of a negative phase did in this epoch; nothing for Gibbs sampling.
void watch_sampler(const Negative& negative, const TemperedChains& tempered, Figures& figures);

// Of the held-out cases, or of those of training where too few are held out; nothing where log p is not to be had.
std::optional<FloorWatch> floor_watch(Context& ctx, const LayeredRecipe& recipe, const CaseSets& sets,
                                      const EnergyModel& model);

// Looks at the first `recipe.monitor.cases` of the training and validation sets. `floor`: of these; null: none.
// `likelihood`: also by short annealing. A hidden layer that has collapsed is a warning.
void watch_model(Context& ctx, const LayeredRecipe& recipe, const CaseSets& sets, const EnergyModel& model,
                 const State* chains, const FloorWatch* floor, bool likelihood, Figures& figures);

}  // namespace deepboltz
