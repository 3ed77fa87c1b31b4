// The kernels one by one: time, processor time a unit or a weight; for products GFLOP/s, and the ratio of the time to
// the faster of oneDNN and OpenBLAS with threads of their own, measured alternately in the same run.
#include "bench/five_products.h"
#include "bench/products.h"
#include <benchmark/benchmark.h>

#include "deepboltz/kernel/binarise.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/kernel/update.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::bench {
namespace {

Tensor random_tensor(std::uint64_t tag, std::int64_t rows, std::int64_t cols, double reach) {
  Tensor t(DType::f32, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c)
      t.set(r, c, reach * (2 * uniform(Key{tag}, std::uint32_t(r), std::uint32_t(c)) - 1));
  return t;
}

// Time over so many things; printed as "912ps".
void report_each(benchmark::State& state, const char* name, std::int64_t count) {
  state.counters[name] =
      benchmark::Counter(double(count), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// ---- Units: (cases, units)

struct Layer {
  std::int64_t cases, units;
  Tensor input, bias, out, mean;
  Context ctx;

  explicit Layer(const benchmark::State& state)
      : cases(state.range(0)),
        units(state.range(1)),
        input(random_tensor(1, cases, units, 4)),
        bias(random_tensor(2, 1, units, 1)),
        out(DType::f32, cases, units),
        mean(random_tensor(3, cases, units, 0.5)) {}
  Field field() const { return {input, bias, {}, {}, cases}; }
};

void UnitMean(benchmark::State& state) {
  Layer layer(state);
  for (auto _ : state) unit_mean(layer.ctx, Bernoulli{}, layer.field(), {}, layer.out);
  report_each(state, "a_unit", layer.cases * layer.units);
}

void UnitSample(benchmark::State& state) {
  Layer layer(state);
  for (auto _ : state) unit_sample(layer.ctx, Bernoulli{}, layer.field(), Key{1}, 0, {}, layer.out, {});
  report_each(state, "a_unit", layer.cases * layer.units);
}

void UnitSampleWithMean(benchmark::State& state) {
  Layer layer(state);
  for (auto _ : state) unit_sample(layer.ctx, Bernoulli{}, layer.field(), Key{1}, 0, {}, layer.out, layer.mean);
  report_each(state, "a_unit", layer.cases * layer.units);
}

void LogPartition(benchmark::State& state) {
  Layer layer(state);
  std::vector<double> sum(std::size_t(layer.cases), 0.0);
  for (auto _ : state) add_log_partition(layer.ctx, Bernoulli{}, layer.field(), {}, {}, 1, sum);
  report_each(state, "a_unit", layer.cases * layer.units);
}

void Entropy(benchmark::State& state) {
  Layer layer(state);
  unit_mean(layer.ctx, Bernoulli{}, layer.field(), {}, layer.mean);
  std::vector<double> sum(std::size_t(layer.cases), 0.0);
  for (auto _ : state) add_entropy(layer.ctx, Bernoulli{}, layer.mean, {}, sum);
  report_each(state, "a_unit", layer.cases * layer.units);
}

void BinariseSample(benchmark::State& state) {
  Layer layer(state);
  Tensor grey(DType::u8, layer.cases, layer.units);
  std::vector<std::uint32_t> rows;
  for (std::int64_t r = 0; r < layer.cases; ++r) rows.push_back(std::uint32_t(r));
  for (auto _ : state) binarise(layer.ctx, Binarise::sample, grey, rows, Key{1}, layer.out);
  report_each(state, "a_unit", layer.cases * layer.units);
}

void ColumnMeans(benchmark::State& state) {
  Layer layer(state);
  Tensor means(DType::f32, 1, layer.units);
  for (auto _ : state) column_means(layer.ctx, layer.input, means);
  report_each(state, "a_unit", layer.cases * layer.units);
}

void RowDots(benchmark::State& state) {
  Layer layer(state);
  std::vector<double> sum(std::size_t(layer.cases), 0.0);
  for (auto _ : state) add_row_dots(layer.ctx, 1, layer.input, layer.mean, sum);
  report_each(state, "a_unit", layer.cases * layer.units);
}

void layers(benchmark::internal::Benchmark* b) { b->ArgNames({"cases", "units"})->Args({100, 500})->Args({100, 784}); }

BENCHMARK(UnitMean)->Apply(layers);
BENCHMARK(UnitSample)->Apply(layers);
BENCHMARK(UnitSampleWithMean)->Apply(layers);
BENCHMARK(LogPartition)->Apply(layers);
BENCHMARK(Entropy)->Apply(layers);
BENCHMARK(BinariseSample)->Apply(layers);
BENCHMARK(ColumnMeans)->Apply(layers);
BENCHMARK(RowDots)->Apply(layers);

// ---- Parameters: (rows, cols)

void MomentumStep(benchmark::State& state) {
  const std::int64_t rows = state.range(0), cols = state.range(1);
  Context ctx;
  const Tensor gradient = random_tensor(1, rows, cols, 1e-3);
  Tensor weight = random_tensor(2, rows, cols, 0.1), velocity(DType::f32, rows, cols);
  for (auto _ : state) momentum_step(ctx, 1e-9, 0.9, false, {.l2 = 1e-4}, gradient, velocity, weight);
  report_each(state, "a_weight", rows * cols);
}

void AdamStep(benchmark::State& state) {
  const std::int64_t rows = state.range(0), cols = state.range(1);
  Context ctx;
  const Tensor gradient = random_tensor(1, rows, cols, 1e-3);
  Tensor weight = random_tensor(2, rows, cols, 0.1), first(DType::f32, rows, cols), second(DType::f32, rows, cols);
  for (auto _ : state) adam_step(ctx, 1e-9, {}, 1'000, {.l2 = 1e-4}, gradient, first, second, weight);
  report_each(state, "a_weight", rows * cols);
}

void parameters(benchmark::internal::Benchmark* b) { b->ArgNames({"rows", "cols"})->Args({784, 500}); }

BENCHMARK(MomentumStep)->Apply(parameters);
BENCHMARK(AdamStep)->Apply(parameters);

// ---- Products: (batch, visible, hidden, threads), timed by alternate(), not by the loop

void report_product(benchmark::State& state, const Product& product) {
  for (auto _ : state) {
    const ProductSeconds seconds = time_product(product, int(state.range(3)));
    state.SetIterationTime(seconds.ours);
    state.counters["GF/s"] = product.flop() / seconds.ours * 1e-9;
    state.counters["oneDNN"] = product.flop() / seconds.onednn * 1e-9;
    state.counters["OpenBLAS"] = product.flop() / seconds.openblas * 1e-9;
    state.counters["ratio"] = seconds.ours / seconds.bound();
  }
}

void ProductUp(benchmark::State& state) { report_product(state, {state.range(0), state.range(2), state.range(1)}); }

void ProductDown(benchmark::State& state) {
  report_product(state, {state.range(0), state.range(1), state.range(2), Transpose::no, Transpose::yes});
}

void ProductGradient(benchmark::State& state) {
  report_product(state, {state.range(1), state.range(2), state.range(0), Transpose::yes, Transpose::no});
}

void FiveProducts(benchmark::State& state) {
  const StepShape shape{state.range(0), state.range(1), state.range(2)};
  for (auto _ : state) {
    const double seconds = five_products_seconds(shape, int(state.range(3)));
    state.SetIterationTime(seconds);
    state.counters["GF/s"] = five_products_flop(shape) / seconds * 1e-9;
  }
}

void steps(benchmark::internal::Benchmark* b) {
  b->ArgNames({"batch", "visible", "hidden", "threads"})->UseManualTime()->Iterations(1);
  for (std::int64_t threads : {1, 2})
    for (std::int64_t batch : {100, 1'000}) b->Args({batch, 784, 500, threads});
}

BENCHMARK(ProductUp)->Apply(steps);
BENCHMARK(ProductDown)->Apply(steps);
BENCHMARK(ProductGradient)->Apply(steps);
BENCHMARK(FiveProducts)->Apply(steps);

}  // namespace
}  // namespace deepboltz::bench
