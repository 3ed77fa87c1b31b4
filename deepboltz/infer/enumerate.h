// Small machines, exactly: every joint state of all blocks but one is visited, the last block is summed out
// analytically: the one with the real-valued layers where there are any. Refuses beyond `limit` states. States come in
// batches, so that the work is matrix products.
#pragma once

#include <functional>

#include "deepboltz/model/parameters.h"

namespace deepboltz {

struct EnumerateOptions {
  std::int64_t limit = std::int64_t(1) << 25;  // states visited at most
  std::int64_t length = 1;                     // of the documents, where a layer counts
};

// How many states the free units of all blocks but `summed` have, given what `like` clamps in whole layers; infinity
// where one of them is real-valued or counts.
double count_states(const EnergyModel& model, const State& like, int summed);

// Calls visit(batch, log_weight) for batches of states of the free layers outside block `summed` (kNoBlock: all
// layers); whole clamped layers hold the values, and documents have the length and the known words, of row 0 of `like`.
// log_weight[case] is log f_1 with `summed` summed out.
using Visit = std::function<void(State& batch, std::span<const double> log_weight)>;
void enumerate(Context& ctx, const EnergyModel& model, const State& like, int summed, const EnumerateOptions& options,
               const Visit& visit);

// log Z, summing out the block that leaves the fewest states. InputError: a model with a condition, also below.
double exact_log_z(Context& ctx, const EnergyModel& model, const EnumerateOptions& options = {});

// log Σ over the free layers, one a case of `state`, with its whole clamped layers and its known words as evidence: log
// Z of the clamped model.
void exact_log_z_given(Context& ctx, const EnergyModel& model, const State& state, const EnumerateOptions& options,
                       std::span<double> out);

// E[x_p] of every layer and E[x_p x_qᵀ] of every connection under the model.
Parameters exact_moments(Context& ctx, const EnergyModel& model, const EnumerateOptions& options = {});

}  // namespace deepboltz
