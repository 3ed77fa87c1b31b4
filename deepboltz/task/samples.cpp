#include "deepboltz/task/samples.h"

#include <algorithm>

#include "deepboltz/infer/mean_field.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/tempered_chains.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/length.h"
#include "deepboltz/sample/barrier.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/length_exchange.h"
#include "deepboltz/task/visible_sweep.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kStart, kSweep, kMoves = 0x6d6f766573, kShown = 0x73686f776e };

void clamp_labels(const EnergyModel& model, std::span<const std::uint32_t> labels, State& state) {
  const auto id = model.find(Role::label);
  require(id.has_value(), "sample: this model has no label layer to clamp");
  require(std::int64_t(labels.size()) == state.cases, "sample: expected one label a chain, {}, got {}", state.cases,
          labels.size());
  const std::int64_t classes = model.layer(*id).units;
  for (std::size_t r = 0; r < labels.size(); ++r) {
    require(labels[r] < classes, "sample: expected a label from 0 to {}, got {}", classes - 1, labels[r]);
    state.layers[std::size_t(id->index)].set(std::int64_t(r), labels[r], 1);
  }
  state.clamp(*id);
}

void start_chains(Context& ctx, const EnergyModel& model, const SampleOptions& options, State& state) {
  if (!options.labels.empty()) clamp_labels(model, options.labels, state);
  if (options.start_cases.empty())
    return start_visible(ctx, model, options.start_means, options.key.fold(kStart), state);
  const LayerId visible = model.visible();
  const ConstMatrix start = options.start_cases;
  require(start.rows == state.cases && start.cols == model.layer(visible).units && start.dtype == model.precision(),
          "sample: expected {} × {} {} to start from, got {} × {} {}", state.cases, model.layer(visible).units,
          name_of(model.precision()), start.rows, start.cols, name_of(start.dtype));
  scale_add(ctx, 1, start, 0, state.x(visible));
  state.clamp(visible);
  bottom_up(ctx, model, state);
  state.unclamp(visible);
}

std::vector<std::uint32_t> classes_now(const EnergyModel& model, const State& state) {
  std::vector<std::uint32_t> classes;
  const auto id = model.find(Role::label);
  if (!id) return classes;
  visit_real(model.precision(), [&](auto real) {
    const auto x = state.x(*id).as<decltype(real)>();
    for (std::int64_t r = 0; r < x.rows; ++r)
      classes.push_back(std::uint32_t(std::max_element(x.row(r), x.row(r) + x.cols) - x.row(r)));
  });
  return classes;
}

// Each row of `to` ← a row of `from`, in turn.
void deal_rows(const State& from, State& to) {
  for (std::int64_t r = 0; r < to.cases; ++r) copy_row(from, r % from.cases, to, r);
}

// Chains that a sampler of hard distributions moves, from where they are.
class TemperedMoves {
 public:
  TemperedMoves(Context& ctx, const EnergyModel& model, const SampleOptions& options, Key key, const State& chains)
      : negative_{.kind = Negative::Kind::persistent, .chains = options.chains, .sampler = options.sampler},
        space_until_(options.burn_in / 2) {
    if (options.trajectory != nullptr) {
      follow(ctx, model, *options.trajectory);
      return;
    }
    if (options.sampler.kind == ChainSampler::Kind::length_exchange) {
      tempered_.replicas.rows =
          start_lengths(ctx, model, options.sampler.levels, chains.lengths().front(), chains.cases, key);
      for (std::int64_t c = 0; c < chains.cases; ++c) copy_row(chains, c, tempered_.replicas.rows, longest(c));
      return;
    }
    tempered_ = make_tempered_chains(ctx, model, negative_);
    for (LayerId id : model.ids()) {  // base rates from what the climb found
      if (model.layer(id).role == Role::hidden) continue;
      Tensor means(model.precision(), 1, model.layer(id).units);
      column_means(ctx, chains.x(id), means);
      base_rate_fields(model.layer(id).unit, means, double(chains.cases), std::max(1.0, 0.05 * double(chains.cases)),
                       tempered_.base[std::size_t(id.index)]);
    }
    start_tempered_chains(ctx, model, negative_, key, chains, tempered_);
  }

  // Whether the sampler sweeps as well.
  bool move(Context& ctx, const EnergyModel& model, std::int64_t sweep, Key key, State& chains) {
    if (negative_.sampler.kind == ChainSampler::Kind::length_exchange) {
      advance(ctx, model,
              LengthExchange{.levels = negative_.sampler.levels,
                             .words = model.block(model.visible()),
                             .rounds = 1,
                             .sent = &tempered_.replicas.sent},
              key, tempered_.replicas.rows, tempered_.round, tempered_.record);
      for (std::int64_t c = 0; c < chains.cases; ++c) copy_row(tempered_.replicas.rows, longest(c), chains, c);
      return true;
    }
    if (sweep <= space_until_ && (moves_ == next_spacing_ || sweep == space_until_)) {
      begin_epoch(negative_, tempered_);
      next_spacing_ = 2 * moves_;
    }
    return move_chains(ctx, model, negative_, 1, moves_++, key, chains, tempered_);
  }

  const SwapRecord& record() const { return tempered_.record; }

 private:
  // The row of a case that has all its words.
  std::int64_t longest(std::int64_t of_case) const { return (of_case + 1) * negative_.sampler.levels - 1; }

  void follow(Context& ctx, const EnergyModel& model, const Trajectory& trajectory) {
    negative_.sampler = {.kind = ChainSampler::Kind::trajectory, .least_acceptance = 0};  // it grows no further
    for (std::size_t m = 0; m < trajectory.machines.size(); ++m) {
      tempered_.machines.push_back(trajectory.machines[m].clone());
      tempered_.machine_chains.push_back(model.make_state(ctx, negative_.chains));
      deal_rows(trajectory.chains[m], tempered_.machine_chains.back());
    }
    tempered_.accepted.assign(trajectory.machines.size(), 1.0);
  }

  Negative negative_;
  TemperedChains tempered_;
  std::int64_t space_until_, moves_ = 0, next_spacing_ = 8;
};

// Of the last documents those without the extra words: words are drawn alike, and so many are drawn anew.
void leave_extra_words(Context& ctx, const EnergyModel& model, std::int64_t length, Key key, const State& chains,
                       Samples& samples) {
  State shown = chains.clone();
  shown.fill_lengths(double(length));
  sample_layer(ctx, model, model.visible(), {}, key, shown, {}, samples.sample.back(), samples.mean.back());
}

// The energies of all chains over the second half of the burn-in, a hundred looks at most.
class Mixer {
 public:
  explicit Mixer(const SampleOptions& options)
      : first_(options.burn_in / 2),
        last_(options.burn_in),
        stride_(std::max(1, (options.burn_in - options.burn_in / 2) / 100)),
        series_(std::size_t(options.chains)) {}

  void look(Context& ctx, const EnergyModel& model, std::int64_t sweep, const State& chains) {
    if (sweep < first_ || sweep >= last_ || (sweep - first_) % stride_ != 0 || !model.has_energy()) return;
    std::vector<double> energy(series_.size());
    model.energy(ctx, chains, energy);
    for (std::size_t r = 0; r < energy.size(); ++r) series_[r].push_back(energy[r]);
  }

  std::optional<SamplingReport> report(const SwapRecord* record, ChainSampler::Kind kind) const {
    if (series_[0].size() < 8) return std::nullopt;
    SamplingReport out{.mixing = measure_mixing(series_), .acceptance = {}, .barrier = {}};
    out.mixing.autocorrelation_time *= double(stride_);
    if (record == nullptr) return out;
    out.acceptance = record->acceptance();
    if (kind != ChainSampler::Kind::tempered_transitions) out.barrier = global_barrier(record->mean_rejection());
    out.round_trips = record->round_trips;
    return out;
  }

 private:
  std::int64_t first_, last_;
  int stride_;
  std::vector<std::vector<double>> series_;
};

}  // namespace

Samples draw_samples(Context& ctx, const EnergyModel& model, const SampleOptions& options) {
  require(options.chains >= 1 && options.burn_in >= 1 && options.frames >= 1 && options.sweeps_between >= 1,
          "sample: expected chains, burn-in, frames and sweeps between them ≥ 1, got {}, {}, {} and {}", options.chains,
          options.burn_in, options.frames, options.sweeps_between);
  const bool plain = options.sampler.kind == ChainSampler::Kind::gibbs;
  require(plain || options.labels.empty(), "sample: labels are clamped by Gibbs sampling only");
  if (!plain) model.require_energy("sample");
  require((options.sampler.kind == ChainSampler::Kind::trajectory) == (options.trajectory != nullptr),
          "sample: a trajectory is of training; a model alone has none");
  const LayerId visible = model.visible();
  State state = model.make_state(ctx, options.chains);
  require(state.lengths().empty() || options.length >= 1,
          "sample: documents need a length of at least one word, got {}", options.length);
  using Kind = ChainSampler::Kind;
  const bool exchange = options.sampler.kind == Kind::length_exchange;
  require(plain || exchange || options.sampler.kind == Kind::tempered_transitions || state.lengths().empty(),
          "sample: replicas of a ladder have no length; expected gibbs, tempered-transitions or length-exchange for "
          "documents");
  require(!exchange || !state.lengths().empty(), "sample: length-exchange is for documents");
  state.fill_lengths(double(options.length + extra_words(model)));
  if (options.trajectory != nullptr)
    deal_rows(options.trajectory->chains.back(), state);
  else
    start_chains(ctx, model, options, state);

  Samples samples;
  Tensor mean(model.precision(), options.chains, model.layer(visible).units);
  const std::int64_t sweeps = options.burn_in + std::int64_t(options.frames - 1) * options.sweeps_between;
  const bool climbs = options.start_cases.empty() && options.trajectory == nullptr;
  const std::int64_t climb = climbs ? options.burn_in / (plain ? 2 : 4) : 0;
  std::optional<TemperedMoves> moves;
  Mixer mixer(options);
  SentMemory sent;
  for (std::int64_t sweep = 0; sweep < sweeps; ++sweep) {
    const Key key = options.key.fold(kSweep).fold(std::uint64_t(sweep));
    if (!proceed(options.report, {"sample", sweep, sweeps, ""})) throw Interrupted("sample: stopped");
    if (sweep < climb) {
      const std::vector<double> beta(std::size_t(state.cases), double(sweep + 1) / double(climb + 1));
      tempered_sweep(ctx, model, {beta, nullptr, &sent}, 0, Order::forward, key, state);
      continue;
    }
    if (!plain && !moves) moves.emplace(ctx, model, options, options.key.fold(kMoves), state);
    const std::int64_t past = sweep + 1 - options.burn_in;
    const bool look = past >= 0 && past % options.sweeps_between == 0;
    const bool moved = moves && moves->move(ctx, model, sweep, key.fold(kMoves), state);
    if (!moved)
      sweep_visible_last(ctx, model, key, sent, state, look ? mean.view() : Matrix{});
    else if (look)
      mean_layer(ctx, model, visible, state, {}, mean);
    mixer.look(ctx, model, sweep, state);
    if (look) {
      samples.mean.push_back(mean.clone());
      samples.sample.push_back(state.layers[std::size_t(visible.index)].clone());
      if (extra_words(model) > 0) leave_extra_words(ctx, model, options.length, key.fold(kShown), state, samples);
      samples.label.push_back(classes_now(model, state));
    }
  }
  samples.report = mixer.report(moves ? &moves->record() : nullptr, options.sampler.kind);
  return samples;
}

const std::vector<Tensor>& shown_frames(const EnergyModel& model, const Samples& samples) {
  return model.layer(model.visible()).whitening.empty() ? samples.mean : samples.sample;
}

std::vector<std::uint32_t> row_a_class(std::int64_t classes, std::int64_t columns) {
  std::vector<std::uint32_t> labels;
  for (std::int64_t r = 0; r < classes * columns; ++r) labels.push_back(std::uint32_t(r / columns));
  return labels;
}

}  // namespace deepboltz
