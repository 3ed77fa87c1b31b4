#include "deepboltz/task/belief_net_completion.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "deepboltz/estimate/belief_net_joint.h"
#include "deepboltz/kernel/log_probability.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/stack/belief_net_passes.h"
#include "deepboltz/task/completion_chains.h"
#include "deepboltz/task/visible_sweep.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kPropose, kTake, kPixels };
constexpr int kPasses = 20;  // up and down before the first sweep, every proposal taken: a start that looks like a case

EnergyModel bottom_of(const BeliefNet& net) {
  EnergyModel bottom(net.dtype());
  bottom.add("visible", net.bottom_unit(), net.bottom_units(), Role::visible);
  return bottom;
}

// A state of h1 … hD for every chain, and the part of its log weight that does not depend on the pixels.
class NetChains final : public CompletionChains {
 public:
  NetChains(Context& ctx, const BeliefNet& net, std::int64_t capacity)
      : net_(net),
        bottom_(bottom_of(net)),
        state_(bottom_.make_state(ctx, capacity)),
        here_(ctx, net, capacity),
        proposed_(ctx, net, capacity) {}

  State& state() override { return state_; }
  LayerId visible() const override { return bottom_.visible(); }

  void start(Context& ctx, ConstMatrix start, Key key) override {
    start_visible(ctx, bottom_, start, key.fold(0), state_);
    above_.resize(std::size_t(state_.cases));
    for (int pass = 1; pass <= kPasses; ++pass) {
      const Key now = key.fold(std::uint64_t(pass));
      propose(ctx, now.fold(kPropose), here_, above_);
      draw_pixels(ctx, now.fold(kPixels), {});
    }
  }

  void sweep(Context& ctx, Key key, Matrix mean) override {
    const std::size_t rows = std::size_t(state_.cases);
    std::vector<double> above(rows), gain(rows);
    propose(ctx, key.fold(kPropose), proposed_, above);
    add_bottom(ctx, proposed_, 1, gain);
    add_bottom(ctx, here_, -1, gain);
    const auto from = proposed_.x(net_), to = here_.x(net_);
    for (std::size_t r = 0; r < rows; ++r) {
      gain[r] += above[r] - above_[r];
      const double u = uniform(key.fold(kTake), std::uint32_t(state_.first_case + std::int64_t(r)), 0);
      ++proposals_;
      if (!(u < std::exp(gain[r]))) continue;
      ++taken_;
      above_[r] = above[r];
      for (std::size_t l = 1; l < from.size(); ++l) {
        const Matrix row = to[l].slice(std::int64_t(r), 1);
        std::memcpy(row.data, from[l].slice(std::int64_t(r), 1).data, std::size_t(row.cols) * size_of(row.dtype));
      }
    }
    draw_pixels(ctx, key.fold(kPixels), mean);
  }

  double accepted() const { return double(taken_) / double(std::max<std::int64_t>(1, proposals_)); }

 private:
  Matrix pixels() { return state_.x(visible()); }

  // The hidden pixels ← draws of p(v | h1); mean, if not empty, ← its means
  void draw_pixels(Context& ctx, Key key, Matrix mean) {
    ScratchScope scope(ctx);
    unit_sample(ctx, net_.bottom_unit(), field_below(ctx, scope, net_.layers[0], here_.x(net_)[1], {}), key,
                state_.first_case, state_.mask(visible()), pixels(), mean);
  }

  // h1 … hD ← draws of Q(· | v); above[chain] ← log p*(h1 … hD) − log Q(h2 … hD | h1)
  void propose(Context& ctx, Key key, BeliefNetStates& states, std::span<double> above) {
    states.set_cases(state_.cases);
    const auto x = states.x(net_);
    std::memcpy(x[0].data, pixels().data, std::size_t(x[0].rows * x[0].cols) * size_of(x[0].dtype));
    pass_up_draws(ctx, net_, key, state_.first_case, x);
    std::ranges::fill(above, 0.0);
    add_log_above(ctx, net_, states, above);
    for (std::size_t k = 1; k < net_.layers.size(); ++k) add_log_recognition(ctx, k, x, -1, above);
  }

  // sum[chain] += scale·[log p(v | h1) − log Q(h1 | v)]
  void add_bottom(Context& ctx, BeliefNetStates& states, double scale, std::span<double> sum) {
    auto x = states.x(net_);
    x[0] = pixels();
    std::vector<double> log_p(sum.size());
    add_log_below(ctx, net_, 0, {}, x, log_p);
    for (std::size_t r = 0; r < sum.size(); ++r) sum[r] += scale * log_p[r];
    add_log_recognition(ctx, 0, x, -scale, sum);
  }

  void add_log_recognition(Context& ctx, std::size_t k, std::span<const Matrix> x, double scale,
                           std::span<double> sum) {
    ScratchScope scope(ctx);
    add_log_probability(ctx, net_.layers[k].recognition.unit, field_above(ctx, scope, net_.layers[k], x[k]), x[k + 1],
                        scale, sum);
  }

  const BeliefNet& net_;
  EnergyModel bottom_;
  State state_;  // of the pixels
  BeliefNetStates here_, proposed_;
  std::vector<double> above_;  // one a chain
  std::int64_t proposals_ = 0, taken_ = 0;
};

}  // namespace

Completion complete(Context& ctx, const BeliefNet& net, ConstMatrix cases, ConstMatrix known,
                    const CompleteOptions& options) {
  require_consistent(net);
  net.top.require_energy("complete");
  const EnergyModel bottom = bottom_of(net);
  require_evidence(bottom.layer(bottom.visible()), net.dtype(), cases, known, options);
  require(options.method == CompleteOptions::Method::gibbs,
          "complete: a belief net has no mean field; expected the method gibbs");
  NetChains chains(ctx, net, std::min(options.batch, cases.rows) * options.chains);
  Completion done = complete_by_chains(ctx, cases, known, options, chains);
  done.accepted = chains.accepted();
  return done;
}

}  // namespace deepboltz
