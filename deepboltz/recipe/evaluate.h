// How good a trained model is, measured as its recipe says: log-probabilities with their errors, test error.
//
//   few units on one side        beside that, log Z by enumeration: log p with no error but that of the choice of cases
//   one block of hidden layers   log p from forward AIS, the reverse beside it; RAISE on some cases, paired with AIS
//   sequences                    the pseudo-log-likelihood, and how the frequencies of samples match the family's
//   deeper                       the variational bound; the true log p of some cases by AIS with the pixels clamped,
//                                beside the bound of the same cases
//   counts                       perplexity a word, by documents that grow and by AIS of every length, and nothing of
//                                the others; with extra words, which importance sampling sums out, at the variational
//                                bound too
//   with labels                  the error of classifying by clamping the pixels, and of the fine-tuned network
//
// Every log Z is printed that can be had: exact, forward and reverse AIS, their bridge, those of parallel tempering and
// of the trajectory; `trust` says which of them to quote. Forward AIS over-states log p on average and reverse AIS
// under-states it; a gap between them wider than their errors is a warning. All log p are nats a case, of the pixels
// alone, labels summed out. Of real-valued data they are log-densities in the data's own units: the Jacobian of the
// standardisation, −Σ log(standard deviation), is in them.
#pragma once

#include "deepboltz/base/report.h"
#include "deepboltz/estimate/perplexity.h"
#include "deepboltz/estimate/stepping_stones.h"
#include "deepboltz/estimate/trajectory_log_z.h"
#include "deepboltz/learn/trajectory.h"
#include "deepboltz/recipe/presenter.h"
#include "deepboltz/stack/network.h"
#include "deepboltz/task/family.h"
#include "deepboltz/task/retrieve.h"

namespace deepboltz {

struct Likelihood {
  std::optional<Estimate> log_z_exact;                      // where the summable side is small enough: no error
  std::optional<Estimate> log_z, log_z_reverse;             // AIS in both directions …
  std::optional<Estimate> log_z_bridge;                     // … and Bennett's combination of the two
  std::optional<TemperingEstimate> tempering;               // where evaluate.tempering_rounds asks for it
  std::optional<TrajectoryEstimate> trajectory;             // the same, of a run that keeps its trajectory
  std::optional<Estimate> log_p_exact;                      // from log_z_exact
  std::string trust;                                        // which log Z to quote, or why none, in words
  std::optional<Estimate> log_p, log_p_reverse;             // one block of hidden layers
  std::optional<Estimate> raise, ais_minus_raise;           // on the first evaluate.raise_cases
  std::optional<Estimate> pseudo_log_p;                     // of sequences
  std::optional<FamilyMatch> samples_match;                 // of sequences: samples beside the training cases …
  std::optional<FamilyMatch> cases_match;                   // … and, as a measure, the cases beside them
  std::optional<Estimate> bound;                            // deeper
  std::optional<Estimate> true_log_p;                       // on the first evaluate.exact_cases …
  std::optional<Estimate> bound_of_those;                   // … and the bound of the same
  std::optional<Perplexity> perplexity, perplexity_of_all;  // counts: of evaluate.documents, and of all …
  std::optional<Perplexity> perplexity_by_ais;              // … and of the former by AIS of each of their lengths
  std::optional<Perplexity> perplexity_at_bound,  // extra words: with log p from below, by mean field: too high
      perplexity_of_all_at_bound;
};

struct TestError {
  std::optional<Estimate> label_error;       // fraction of cases, by the label layer
  std::optional<Estimate> classifier_error;  // by the fine-tuned network
};

struct EvaluateOptions {
  Share share = Share::test;               // which part `cases` is: it settles the draw of its bits
  const Trajectory* trajectory = nullptr;  // of the model, where the run keeps it
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// `cases` are measured; base rates and the chains of reverse AIS start from `train`. InputError: fewer than two cases,
// widths that do not fit, grey cases that no transform makes binary.
Likelihood measure_likelihood(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Dataset& train,
                              const Dataset& cases, const EvaluateOptions& options);

// Empty where the cases or the model have no labels. InputError: fewer than two cases, widths that do not fit.
TestError measure_error(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Network* classifier,
                        const Dataset& cases, const EvaluateOptions& options);

// How well `cases` find those of `train` that have a label of theirs, by the means of their top hidden layer, inferred
// without labels (task/retrieve.h). InputError: a part without labels, widths that do not fit.
Retrieval measure_retrieval(Context& ctx, const EnergyModel& model, const Dataset& train, const Dataset& cases,
                            const RetrieveOptions& options);

}  // namespace deepboltz
