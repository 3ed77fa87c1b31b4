// log p(part | the other parts) of cases, by the ratio of two sums over what is free:
//
//   log p(x_part | x_others) = log Σ exp(−E) with all parts clamped − log Σ exp(−E) with that part free
//
// Each is annealed both ways (ais_bracket_given), or exact where little is free. Lengths of documents are given: with
// them a document's words have a distribution. Of counts the figure is that of the words in their order, n!/Π n_k!
// times smaller than that of the counts, so that it can be told a word.
#pragma once

#include "deepboltz/estimate/ais.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// log Σ over all that is free in `evidence`, one a case: exactly where at most `limit` states are visited for a case,
// else by annealing as `options` say.
std::vector<Bracket> log_sum_given(Context& ctx, const EnergyModel& model, const State& evidence,
                                   const AisOptions& options, std::int64_t limit = 1 << 12);

// Of a case, in nats.
struct PartLogP {
  Bracket given;        // log p(part | others)
  Bracket alone;        // log p(part)
  Bracket information;  // given less alone: what the others say of the part, the pointwise mutual information
};

// Of every visible layer in their order, a list of cases. `cases` has all parts clamped as a whole, and the lengths of
// their documents. Each sum is estimated once: of two parts, the information is the same number.
// InputError: a visible layer that is not clamped.
std::vector<std::vector<PartLogP>> part_log_p(Context& ctx, const EnergyModel& model, const State& cases,
                                              const AisOptions& options);

}  // namespace deepboltz
