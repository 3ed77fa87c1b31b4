// How a model learns from data: what a positive phase, a negative phase and an update are made of. Every published
// algorithm is a value of Learner (docs/models/learning.md):
//
//   CD-k   negative.kind = from_data       Hinton (2002)
//   PCD    negative.kind = persistent      Younes (1989); Tieleman (2008)
//   SAP    the same where the posterior is not exact: mean field in the positive phase   Salakhutdinov & Hinton (2009)
//   FPCD   persistent chains of the model with fast parameters added, which decay        Tieleman & Hinton (2009)
//
// Extra words of documents (model/length.h) are inferred by mean field, also by CD.
//
// The gradient is that of the mean log-likelihood (or of its bound): data − model.
#pragma once

#include <variant>

#include "deepboltz/infer/mean_field.h"
#include "deepboltz/kernel/update.h"
#include "deepboltz/learn/schedule.h"

namespace deepboltz {

// What moves persistent chains (docs/models/sampling.md). All but Gibbs sampling need a model with an energy.
struct ChainSampler {
  enum class Kind : std::uint8_t {
    gibbs,
    parallel_tempering,
    tempered_transitions,
    cast,
    trajectory,
    length_exchange,  // of documents: in the place of parallel tempering
  };
  Kind kind = Kind::gibbs;
  int levels = 10;    // temperatures, or lengths; of a trajectory: machines at most, the first and the model counted
  double lowest = 0;  // the hottest level's β
  int every = 1;      // all but CAST: updates from one move to the next, with Gibbs sweeps between
  double least_acceptance = 0.4;  // trajectory: below, between the model and its last machine, another one is kept
};

struct Negative {
  enum class Kind : std::uint8_t { from_data, persistent };
  // What of the chains enters the statistics.
  enum class Statistics : std::uint8_t {
    rao_blackwell,  // the block drawn last by its exact conditional mean: unbiased, least variance
    sample,         // everything drawn
    all_means,      // hidden layers by means, each given the means below: biased, as in the authors' released DBM code
  };

  Kind kind = Kind::from_data;
  int sweeps = 1;             // Gibbs sweeps an update
  int anneal_every = 0;       // > 0: one more sweep after every N epochs; the rate is divided by the sweeps
  std::int64_t chains = 100;  // persistent only
  Statistics statistics = Statistics::rao_blackwell;
  bool mean_reconstruction = false;  // from_data only: the visible layers by their means, not drawn (fast pretraining)
  ChainSampler sampler = {};         // persistent only
  bool fast = false;                 // persistent only: the chains' model has fast parameters beside the slow ones …
  double fast_rate = 0.01;           // … which learn at this constant rate …
  double fast_memory = 0.95;         // … and keep this share from update to update, 0 ≤ memory < 1
};

// A target for the mean activity of a hidden layer: cost·(running mean − target) is taken from the gradient of every
// total input. Models-of-digits values: target 0.1 to 0.2, cost 0.001 to 0.01.
struct Sparsity {
  double target = 0.1, cost = 0;
};

struct Centering {
  enum class Kind : std::uint8_t {
    none,
    offsets,   // states enter relative to running means; moving them changes no distribution (Montavon & Müller 2012)
    enhanced,  // ordinary parameters, gradient of Cho, Raiko & Ilin (2011)
  };
  Kind kind = Kind::none;
  double rate = 0.01;  // of the offsets' moving average, 0 < rate ≤ 1
};

struct MomentumStep {
  bool nesterov = false;
};
struct AdamStep {
  AdamMoments moments;
};

// What a model with labels learns to make probable, and of cases whose label is not known: log p(v), their labels drawn
// from p(y | v). Larochelle & Bengio (2008); Larochelle et al. (2012)
struct Objective {
  enum class Kind : std::uint8_t {
    generative,      // log p(v, y), as every model without labels learns log p(v)
    discriminative,  // log p(y | v), exactly (learn/discriminative.h): no negative phase
    hybrid,          // log p(y | v) + generative_weight · log p(v, y)
  };
  Kind kind = Kind::generative;
  double generative_weight = 0.01;  // α, of hybrid only
  double unlabelled_weight = 0.1;   // β, of the mean of log p(v) over a batch's cases without labels

  // What the mean of data − model over cases with labels counts for.
  double contrast_weight() const { return kind == Kind::generative ? 1 : kind == Kind::hybrid ? generative_weight : 0; }
};

// A model beside a deep machine that guesses where mean field will end (learn/recognition.h).
inline constexpr int kMostSweepsAfterGuess = 5;
struct RecognitionRule {
  int sweeps = 0;    // of mean field after its guess; 0: there is none, and mean field starts at a pass up
  double rate = 10;  // of its parameters, N times that of the machine's
};

// What products are made of.
enum class Math : std::uint8_t {
  f32,    // float, or the model's number type
  int16,  // exact sums of 16-bit integers, for layers of binary states (learn/binary_training.h)
  int24,  // of 24 bits: fields about as exact as float's; no mean field
};
constexpr bool is_integer(Math math) { return math != Math::f32; }
constexpr int bits_of(Math integers) { return integers == Math::int24 ? 24 : 16; }

struct Learner {
  Math math = Math::f32;
  MeanFieldOptions mean_field{.sweeps = 10, .tolerance = 1e-7, .damping = 0};  // where the posterior is not exact
  RecognitionRule recognition;
  Negative negative;
  Objective objective;
  std::variant<MomentumStep, AdamStep> optimizer = MomentumStep{};
  Schedule rate{.kind = Schedule::Kind::constant, .start = 0.05};
  Schedule momentum{.kind = Schedule::Kind::constant, .start = 0.5};  // of MomentumStep
  // What the rate is multiplied by: one a layer for its biases, one a connection for its weights; empty: 1.
  std::vector<double> bias_rates = {}, weight_rates = {};
  double deviation_rate = 0.3;     // log σ of Gaussian visible units moves at N times the rate; 0: σ stays
  Decay decay;                     // of weights; biases have none
  double max_norm = 0;             // > 0: limit of the norm of a unit's incoming weights
  bool per_word = false;           // of counts: a document's share of the gradient is divided by its length
  bool rescaled = false;           // extra words by the document's own frequencies: pretraining, by CD
  std::vector<Sparsity> sparsity;  // one a hidden layer, or empty
  double sparsity_memory = 0.9;    // of the running mean, 0 ≤ memory < 1
  double hidden_drift = 0;  // δ, taken from every hidden bias after each update (sparse: Larochelle et al. 2012)
  Centering centering;
};

// InputError if a field is out of its range or does not fit the model.
void require_learner(const Learner& learner, const EnergyModel& model);

}  // namespace deepboltz
