// The loss of an answer that is the same for every case: what stands beside the loss of an autoencoder, so that it can
// be told from one that has learnt nothing. Of documents it is the shares of the words among the training cases,
// unigrams; of other units their means there, as independent units would give.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/model/energy_model.h"
#include "deepboltz/stack/examples.h"

namespace deepboltz {

// Mean −log p of a case, nats; of documents of a word. Means are taken with one case, or one word of every kind, more.
// examples: some with targets; `train`: not empty
double reconstruction_floor(Context& ctx, const EnergyModel& visible, const Cases& train, const Examples& examples);

// "unigrams" or "training_mean", the end of the figure's name; "the training mean" in words.
std::string_view floor_name(const EnergyModel& visible);
std::string_view floor_words(const EnergyModel& visible);

}  // namespace deepboltz
