#include "deepboltz/learn/learner.h"

#include <cmath>
#include <limits>
#include <tuple>

#include "deepboltz/learn/discriminative.h"
#include "deepboltz/learn/integer_limits.h"
#include "deepboltz/learn/recognition.h"
#include "deepboltz/learn/trajectory.h"

namespace deepboltz {
namespace {

void require_sampler(const Negative& negative, const EnergyModel& model) {
  const ChainSampler& sampler = negative.sampler;
  require(negative.fast_rate > 0, "fast_rate: expected a rate above 0, got {}", negative.fast_rate);
  require(negative.fast_memory >= 0 && negative.fast_memory < 1, "fast_memory: expected 0 ≤ memory < 1, got {}",
          negative.fast_memory);
  const bool plain = sampler.kind == ChainSampler::Kind::gibbs;
  require(negative.kind == Negative::Kind::persistent || (plain && !negative.fast),
          "contrastive divergence has Gibbs sampling and no fast parameters; use persistent chains");
  if (plain) return;
  model.require_energy("sampler");
  model.require_unconditional("sampler");
  require(sampler.levels >= 2, "levels: expected at least 2, got {}", sampler.levels);
  require(sampler.lowest >= 0 && sampler.lowest < 1,
          "lowest: expected an inverse temperature from 0 to below 1, got {}", sampler.lowest);
  require(sampler.every >= 1, "every: expected a number of updates, got {}", sampler.every);
  require(sampler.kind != ChainSampler::Kind::length_exchange ||
              std::holds_alternative<Counts>(model.layer(model.visible()).unit),
          "length exchange is for documents, and the visible layer '{}' has no counts",
          model.layer(model.visible()).name);
  if (sampler.kind == ChainSampler::Kind::trajectory) {
    constexpr double kMostBytes = double(std::int64_t(2) << 30);  // of its file, and of its share of a checkpoint
    const double of_one = trajectory_numbers(model, 1, negative.chains) * double(size_of(model.precision()));
    require(of_one * sampler.levels <= kMostBytes,
            "levels: a trajectory of {} such machines with {} chains each takes {:.1f} GiB; expected at most 2 GiB, {} "
            "machines",
            sampler.levels, negative.chains, of_one * sampler.levels / kMostBytes * 2, int(kMostBytes / of_one));
  }
  require(sampler.least_acceptance > 0 && sampler.least_acceptance < 1,
          "least_acceptance: expected a share between 0 and 1, got {}", sampler.least_acceptance);
}

}  // namespace

void require_learner(const Learner& learner, const EnergyModel& model) {
  const Negative& negative = learner.negative;
  require(negative.sweeps >= 1, "sweeps: expected at least 1, got {}", negative.sweeps);
  require(negative.anneal_every >= 0, "anneal_every: expected a number of epochs, got {}", negative.anneal_every);
  require(negative.kind == Negative::Kind::from_data || negative.chains >= 1, "chains: expected at least 1, got {}",
          negative.chains);
  if (negative.kind == Negative::Kind::from_data) {
    require(model.hidden_is_one_block() && model.blocks() == 2,
            "contrastive divergence needs a model whose hidden layers are one block; use persistent chains");
    require(negative.statistics != Negative::Statistics::all_means,
            "the release's statistics are for persistent chains");
  }
  require_sampler(negative, model);
  if (learner.recognition.sweeps != 0) require_recognition(learner.recognition, model);
  require_schedule(learner.rate, 0, std::numeric_limits<double>::max(), "rate");
  require(learner.rate.start > 0, "rate: expected a value above 0, got {}", learner.rate.start);
  require_schedule(learner.momentum, 0, std::nextafter(1.0, 0.0), "momentum");
  for (const auto& [name, rates, count] :
       {std::tuple("bias_rates", &learner.bias_rates, model.layers().size()),
        std::tuple("weight_rates", &learner.weight_rates, model.connections().size())}) {
    require(rates->empty() || rates->size() == count, "{}: expected {}, got {}", name, count, rates->size());
    for (double rate : *rates)
      require(rate >= 0 && std::isfinite(rate), "{}: expected factors from 0, got {}", name, rate);
  }
  if (model.ids(Role::visible).size() > 1) {
    require(learner.recognition.sweeps == 0, "a recognition model is for machines with one visible layer");
    require(!is_integer(learner.math), "math: integers are for machines with one visible layer; use f32");
    require(!learner.per_word, "per_word is for machines with one visible layer");
  }
  require(learner.deviation_rate >= 0, "deviation_rate: expected a multiple of the rate from 0, got {}",
          learner.deviation_rate);
  require(learner.decay.l2 >= 0 && learner.decay.l1 >= 0, "weight decay: expected l1 ≥ 0 and l2 ≥ 0, got {} and {}",
          learner.decay.l1, learner.decay.l2);
  require(learner.max_norm >= 0, "max_norm: expected a limit above 0 (or 0 for none), got {}", learner.max_norm);
  std::size_t hidden = 0;
  for (const Layer& layer : model.layers()) hidden += layer.role == Role::hidden;
  require(learner.sparsity.empty() || learner.sparsity.size() == hidden,
          "sparsity: expected one target a hidden layer ({}), got {}", hidden, learner.sparsity.size());
  for (const Sparsity& s : learner.sparsity) {
    require(s.target > 0 && s.target < 1, "sparsity: expected a target between 0 and 1, got {}", s.target);
    require(s.cost >= 0, "sparsity: expected a cost of at least 0, got {}", s.cost);
  }
  require(learner.sparsity_memory >= 0 && learner.sparsity_memory < 1,
          "sparsity_memory: expected 0 ≤ memory < 1, got {}", learner.sparsity_memory);
  require(learner.centering.rate > 0 && learner.centering.rate <= 1, "centering: expected 0 < rate ≤ 1, got {}",
          learner.centering.rate);
  require(learner.hidden_drift >= 0, "hidden_drift: expected at least 0, got {}", learner.hidden_drift);
  if (learner.objective.kind != Objective::Kind::generative) {
    require(has_label_posterior(model),
            "the discriminative and hybrid objectives need a model with one hidden layer and labels");
    require(learner.objective.generative_weight >= 0, "generative_weight: expected at least 0, got {}",
            learner.objective.generative_weight);
    require(learner.centering.kind != Centering::Kind::enhanced,
            "the enhanced gradient is of the generative objective; take offsets");
  }
  require_binary_training(learner, model);
}

}  // namespace deepboltz
