#include "deepboltz/learn/phases.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/recognition.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/length.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kPositive, kNegative, kStart, kMove, kTemperedStart };

std::size_t index(LayerId id) { return std::size_t(id.index); }

// Chains begin at the first batch and its posterior, repeated as often as there are chains; they keep its lengths.
void start_chains(Context& ctx, const EnergyModel& model, const State& data, Key key, State& chains) {
  for (LayerId id : model.ids()) {
    const Matrix x = chains.x(id);
    const std::size_t row_bytes = std::size_t(x.cols) * size_of(x.dtype);
    for (std::int64_t r = 0; r < x.rows; ++r)
      std::memcpy(x.slice(r, 1).data, data.x(id).slice(r % data.cases, 1).data, row_bytes);
  }
  for (std::size_t l = 0; l < chains.length.size(); ++l)
    for (std::size_t r = 0; r < chains.length[l].size(); ++r)
      chains.length[l][r] = data.length[l][r % std::size_t(data.cases)];
  for (int block = 1; block < model.blocks(); ++block)
    model.sample_block(ctx, block, {}, key.fold(std::uint64_t(block)), chains);
}

// Each chain has the condition of a case of the batch.
void follow_conditions(const EnergyModel& model, const State& data, State& chains) {
  for (LayerId id : model.ids(Role::condition))
    for (std::int64_t r = 0; r < chains.cases; ++r) {
      const Matrix to = chains.x(id).slice(r, 1);
      std::memcpy(to.data, data.x(id).slice(r % data.cases, 1).data, std::size_t(to.cols) * size_of(to.dtype));
    }
}

// Chains take the lengths of the batch, the shortest chain the shortest: a length is given, not learnt. Their words are
// to be drawn anew.
void follow_lengths(const State& data, State& chains) {
  std::vector<double> lengths(data.lengths().begin(), data.lengths().end());
  const auto now = chains.lengths();
  std::ranges::sort(lengths);
  std::vector<std::size_t> order(std::size_t(chains.cases));
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { return now[row]; });
  for (std::size_t i = 0; i < order.size(); ++i) now[order[i]] = lengths[i * lengths.size() / order.size()];
}

// The last sweep, whose last block enters the statistics by its mean. The draws are kept in `chains`, the means go into
// `means` (one matrix a layer of that block, else empty).
void last_sweep(Context& ctx, const EnergyModel& model, bool keep_draw, bool mean_visible, Key key, State& chains,
                std::vector<Matrix>& means) {
  const int last = model.blocks() - 1;
  for (int block = 0; block <= last; ++block) {
    for (LayerId id : model.block_layers(block)) {
      const Key draw = key.fold(std::uint64_t(block));
      if (block < last) {
        if (mean_visible)
          mean_layer(ctx, model, id, chains, {}, chains.x(id));
        else
          sample_layer(ctx, model, id, {}, draw, chains, {}, chains.x(id), {});
      } else if (keep_draw) {
        sample_layer(ctx, model, id, {}, draw, chains, {}, chains.x(id), means[index(id)]);
      } else {
        mean_layer(ctx, model, id, chains, {}, chains.x(id));
      }
    }
  }
}

bool has_lengths(const State& state) {
  return std::ranges::any_of(state.length, [](const std::vector<double>& of_layer) { return !of_layer.empty(); });
}

// What a case counts for; no shares: 1/cases.
struct Shares {
  std::span<const double> of_case;
  std::int64_t cases;
  double operator()(std::int64_t r) const { return of_case.empty() ? 1 / double(cases) : of_case[std::size_t(r)]; }
};

// Of cases that do not count alike: documents, and those with and without labels.
void add_weighted_statistics(Context& ctx, const EnergyModel& model, bool per_word, const std::vector<ConstMatrix>& x,
                             const State& lengths, const Shares& share, double sign, double keep,
                             Parameters& gradient) {
  ScratchScope scope(ctx);
  const Matrix shares = scope.matrix(model.precision(), 1, share.cases);
  const std::span<const double> divisor = per_word ? lengths.lengths() : std::span<const double>();
  const auto fill = [&](std::span<const double> words) {
    visit_real(shares.dtype, [&](auto real) {
      for (std::int64_t r = 0; r < share.cases; ++r)
        shares.as<decltype(real)>()(0, r) = decltype(real)((words.empty() ? 1 : words[std::size_t(r)]) /
                                                           (divisor.empty() ? 1 : divisor[std::size_t(r)]) * share(r));
    });
  };
  for (LayerId id : model.ids()) {
    const auto counted = counts_beside(model, id);
    fill(counted ? lengths.lengths(*counted) : std::span<const double>());
    multiply(ctx, sign, shares, Transpose::no, x[index(id)], Transpose::no, keep, gradient.bias[index(id)]);
  }
  fill({});
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    const ConstMatrix lower = x[index(link.lower)], upper = x[index(link.upper)];
    const Matrix shared = scope.matrix(model.precision(), share.cases, upper.cols);
    visit_real(shared.dtype, [&](auto real) {
      using Real = decltype(real);
      for (std::int64_t r = 0; r < share.cases; ++r)
        for (std::int64_t j = 0; j < upper.cols; ++j)
          shared.as<Real>()(r, j) = shares.as<Real>()(0, r) * upper.as<Real>()(r, j);
    });
    multiply(ctx, sign, lower, Transpose::yes, shared, Transpose::no, keep, gradient.weight[c]);
  }
}

// Statistics of one phase: sign times means over cases, or sums by their shares.
void add_statistics(Context& ctx, const EnergyModel& model, bool per_word, const std::vector<ConstMatrix>& x,
                    const State& lengths, std::span<const double> shares, double sign, double keep,
                    Parameters& gradient) {
  if (has_lengths(lengths) || !shares.empty())
    return add_weighted_statistics(ctx, model, per_word, x, lengths, {shares, x[0].rows}, sign, keep, gradient);
  ScratchScope scope(ctx);
  for (LayerId id : model.ids()) {
    const Matrix mean = scope.matrix(model.precision(), 1, model.layer(id).units);
    column_means(ctx, x[index(id)], mean);
    scale_add(ctx, sign, mean, keep, gradient.bias[index(id)]);
  }
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    const ConstMatrix lower = x[index(link.lower)], upper = x[index(link.upper)];
    multiply(ctx, sign / double(lower.rows), lower, Transpose::yes, upper, Transpose::no, keep, gradient.weight[c]);
  }
}

std::vector<ConstMatrix> views(const EnergyModel& model, const State& state) {
  std::vector<ConstMatrix> x;
  for (LayerId id : model.ids()) x.push_back(state.x(id));
  return x;
}

// Of cases with labels and without, α and β in parts of their sum, each kind's in equal parts; empty where all have
// one.
std::vector<double> shares_of(const Learner& learner, const EnergyModel& model, const State& data) {
  const auto label = model.find(Role::label);
  const ConstMatrix known = label ? data.mask(*label) : ConstMatrix{};
  const double alpha = learner.objective.contrast_weight(), beta = learner.objective.unlabelled_weight;
  if (known.empty() || alpha + beta == 0) return {};
  const auto has = [&](std::int64_t r) { return known.as<std::uint8_t>()(r, 0) != 0; };
  double labelled = 0;
  for (std::int64_t r = 0; r < data.cases; ++r) labelled += has(r);
  std::vector<double> shares;
  for (std::int64_t r = 0; r < data.cases; ++r)
    shares.push_back(has(r) ? alpha / (alpha + beta) / labelled
                            : beta / (alpha + beta) / (double(data.cases) - labelled));
  return shares;
}

// θ + θ_fast, which FPCD's chains are of.
const EnergyModel& add_fast(Context& ctx, const EnergyModel& model, LearningState& learning) {
  EnergyModel& driven = *learning.driven;
  const auto sum = [&](const Tensor& slow, const Tensor& fast, Tensor& out) {
    scale_add(ctx, 1, slow, 0, out);
    scale_add(ctx, 1, fast, 1, out);
  };
  for (LayerId id : model.ids()) {
    Layer& layer = driven.layer(id);
    sum(model.layer(id).bias, learning.fast.bias[index(id)], layer.bias);
    const Tensor& offset = model.layer(id).offset;
    if (!offset.empty()) scale_add(ctx, 1, offset, 0, layer.offset);
  }
  for (std::size_t c = 0; c < model.connections().size(); ++c)
    sum(model.connections()[c].weight, learning.fast.weight[c], driven.connections()[c].weight);
  return driven;
}

}  // namespace

int sweeps_at(const Negative& negative, double epoch) {
  return negative.sweeps + (negative.anneal_every > 0 ? int(epoch) / negative.anneal_every : 0);
}

void infer_posterior(Context& ctx, const EnergyModel& model, const Learner& learner, State& data) {
  if (posterior_is_exact(model, data)) {
    for (LayerId id : model.ids(Role::hidden)) mean_layer(ctx, model, id, data, {}, data.x(id));
  } else {
    bottom_up(ctx, model, data);
    mean_field(ctx, model, learner.mean_field, data);
  }
}

void positive_phase(Context& ctx, const Learner& learner, Key key, const EnergyModel& model, State& data,
                    LearningState& learning) {
  if (learner.negative.kind == Negative::Kind::from_data) {
    if (!posterior_is_exact(model, data) && !learner.rescaled) infer_posterior(ctx, model, learner, data);
    learning.chains.cases = data.cases;
    for (std::size_t l = 0; l < data.length.size(); ++l)
      std::ranges::copy(data.lengths({int(l)}), learning.chains.length[l].begin());
    follow_conditions(model, data, learning.chains);
    for (LayerId id : model.ids(Role::hidden))
      sample_layer(ctx, model, id, {}, key.fold(kPositive), data, {}, learning.chains.x(id), data.x(id));
  } else if (learning.recognition) {
    infer_by_recognition(ctx, model, learner, data, learning);
  } else {
    infer_posterior(ctx, model, learner, data);
  }
  add_statistics(ctx, model, learner.per_word, views(model, data), data, shares_of(learner, model, data), 1, 0,
                 learning.gradient);
}

void negative_phase(Context& ctx, const Learner& learner, double epoch, Key key, const EnergyModel& model,
                    const State& data, LearningState& learning) {
  const Negative& negative = learner.negative;
  State& chains = learning.chains;
  const int sweeps = sweeps_at(negative, epoch);
  const EnergyModel& mover = negative.fast ? add_fast(ctx, model, learning) : model;
  bool moved = false;
  const bool persistent = negative.kind == Negative::Kind::persistent;
  ScratchScope scope(ctx);
  std::vector<Matrix> means(model.layers().size());
  if (persistent) {
    if (!learning.chains_started) {
      start_chains(ctx, model, data, key.fold(kStart), chains);
      start_tempered_chains(ctx, model, negative, key.fold(kTemperedStart), chains, learning.tempered);
    }
    learning.chains_started = true;
    follow_conditions(model, data, chains);
    if (learning.batch == 0 && learning.epoch > 0) begin_epoch(negative, learning.tempered);
    if (negative.sampler.kind == ChainSampler::Kind::length_exchange) follow_lengths(data, chains);
    moved = move_chains(ctx, mover, negative, sweeps, learning.updates, key.fold(kMove), chains, learning.tempered);
    for (LayerId id : model.block_layers(model.blocks() - 1))
      means[index(id)] = scope.matrix(model.precision(), chains.cases, model.layer(id).units);
  }
  if (moved) {
    for (LayerId id : model.block_layers(model.blocks() - 1)) mean_layer(ctx, mover, id, chains, {}, means[index(id)]);
  } else {
    const Key draws = key.fold(kNegative);
    advance(ctx, mover, Gibbs{sweeps - 1}, draws, chains);
    last_sweep(ctx, mover, persistent || negative.statistics == Negative::Statistics::sample,
               negative.mean_reconstruction && !persistent, draws.fold(std::uint64_t(sweeps - 1)), chains, means);
  }

  if (negative.statistics == Negative::Statistics::all_means) {
    learning.inferred.length = chains.length;
    for (LayerId id : model.ids()) scale_add(ctx, 1, chains.x(id), 0, learning.inferred.x(id));
    for (LayerId id : model.ids(Role::hidden))
      mean_layer(ctx, mover, id, learning.inferred, {}, learning.inferred.x(id));
    return add_statistics(ctx, model, learner.per_word, views(model, learning.inferred), chains, {}, -1, 1,
                          learning.gradient);
  }
  auto x = views(model, chains);
  if (negative.statistics == Negative::Statistics::rao_blackwell)
    for (std::size_t l = 0; l < x.size(); ++l)
      if (!means[l].empty()) x[l] = means[l];
  // A reconstruction counts for what its case does, chains alike.
  add_statistics(ctx, model, learner.per_word, x, chains,
                 persistent ? std::vector<double>() : shares_of(learner, model, data), -1, 1, learning.gradient);
}

double contrast_weight(const Learner& learner, const EnergyModel& model, const State& data) {
  const auto label = model.find(Role::label);
  const bool some = label && !data.mask(*label).empty();
  return learner.objective.contrast_weight() + (some ? learner.objective.unlabelled_weight : 0);
}

double mean_share(const EnergyModel& model, const Learner& learner, LayerId layer, const State& state) {
  if (!has_lengths(state)) return 1;
  const auto beside = counts_beside(model, layer);
  const auto words = beside ? state.lengths(*beside) : state.lengths(layer);
  const auto divisor = learner.per_word ? state.lengths() : std::span<const double>();
  const std::vector<double> shares = shares_of(learner, model, state);
  const Shares share{shares, state.cases};
  double sum = 0;
  for (std::int64_t r = 0; r < state.cases; ++r) {
    const auto at = [&](std::span<const double> of_case) { return of_case.empty() ? 1 : of_case[std::size_t(r)]; };
    sum += share(r) * at(words) / at(divisor);
  }
  return sum;
}

void contrast(Context& ctx, const EnergyModel& model, const State& data, const State& chains, Parameters& gradient) {
  add_statistics(ctx, model, false, views(model, data), data, {}, 1, 0, gradient);
  add_statistics(ctx, model, false, views(model, chains), chains, {}, -1, 1, gradient);
}

}  // namespace deepboltz
