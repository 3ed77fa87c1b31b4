// Free energies of models whose hidden layers are one block: F(v) = −log Σ_h exp −E(v, h), and what follows from them.
// log p(v) = −F(v) − log Z.
#pragma once

#include <span>

#include "deepboltz/estimate/estimate.h"
#include "deepboltz/model/target.h"

namespace deepboltz {

// The block of the hidden layers. InputError, naming `who`, unless they are exactly one block.
int hidden_block(const Target& model, std::string_view who);

// InputError: words of documents that are not known (model/length.h), which hidden units do not sum out.
void require_known_words(const Target& model, const State& state);

// out[case] ← −F, from the visible (and label) layers of `state`. InputError: words that are not known
// (model/length.h). `sent` is for callers that ask again about states that differ little.
void negative_free_energy(Context& ctx, const Target& model, const State& state, std::span<double> out,
                          SentMemory* sent = nullptr);

// Mean over the cases of log p(v) − or its difference from an estimate of log Z.
Estimate mean_log_p(std::span<const double> negative_free_energies, const Estimate& log_z);

}  // namespace deepboltz
