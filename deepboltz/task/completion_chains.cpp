#include "deepboltz/task/completion_chains.h"

#include <algorithm>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kStart, kSweep };

// sum[case] += the means of its chains
void add_chains(Context& ctx, ConstMatrix mean, std::int64_t chains, View<double> sum) {
  visit_real(mean.dtype, [&](auto real) {
    const auto from = mean.as<decltype(real)>();
    for_rows(ctx, sum.rows, sum.cols * chains, [&](std::int64_t r) {
      for (std::int64_t c = 0; c < chains; ++c)
        for (std::int64_t i = 0; i < sum.cols; ++i) sum(r, i) += double(from(r * chains + c, i));
    });
  });
}

}  // namespace

void require_evidence(const Layer& visible, DType precision, ConstMatrix cases, ConstMatrix known,
                      const CompleteOptions& options) {
  require(std::holds_alternative<Bernoulli>(visible.unit),
          "complete: '{}' is a layer of {} units, expected binary pixels", visible.name, name_of(visible.unit));
  require(cases.rows >= 1 && cases.cols == visible.units, "complete: '{}' has {} units, but the cases are {} × {}",
          visible.name, visible.units, cases.rows, cases.cols);
  require(cases.dtype == precision, "complete: expected cases of {}, got {}", name_of(precision), name_of(cases.dtype));
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
  require(options.burn_in >= 0 && options.sweeps >= 1 && options.chains >= 1 && options.batch >= 1,
          "complete: expected burn-in ≥ 0, sweeps, chains and batch ≥ 1, got {}, {}, {} and {}", options.burn_in,
          options.sweeps, options.chains, options.batch);
}

void set_evidence(LayerId visible, ConstMatrix cases, ConstMatrix known, std::int64_t copies, State& state) {
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

Completion complete_by_chains(Context& ctx, ConstMatrix cases, ConstMatrix known, const CompleteOptions& options,
                              CompletionChains& chains) {
  const std::int64_t units = cases.cols, copies = options.chains, batch = std::min(options.batch, cases.rows);
  const std::int64_t batches = (cases.rows + batch - 1) / batch, sweeps = options.burn_in + options.sweeps;
  Completion result{Tensor(cases.dtype, cases.rows, units), Tensor(cases.dtype, cases.rows, units)};
  State& state = chains.state();
  Tensor sums(DType::f64, batch, units);
  for (std::int64_t b = 0; b < batches; ++b) {
    const std::int64_t first = b * batch, count = std::min(batch, cases.rows - first);
    const auto sum = sums.view().slice(0, count).as<double>();
    std::fill_n(sum.data, count * units, 0.0);
    set_evidence(chains.visible(), cases.slice(first, count), known.slice(first, count), copies, state);
    state.first_case = first * copies;
    chains.start(ctx, options.start, options.key.fold(kStart));
    ScratchScope scope(ctx);
    const Matrix mean = scope.matrix(cases.dtype, state.cases, units);
    for (std::int64_t sweep = 0; sweep < sweeps; ++sweep) {
      const bool kept = sweep >= options.burn_in;
      chains.sweep(ctx, options.key.fold(kSweep).fold(std::uint64_t(sweep)), kept ? mean : Matrix{});
      if (kept) add_chains(ctx, mean, copies, sum);
      if (!proceed(options.report, {"complete", b * sweeps + sweep + 1, batches * sweeps, ""}))
        throw Interrupted("complete: stopped");
    }
    visit_real(cases.dtype, [&](auto real) {
      using Real = decltype(real);
      for (std::int64_t r = 0; r < count; ++r)
        for (std::int64_t i = 0; i < units; ++i) {
          const bool is_known = known.as<std::uint8_t>()(first + r, i) != 0;
          const Real given = cases.as<Real>()(first + r, i);
          result.probability.as<Real>()(first + r, i) =
              is_known ? given : Real(sum(r, i) / (double(options.sweeps) * double(copies)));
          result.sample.as<Real>()(first + r, i) =
              is_known ? given : state.x(chains.visible()).as<Real>()(r * copies, i);
        }
    });
  }
  return result;
}

}  // namespace deepboltz
