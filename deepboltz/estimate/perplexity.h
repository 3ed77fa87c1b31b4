// How well a model of counts predicts documents: perplexity per word, by a log Z of every length that occurs
// (estimate/growing.h).
//
//   log p(v) = −F(v) − log Z_D          of the document as a sequence of words: without log D!/Π v_k!
//   per document   exp(−1/N Σ_n log p(v_n)/D_n)
//   per corpus     exp(−Σ_n log p(v_n) / Σ_n D_n)
//
// Published figures are per document. Salakhutdinov & Hinton (2009), section 4.2.
//
// With extra words (model/length.h) log Z is that of N + M words, D_n is N, and −F, the log of the sum over the hidden
// units and those words, is by importance sampling from mean field (estimate/importance.h): too low on average, hence
// the perplexity too high. Srivastava, Salakhutdinov & Hinton (2013)
//
// It takes an EnergyModel, as growing documents and mean field do.
#pragma once

#include "deepboltz/estimate/ais.h"
#include "deepboltz/estimate/growing.h"
#include "deepboltz/estimate/importance.h"

namespace deepboltz {

struct Perplexity {
  Estimate per_document, per_corpus;
  std::int64_t documents = 0, lengths = 0;  // lengths that differ
};

struct DocumentLikelihood {
  std::vector<double> log_p, length, log_z_error;  // one a document; the error is shared by those of one length
  std::vector<std::string> warning = {};           // of its log Z: why not to trust it; empty: no known reason
  std::vector<double> bound = {};                  // with extra words: log p from below, by mean field
};

// `documents` has its visible layer clamped (take_documents). log Z by one annealing for all lengths, or by AIS of
// every length, whose options.length is ignored; `extra` is of extra words. InputError:
// another model than a visible layer of counts and hidden layers that are one block, counts that are none.
DocumentLikelihood document_log_p(Context& ctx, const EnergyModel& model, const State& documents,
                                  const GrowingOptions& options, const ImportanceOptions& extra = {});
DocumentLikelihood document_log_p(Context& ctx, const EnergyModel& model, const State& documents,
                                  const AisOptions& options, const ImportanceOptions& extra = {});

// The same documents, log p at its bound.
DocumentLikelihood at_bound(DocumentLikelihood documents);

// Of the documents with these numbers. The error is that of taking so many documents and that of log Z together; of one
// length the latter is the same for all.    InputError: fewer than two
Perplexity perplexity(const DocumentLikelihood& documents, std::span<const std::uint32_t> which);

}  // namespace deepboltz
