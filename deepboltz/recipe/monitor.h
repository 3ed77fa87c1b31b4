// Figures of a run while it trains, a line an epoch: metrics.csv.
//
//   stage, epoch, updates, rate
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
//   perplexity_validation   counts: of 50 documents, instead of these three
//   loss, error_percent     of fine-tuning: cross-entropy in nats, errors on the validation cases
#pragma once

#include "deepboltz/estimate/estimate.h"
#include "deepboltz/learn/tempered_chains.h"
#include "deepboltz/recipe/collapse.h"
#include "deepboltz/recipe/run_data.h"

namespace deepboltz {

struct MetricsRow {
  std::string stage;
  std::int64_t epoch = 0, updates = 0;
  double rate = 0;
  std::optional<double> reconstruction_train = {}, reconstruction_validation = {}, objective_train = {},
                        objective_validation = {}, dead_units = {}, chain_activity = {}, log_z = {}, log_z_error = {},
                        log_p_validation = {}, perplexity_validation = {}, loss = {}, error_percent = {},
                        swap_acceptance = {}, barrier = {}, round_trips = {};
};

std::string metrics_header();
std::string metrics_line(const MetricsRow& row);

// What the sampler of a negative phase did in this epoch; nothing for Gibbs sampling.
void watch_sampler(const Negative& negative, const TemperedChains& tempered, MetricsRow& row);

// Looks at the first `recipe.monitor.cases` of the training and validation sets. `likelihood`: also by short annealing.
// Returns how many bits of each hidden layer are stuck on those of the training set.
std::vector<StuckBits> watch_model(Context& ctx, const Recipe& recipe, const RunData& data, const EnergyModel& model,
                                   const State* chains, bool likelihood, MetricsRow& row);

}  // namespace deepboltz
