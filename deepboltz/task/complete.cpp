#include "deepboltz/task/complete.h"

#include <algorithm>

#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/task/visible_sweep.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kStart, kSweep, kDraw };

void require_evidence(const EnergyModel& model, ConstMatrix cases, ConstMatrix known) {
  const Layer& layer = model.layer(model.visible());
  require(std::holds_alternative<Bernoulli>(layer.unit),
          "complete: '{}' is a layer of {} units, expected binary pixels", layer.name, name_of(layer.unit));
  require(cases.rows >= 1 && cases.cols == layer.units, "complete: '{}' has {} units, but the cases are {} × {}",
          layer.name, layer.units, cases.rows, cases.cols);
  require(cases.dtype == model.precision(), "complete: expected cases of {}, got {}", name_of(model.precision()),
          name_of(cases.dtype));
  require(known.dtype == DType::u8 && known.rows == cases.rows && known.cols == cases.cols,
          "complete: expected a mask of {} × {} u8, got {} × {} {}", cases.rows, cases.cols, known.rows, known.cols,
          name_of(known.dtype));
  visit_real(cases.dtype, [&](auto real) {
    const auto x = cases.as<decltype(real)>();
    const auto mask = known.as<std::uint8_t>();
    for (std::int64_t r = 0; r < cases.rows; ++r)
      for (std::int64_t i = 0; i < cases.cols; ++i)
        require(mask(r, i) == 0 || (x(r, i) >= 0 && x(r, i) <= 1),
                "complete: case {}, pixel {}: a known pixel lies between 0 and 1, got {}", r, i, x(r, i));
  });
}

// Rows copies·r … of the state hold case r: its known pixels, zeros where hidden, and its clamp mask.
void set_evidence(const EnergyModel& model, ConstMatrix cases, ConstMatrix known, std::int64_t copies, State& state) {
  const LayerId visible = model.visible();
  state.cases = cases.rows * copies;
  Tensor clamped(DType::u8, state.cases, cases.cols);
  visit_real(cases.dtype, [&](auto real) {
    using Real = decltype(real);
    const auto x = state.x(visible).as<Real>();
    for (std::int64_t r = 0; r < state.cases; ++r)
      for (std::int64_t i = 0; i < cases.cols; ++i) {
        const bool is_known = known.as<std::uint8_t>()(r / copies, i) != 0;
        clamped.as<std::uint8_t>()(r, i) = is_known;
        x(r, i) = is_known ? cases.as<Real>()(r / copies, i) : Real(0);
      }
  });
  state.clamp(visible, std::move(clamped));
}

// The batch's chains to their end, adding up the means of each case over its chains and the kept sweeps.
void run_chains(Context& ctx, const EnergyModel& model, const CompleteOptions& options, std::int64_t first_step,
                std::int64_t steps, View<double> sum, State& state) {
  ScratchScope scope(ctx);
  const Matrix mean = scope.matrix(model.precision(), state.cases, sum.cols);
  SentMemory sent;
  start_visible(ctx, model, options.start, options.key.fold(kStart), state);
  for (int sweep = 0; sweep < options.burn_in + options.sweeps; ++sweep) {
    const bool kept = sweep >= options.burn_in;
    sweep_visible_last(ctx, model, options.key.fold(kSweep).fold(std::uint64_t(sweep)), sent, state,
                       kept ? mean : Matrix{});
    if (kept)
      visit_real(model.precision(), [&](auto real) {
        const auto from = mean.as<decltype(real)>();
        for_rows(ctx, sum.rows, sum.cols * options.chains, [&](std::int64_t r) {
          for (std::int64_t c = 0; c < options.chains; ++c)
            for (std::int64_t i = 0; i < sum.cols; ++i) sum(r, i) += double(from(r * options.chains + c, i));
        });
      });
    if (!proceed(options.report, {"complete", first_step + sweep + 1, steps, ""}))
      throw Interrupted("complete: stopped");
  }
}

}  // namespace

Completion complete(Context& ctx, const EnergyModel& model, ConstMatrix cases, ConstMatrix known,
                    const CompleteOptions& options) {
  require_evidence(model, cases, known);
  require(options.burn_in >= 0 && options.sweeps >= 1 && options.chains >= 1 && options.batch >= 1,
          "complete: expected burn-in ≥ 0, sweeps, chains and batch ≥ 1, got {}, {}, {} and {}", options.burn_in,
          options.sweeps, options.chains, options.batch);
  const bool gibbs = options.method == CompleteOptions::Method::gibbs;
  const std::int64_t units = cases.cols, copies = gibbs ? options.chains : 1,
                     batch = std::min(options.batch, cases.rows);
  const std::int64_t batches = (cases.rows + batch - 1) / batch,
                     steps_a_batch = gibbs ? options.burn_in + options.sweeps : 1;
  const LayerId visible = model.visible();

  Completion result{Tensor(model.precision(), cases.rows, units), Tensor(model.precision(), cases.rows, units)};
  State state = model.make_state(ctx, batch * copies);
  Tensor sum(DType::f64, batch, units);
  for (std::int64_t b = 0; b < batches; ++b) {
    const std::int64_t first = b * batch, count = std::min(batch, cases.rows - first);
    set_evidence(model, cases.slice(first, count), known.slice(first, count), copies, state);
    state.first_case = first * copies;
    const auto total = sum.view().slice(0, count).as<double>();
    if (gibbs) {
      std::fill_n(total.data, count * units, 0.0);
      run_chains(ctx, model, options, b * steps_a_batch, batches * steps_a_batch, total, state);
    } else {
      bottom_up(ctx, model, state);
      mean_field(ctx, model, options.mean_field, state);
      if (!proceed(options.report, {"complete", b + 1, batches, ""})) throw Interrupted("complete: stopped");
    }
    visit_real(model.precision(), [&](auto real) {
      using Real = decltype(real);
      const auto x = state.x(visible).as<Real>();
      const auto given = cases.slice(first, count).as<Real>();
      for (std::int64_t r = 0; r < count; ++r)
        for (std::int64_t i = 0; i < units; ++i) {
          Real &probability = result.probability.as<Real>()(first + r, i),
               &sample = result.sample.as<Real>()(first + r, i);
          if (known.as<std::uint8_t>()(first + r, i) != 0) {
            probability = sample = given(r, i);
          } else if (gibbs) {
            probability = Real(total(r, i) / (double(options.sweeps) * double(options.chains)));
            sample = x(r * copies, i);
          } else {
            probability = x(r, i);
            const float u = uniform(options.key.fold(kDraw), std::uint32_t(first + r), std::uint32_t(i));
            sample = Bernoulli::draw(probability, Real(u));
          }
        }
    });
  }
  return result;
}

}  // namespace deepboltz
