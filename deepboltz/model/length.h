// The length of a document, D, beside a layer of counts:
//
//   E(v, h) = −b·v − Σ v_k W_kj h_j − D·a·h      Σ_k v_k = D
//
// It says how many words the layer of counts has in a case, and multiplies the biases of the layers connected to it: a
// document of D words stands for D softmax units, each with a vote. Every length has a distribution, and a log Z, of
// its own. Salakhutdinov & Hinton (2009), eq. 2 and 3.
//
// A machine can have several such layers, visual words beside words: each has a length of its own, and a layer is
// beside one of them at most. A hidden layer of counts multiplies no bias: its tokens are no votes of a document.
//
// A model with M extra words (unit/counts.h) is one of D = N + M words, of which a case shows N:
//
//   p(v) = Σ_h exp(D·a·h + v·(b + W h)) S(h)^M / Z_D      S(h) = Σ_k exp(b + W h)_k
//
// Hence a document is a layer of counts that is clamped in part. Its free words are inferred with the hidden units, by
// mean field from the document's own frequencies on: then the hidden units see it 1 + M/N times.
// Srivastava, Salakhutdinov & Hinton (2013), the Over-Replicated Softmax. docs/models/counts.md
#pragma once

#include "deepboltz/kernel/field.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// Whether the layer's neighbours have their biases once a word: it counts words, and is not hidden.
bool counts_once_a_word(const EnergyModel& model, LayerId layer);

// The layer of that kind that `layer` is connected to; none: it is beside no document.
std::optional<LayerId> counts_beside(const EnergyModel& model, LayerId layer);

// The model's extra words M; 0 without counts.
std::int64_t extra_words(const Target& model);

// Takes what the layers of counts hold for documents: their lengths ← their words and the extra ones. With such the
// layer is clamped in part, at the documents, and holds their stretched counts (1 + M/N)·v. Nothing for a model without
// counts.
void take_documents(const EnergyModel& model, State& state);

// N of every case: its words without the extra ones.
std::vector<double> document_lengths(const Target& model, const State& state);

// Completes the field of `layer`: the bias and the lengths, into what its neighbours sent (cases, units; empty: nothing
// came). Beside counts the bias comes once a word. InputError: a length of the layer, or of the counts beside it, that
// is not known. A document of length 0 says nothing, and its neighbours have no bias.
Field with_bias(Context& ctx, ScratchScope& scope, const EnergyModel& model, LayerId layer, const State& state,
                Matrix bias, Matrix input);

}  // namespace deepboltz
