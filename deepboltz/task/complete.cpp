#include "deepboltz/task/complete.h"

#include <algorithm>

#include "deepboltz/rng/draw.h"
#include "deepboltz/task/completion_chains.h"
#include "deepboltz/task/visible_sweep.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kDraw = 2;  // keys 0 and 1 are those of the chains

class GibbsChains final : public CompletionChains {
 public:
  GibbsChains(Context& ctx, const EnergyModel& model, std::int64_t capacity)
      : model_(model), state_(model.make_state(ctx, capacity)) {}

  State& state() override { return state_; }
  LayerId visible() const override { return model_.visible(); }
  void start(Context& ctx, ConstMatrix start, Key key) override {
    sent_ = {};
    start_visible(ctx, model_, start, key, state_);
  }
  void sweep(Context& ctx, Key key, Matrix mean) override { sweep_visible_last(ctx, model_, key, sent_, state_, mean); }

 private:
  const EnergyModel& model_;
  State state_;
  SentMemory sent_;
};

Completion complete_by_mean_field(Context& ctx, const EnergyModel& model, ConstMatrix cases, ConstMatrix known,
                                  const CompleteOptions& options) {
  const std::int64_t units = cases.cols, batch = std::min(options.batch, cases.rows);
  const LayerId visible = model.visible();
  Completion result{Tensor(cases.dtype, cases.rows, units), Tensor(cases.dtype, cases.rows, units)};
  State state = model.make_state(ctx, batch);
  for (std::int64_t first = 0; first < cases.rows; first += batch) {
    const std::int64_t count = std::min(batch, cases.rows - first);
    set_evidence(visible, cases.slice(first, count), known.slice(first, count), 1, state);
    state.first_case = first;
    bottom_up(ctx, model, state);
    mean_field(ctx, model, options.mean_field, state);
    if (!proceed(options.report, {"complete", first + count, cases.rows, ""})) throw Interrupted("complete: stopped");
    visit_real(cases.dtype, [&](auto real) {
      using Real = decltype(real);
      const auto x = state.x(visible).as<Real>();
      for (std::int64_t r = 0; r < count; ++r)
        for (std::int64_t i = 0; i < units; ++i) {
          Real &probability = result.probability.as<Real>()(first + r, i),
               &sample = result.sample.as<Real>()(first + r, i);
          probability = sample = x(r, i);
          if (known.as<std::uint8_t>()(first + r, i) != 0) continue;
          const float u = uniform(options.key.fold(kDraw), std::uint32_t(first + r), std::uint32_t(i));
          sample = Bernoulli::draw(probability, Real(u));
        }
    });
  }
  return result;
}

}  // namespace

Completion complete(Context& ctx, const EnergyModel& model, ConstMatrix cases, ConstMatrix known,
                    const CompleteOptions& options) {
  require_evidence(model.layer(model.visible()), model.precision(), cases, known, options);
  if (options.method == CompleteOptions::Method::mean_field)
    return complete_by_mean_field(ctx, model, cases, known, options);
  GibbsChains chains(ctx, model, std::min(options.batch, cases.rows) * options.chains);
  return complete_by_chains(ctx, cases, known, options, chains);
}

}  // namespace deepboltz
