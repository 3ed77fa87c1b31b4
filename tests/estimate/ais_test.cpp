#include "deepboltz/estimate/ais.h"

#include <map>

#include "tests/model/brute_force.h"
#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

double mean_of(const std::vector<double>& x) {
  double sum = 0;
  for (double v : x) sum += v;
  return sum / double(x.size());
}

double variance_of(const std::vector<double>& x) {
  const double mean = mean_of(x);
  double sum = 0;
  for (double v : x) sum += (v - mean) * (v - mean);
  return sum / double(x.size() - 1);
}

double standard_error_of(const std::vector<double>& x) { return std::sqrt(variance_of(x) / double(x.size())); }

// Base rates equal to the model's ordinary biases.
std::vector<Tensor> own_biases(const EnergyModel& model) {
  std::vector<Tensor> base;
  for (LayerId id : model.ids()) {
    base.emplace_back(model.precision(), 1, model.layer(id).units);
    for (std::int64_t u = 0; u < base.back().cols(); ++u) base.back().set(0, u, plain_bias(model, id.index, u));
  }
  return base;
}

// The law that the estimate lives by: of 200 machines, the interval of three standard errors misses the exact value
// seven times at most. It would miss one in 370 if log-weights were normal; skewed weights of 100 runs miss more often.
TEST(Ais, IntervalsHoldTheExactLogZ) {
  Context ctx;
  int held = 0, warned = 0;
  double squares = 0;
  std::string missed;
  for (int number = 0; number < 200; ++number) {
    const EnergyModel model = random_graph(number, number % 2 == 0 ? DType::f64 : DType::f32, {21});
    const auto base = random_base(model, Key{22}.fold(std::uint64_t(number)));
    const Estimate e = ais_log_z(ctx, model,
                                 {.ladder = uniform_ladder(40),
                                  .runs = 100,
                                  .base = number % 3 == 0 ? &base : nullptr,
                                  .key = Key{23}.fold(std::uint64_t(number))});
    const double exact = exact_log_z(ctx, model);
    warned += !e.warning.empty();
    squares += std::pow((e.value - exact) / e.standard_error, 2);
    if (e.lower <= exact && exact <= e.upper)
      ++held;
    else
      missed += fmt::format(" {}: {:.4f} in {:.4f} … {:.4f};", number, exact, e.lower, e.upper);
  }
  RecordProperty("held", held);
  RecordProperty("warned", warned);
  EXPECT_GE(held, 193) << missed << warned << " of 200 warned";
  // The errors are not too large either: the squares of 200 standardised deviations have mean 1 ± 0.1.
  EXPECT_GT(squares / 200, 0.5);
  EXPECT_LT(squares / 200, 2);
}

TEST(Ais, IsExactWithoutVarianceWhereTheBaseIsTheModel) {
  Context ctx;
  for (int number = 0; number < 30; ++number) {
    EnergyModel model = random_graph(number);
    for (Connection& c : model.connections()) c.weight = Tensor(DType::f64, c.weight.rows(), c.weight.cols());
    const auto base = own_biases(model);
    for (double log_w :
         ais_log_weights(ctx, model, {.ladder = uniform_ladder(7), .runs = 20, .base = &base, .key = {1}}))
      EXPECT_NEAR(log_w, exact_log_z(ctx, model), 1e-12);
  }
}

TEST(Ais, OfOneStepIsImportanceSampling) {
  Context ctx;
  const EnergyModel model = random_graph(7);
  const auto base = random_base(model, {31});
  const BruteForce exact(model), start(model, 0, &base);
  for (int summed = 0; summed < model.blocks(); ++summed) {
    // The weight f_1/f_0 of the kept layers, averaged over the base, by arithmetic: its mean and its variance.
    std::map<Joint, std::pair<double, double>> kept;  // Σ f_1, Σ f_0 over what is summed
    for (std::size_t s = 0; s < exact.states.size(); ++s) {
      Joint x = exact.states[s];
      for (LayerId id : model.block_layers(summed)) x[at(id)].clear();
      kept[x].first += std::exp(exact.log_weight[s]);
      kept[x].second += std::exp(start.log_weight[s]);
    }
    double mean = 0, square = 0;
    const double z_base = std::exp(start.log_z);
    for (const auto& [x, f] : kept) {
      mean += f.first / z_base;
      square += f.first / z_base * f.first / f.second;
    }
    EXPECT_NEAR(start.log_z + std::log(mean), exact.log_z, 1e-12);
    constexpr int kRuns = 20'000;
    std::vector<double> w;
    for (double log_w :
         ais_log_weights(ctx, model, {.ladder = {0, 1}, .runs = kRuns, .base = &base, .summed = summed, .key = {32}}))
      w.push_back(std::exp(log_w - start.log_z));
    EXPECT_NEAR(mean_of(w), mean, 4 * std::sqrt((square - mean * mean) / kRuns)) << "summed " << summed;
  }
}

TEST(Ais, AgreesWhicheverBlockIsSummedOut) {
  Context ctx;
  for (int number = 0; number < 30; ++number) {
    const EnergyModel model = random_graph(number, DType::f64, {41});
    const double exact = exact_log_z(ctx, model);
    for (int summed = 0; summed < model.blocks(); ++summed) {
      const auto log_w = ais_log_weights(
          ctx, model,
          {.ladder = uniform_ladder(40), .runs = 1'000, .summed = summed, .key = Key{42}.fold(std::uint64_t(number))});
      std::vector<double> w;
      for (double x : log_w) w.push_back(std::exp(x - exact));
      EXPECT_NEAR(mean_of(w), 1, 5 * standard_error_of(w)) << number << ", summed " << summed;
    }
  }
}

// Draws of the model annealed down over-estimate, draws of the base annealed up under-estimate.
TEST(Ais, ForwardAndReverseHoldTheExactLogZBetweenThem) {
  Context ctx;
  int below = 0, above = 0;
  for (int number = 0; number < 30; ++number) {
    const EnergyModel model = random_graph(number, DType::f64, {51});
    const BruteForce exact(model);
    const auto base = random_base(model, Key{52}.fold(std::uint64_t(number)));
    const Key key = Key{53}.fold(std::uint64_t(number));
    const auto ladder = uniform_ladder(10);
    // Of 20 runs each, so that the bias of the logarithm shows; 100 repetitions give its mean.
    std::vector<double> up, down, inverse;
    for (std::uint64_t repeat = 0; repeat < 100; ++repeat) {
      const AisOptions options{.ladder = ladder, .runs = 20, .base = &base, .key = key.fold(repeat)};
      const State samples = state_of(ctx, model, exact.draw(20, key.fold(repeat).fold(99)));
      up.push_back(ais_log_z(ctx, model, options).value);
      down.push_back(reverse_ais_log_z(ctx, model, samples, options).value);
      inverse.push_back(std::exp(exact.log_z - down.back()));
    }
    EXPECT_LT(mean_of(up), exact.log_z + 4 * standard_error_of(up));
    EXPECT_GT(mean_of(down), exact.log_z - 4 * standard_error_of(down));
    EXPECT_NEAR(mean_of(inverse), 1, 4.5 * standard_error_of(inverse));  // 1/Z without bias
    below += mean_of(up) < exact.log_z;
    above += mean_of(down) > exact.log_z;
  }
  EXPECT_GE(below, 22);  // of 30; a fair coin does that one time in 200
  EXPECT_GE(above, 22);
}

TEST(Ais, MoreTemperaturesSpreadLess) {
  Context ctx;
  int lower = 0;
  for (int number = 0; number < 30; ++number) {
    const EnergyModel model = random_graph(number, DType::f64, {61});
    double last = INFINITY, first = 0;
    for (int steps : {4, 16, 64}) {
      const double variance = variance_of(ais_log_weights(
          ctx, model, {.ladder = uniform_ladder(steps), .runs = 500, .key = Key{62}.fold(std::uint64_t(number))}));
      if (steps == 4) first = variance;
      last = variance;
    }
    lower += last < first / 4;  // 1/16 in the limit
  }
  EXPECT_GE(lower, 27);
}

TEST(Ais, GivenEvidenceIsTheLogZOfTheClampedMachine) {
  Context ctx;
  int held = 0, count = 0;
  for (int number = 0; number < 40; ++number) {
    const EnergyModel model = random_graph(number, DType::f64, {71});
    State evidence = state_of(ctx, model, BruteForce(model).draw(5, Key{72}.fold(std::uint64_t(number))));
    evidence.clamp({number % 2});
    const auto base = random_base(model, {73});
    const auto estimates = ais_log_z_given(
        ctx, model, evidence,
        {.ladder = uniform_ladder(30), .runs = 100, .base = number % 3 == 0 ? &base : nullptr, .key = {74}});
    std::vector<double> exact(5);
    exact_log_z_given(ctx, model, evidence, {}, exact);
    ASSERT_EQ(estimates.size(), 5u);
    for (std::size_t r = 0; r < 5; ++r) {
      // A part without free neighbours is summed exactly: no spread at all.
      held += estimates[r].lower - 1e-12 <= exact[r] && exact[r] <= estimates[r].upper + 1e-12;
      ++count;
    }
  }
  EXPECT_GE(held, count - 7) << "of " << count;
}

// A start at mean field is as right as any other, and nearer: after one step the log-weights are between the bound and
// the log of the sum, on average over runs.
TEST(Ais, FromMeanFieldIsBetweenTheBoundAndTheExactLogZ) {
  Context ctx;
  constexpr int kRuns = 400, kCases = 3;
  int held = 0, cases = 0;
  for (int number = 0; number < 30; ++number) {
    const EnergyModel model = random_graph(number, DType::f64, {91});
    const Key key = Key{92}.fold(std::uint64_t(number));
    State evidence = model.make_state(ctx, kCases);
    draw_base(ctx, model, nullptr, key.fold(0), evidence);
    evidence.clamp(model.visible());
    std::vector<double> exact(kCases), bound(kCases);
    exact_log_z_given(ctx, model, evidence, {}, exact);
    State inferred = evidence.clone();
    variational_bound(ctx, model, {.sweeps = 200}, inferred, bound);
    const std::vector<Tensor> base = mean_fields(ctx, model, inferred);
    for (int c = 0; c < kCases; ++c, ++cases) {
      const State one = repeat_cases(evidence, c, 1, 1);
      std::vector<Tensor> base_of_one;
      for (const Tensor& b : base) base_of_one.push_back(b.rows() == 1 ? b.clone() : repeat_rows(b, c, 1, 1));
      std::vector<double> log_w;
      for (int r = 0; r < kRuns;
           ++r)  // the log of the mean of two: above one log-weight, and no more than the sum, on average
        log_w.push_back(
            ais_log_z_given(ctx, model, one,
                            {.ladder = {0, 1}, .runs = 2, .base = &base_of_one, .key = key.fold(1).fold(r)})[0]
                .value);
      const double four = 4 * standard_error_of(log_w) + 1e-9;
      EXPECT_GE(mean_of(log_w), bound[std::size_t(c)] - four) << number;
      EXPECT_LE(mean_of(log_w), exact[std::size_t(c)] + four) << number;
    }
    const auto estimates = ais_log_z_given(
        ctx, model, evidence, {.ladder = uniform_ladder(20), .runs = 100, .base = &base, .key = key.fold(2)});
    for (int c = 0; c < kCases; ++c)
      held += estimates[std::size_t(c)].lower <= exact[std::size_t(c)] + 1e-9 &&
              exact[std::size_t(c)] - 1e-9 <= estimates[std::size_t(c)].upper;
  }
  EXPECT_GE(held, cases - 3);
}

TEST(Ais, GivenEvidenceDoesNotDependOnTheBatch) {
  Context ctx;
  const EnergyModel model = random_graph(2);
  const auto rows = BruteForce(model).draw(5, {81});
  State all = state_of(ctx, model, rows), last = state_of(ctx, model, {rows[4]});
  all.clamp({0});
  last.clamp({0});
  last.first_case = 4;
  const AisOptions options{.ladder = uniform_ladder(5), .runs = 900, .key = {82}};  // two cases a batch
  EXPECT_EQ(ais_log_z_given(ctx, model, all, options)[4].value, ais_log_z_given(ctx, model, last, options)[0].value);
}

TEST(Ais, GivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<std::vector<double>> weights;
  for (int threads : {1, 2, 3}) {
    Context ctx(threads);
    EnergyModel model = dbm(100, std::array<std::int64_t, 2>{200, 150}, {.classes = 10});
    randomise(model, 0.1, {91});
    weights.push_back(ais_log_weights(ctx, model, {.ladder = uniform_ladder(5), .runs = 400, .key = {92}}));
  }
  EXPECT_EQ(weights[0], weights[1]);
  EXPECT_EQ(weights[0], weights[2]);
}

// With nothing clamped the two estimate the same number from the same options.
TEST(Ais, FreeAndClampedRunsDoNotShareTheirNoise) {
  Context ctx;
  const EnergyModel model = golden_rbm();
  const AisOptions options{.ladder = {0, 1}, .runs = 50, .key = {93}};
  const Estimate free = ais_log_z(ctx, model, options);
  EXPECT_NE(free.value, ais_log_z_given(ctx, model, model.make_state(ctx, 1), options)[0].value);
}

// Published: 4–3 RBM, base 0.2 i − 0.3, five temperatures, the hidden layer summed out.
class GoldenAis : public ::testing::Test {
 protected:
  Context ctx;
  EnergyModel model = golden_rbm();
  std::vector<Tensor> base = [] {
    std::vector<Tensor> rates;
    rates.emplace_back(DType::f64, 1, 4);
    rates.emplace_back(DType::f64, 1, 3);
    for (int i = 0; i < 4; ++i) rates[0].set(0, i, 0.2 * i - 0.3);
    return rates;
  }();
  std::vector<double> ladder{0, 0.25, 0.5, 0.75, 1};
  static constexpr double kLogZBase = 4.876945350764, kLogZ = 4.745771221153, kMeanLog = 4.745124117583;
};

TEST_F(GoldenAis, LogZOfTheBase) {
  std::vector<double> out(1);
  model.log_z_base(ctx, model.make_state(ctx, 1), &base, out);
  EXPECT_NEAR(out[0], kLogZBase, 6e-13);
}

// Every path of a run, weighted: v ~ base, the weight before each step at β_k, no step at the last. The transition
// comes from the library's weights: p(h, v) at β is the conditional's product, enumerated here.
TEST_F(GoldenAis, MeanWeightAndMeanLogWeightByArithmetic) {
  const BruteForce any(model);
  std::vector<Joint> visible;  // hidden units zero: they are summed out
  for (const Joint& x : any.states)
    if (x[1] == std::vector<double>{0, 0, 0}) visible.push_back(x);
  const State state = state_of(ctx, model, visible);
  std::vector<std::vector<double>> log_f;
  for (double b : ladder) {
    const std::vector<double> beta(visible.size(), b);
    log_f.emplace_back(visible.size());
    model.log_weight(ctx, state, {beta, &base}, 1, log_f.back());
  }
  // T_k(v → v') = Σ_h p_β(h|v) p_β(v'|h), from joint weights at β.
  const auto transition = [&](double b) {
    const BruteForce exact(model, b, &base);
    std::map<Joint, double> p;
    for (std::size_t s = 0; s < exact.states.size(); ++s) p[exact.states[s]] = exact.p[s];
    std::map<std::vector<double>, double> of_h, of_v;
    for (const auto& [x, q] : p) {
      of_v[x[0]] += q;
      of_h[x[1]] += q;
    }
    std::vector<std::vector<double>> t(16, std::vector<double>(16, 0.0));
    for (std::size_t from = 0; from < 16; ++from)
      for (std::size_t to = 0; to < 16; ++to)
        for (const auto& [h, q] : of_h)
          t[from][to] += p[{visible[from][0], h}] / of_v[visible[from][0]] * p[{visible[to][0], h}] / q;
    return t;
  };
  std::vector<double> z(16), weighted(16), share(16);  // Σ over paths ending in v of p·w and of p
  double mean_log = 0;
  for (std::size_t v = 0; v < 16; ++v) share[v] = weighted[v] = std::exp(log_f[0][v] - kLogZBase);
  for (std::size_t k = 1; k < ladder.size(); ++k) {
    for (std::size_t v = 0; v < 16; ++v) {
      mean_log += share[v] * (log_f[k][v] - log_f[k - 1][v]);
      weighted[v] *= std::exp(log_f[k][v] - log_f[k - 1][v]);
    }
    if (k + 1 == ladder.size()) break;
    const auto t = transition(ladder[k]);
    std::vector<double> next_weighted(16, 0.0), next_share(16, 0.0);
    for (std::size_t from = 0; from < 16; ++from)
      for (std::size_t to = 0; to < 16; ++to) {
        next_weighted[to] += weighted[from] * t[from][to];
        next_share[to] += share[from] * t[from][to];
      }
    weighted = next_weighted;
    share = next_share;
  }
  double mean = 0;
  for (double w : weighted) mean += w;
  EXPECT_NEAR(kLogZBase + std::log(mean), kLogZ, 2e-12);
  EXPECT_NEAR(kLogZBase + mean_log, kMeanLog, 2e-12);
}

TEST_F(GoldenAis, MeanWeightAndMeanLogWeightBySimulation) {
  const auto log_w =
      ais_log_weights(ctx, model, {.ladder = ladder, .runs = 100'000, .base = &base, .summed = 1, .key = {1}});
  std::vector<double> w;
  for (double x : log_w) w.push_back(std::exp(x - kLogZ));
  EXPECT_NEAR(mean_of(w), 1, 4 * standard_error_of(w));
  EXPECT_NEAR(mean_of(log_w), kMeanLog, 4 * standard_error_of(log_w));
  EXPECT_LT(4 * standard_error_of(log_w), (kLogZ - kMeanLog));  // fine enough to tell the two apart
}

TEST_F(GoldenAis, FlippingAVisibleUnitMovesLogZByItsBias) {
  for (int i = 0; i < 4; ++i) {
    EnergyModel flipped = model.clone();
    std::vector<Tensor> moved;
    for (const Tensor& t : base) moved.push_back(t.clone());
    moved[0].set(0, i, -base[0].at(0, i));
    const double b = model.layers()[0].bias.at(0, i);
    flipped.layers()[0].bias.set(0, i, -b);
    for (int j = 0; j < 3; ++j) {
      const double w = model.connections()[0].weight.at(i, j);
      flipped.connections()[0].weight.set(i, j, -w);
      flipped.layers()[1].bias.set(0, j, model.layers()[1].bias.at(0, j) + w);
    }
    EXPECT_NEAR(exact_log_z(ctx, flipped), exact_log_z(ctx, model) - b, 1e-13);
    const Estimate e = ais_log_z(ctx, flipped, {.ladder = uniform_ladder(50), .base = &moved, .key = {2}});
    EXPECT_GT(kLogZ - b, e.lower);
    EXPECT_LT(kLogZ - b, e.upper);
  }
}

TEST(Ais, RefusesWhatItCannotAnneal) {
  Context ctx;
  EnergyModel model = golden_rbm();
  const auto good = own_biases(model);
  const auto refused = [&](const AisOptions& options) {
    State evidence = model.make_state(ctx, 2);
    evidence.clamp({0});
    EXPECT_THROW(ais_log_z(ctx, model, options), InputError);
    EXPECT_THROW(ais_log_z_given(ctx, model, evidence, options), InputError);
    if (options.runs >= 2) {
      EXPECT_THROW(reverse_ais_log_z(ctx, model, model.make_state(ctx, 5), options), InputError);
    }
  };
  const auto with_base = [&](auto&& change) {
    std::vector<Tensor> base;
    for (const Tensor& t : good) base.push_back(t.clone());
    change(base);
    refused({.ladder = {0, 1}, .base = &base});
  };
  refused({.ladder = {0, 0.5, 0.5, 1}});
  refused({.ladder = {0.1, 1}});
  refused({.ladder = {0, 0.9}});
  refused({.ladder = {0, NAN, 1}});
  refused({.ladder = {0, 1}, .runs = 1});
  refused({.ladder = {0, 1}, .summed = 2});
  refused({.ladder = {0, 1}, .summed = -1});
  with_base([](auto& base) { base[0].set(0, 0, INFINITY); });
  with_base([](auto& base) { base[1].set(0, 0, NAN); });
  with_base([](auto& base) { base.pop_back(); });
  with_base([](auto& base) { base[0] = Tensor(DType::f64, 1, 5); });
  with_base([](auto& base) { base[0] = Tensor(DType::f32, 1, 4); });
  with_base([](auto& base) { base[0] = {}; });

  State evidence = model.make_state(ctx, 2);
  evidence.clamp({0});
  evidence.layers[0].set(1, 2, 0.5);  // grey
  EXPECT_THROW(ais_log_z_given(ctx, model, evidence, {.ladder = {0, 1}}), InputError);
  evidence.layers[0].set(1, 2, 1);
  EXPECT_NO_THROW(ais_log_z_given(ctx, model, evidence, {.ladder = {0, 1}}));
  EXPECT_THROW(reverse_ais_log_z(ctx, model, evidence, {.ladder = {0, 1}}), InputError);  // clamped
  evidence.clamp({0}, Tensor(DType::u8, 2, 4));
  EXPECT_THROW(ais_log_z_given(ctx, model, evidence, {.ladder = {0, 1}}), InputError);  // masked
  EXPECT_THROW(reverse_ais_log_z(ctx, model, model.make_state(ctx, 1), {.ladder = {0, 1}}), InputError);
  model.connections()[0].up = 2;
  refused({.ladder = {0, 1}});
}

TEST(Ais, StopsWhenAsked) {
  Context ctx;
  const EnergyModel model = golden_rbm();
  std::int64_t calls = 0;
  Progress last;
  const AisOptions counted{.ladder = uniform_ladder(10), .runs = 5, .report = [&](const Progress& p) {
                             last = p;
                             ++calls;
                             return true;
                           }};
  ais_log_z(ctx, model, counted);
  EXPECT_EQ(calls, 10);
  EXPECT_EQ(last.done, last.total);
  State evidence = model.make_state(ctx, 1'000);
  evidence.clamp({0});
  ais_log_z_given(ctx, model, evidence, counted);
  EXPECT_EQ(last.done, last.total);
  const AisOptions stopped{.ladder = uniform_ladder(10), .runs = 5, .report = [](const Progress&) { return false; }};
  EXPECT_THROW(ais_log_z(ctx, model, stopped), Interrupted);
  EXPECT_THROW(ais_log_z_given(ctx, model, evidence, stopped), Interrupted);
  EXPECT_THROW(reverse_ais_log_z(ctx, model, model.make_state(ctx, 5), stopped), Interrupted);
}

TEST(BaseRates, DrawTheMeansTheyCameFromWithATwentiethAdded) {
  Context ctx;
  EnergyModel model = rbm(3, 2, {.precision = DType::f64, .classes = 3});
  std::vector<Tensor> means(3);
  const double pixels[3] = {0, 0.3, 1}, classes[3] = {0.5, 0.5, 0};
  means[0] = Tensor(DType::f64, 1, 3);
  means[2] = Tensor(DType::f64, 1, 3);
  for (int i = 0; i < 3; ++i) {
    means[0].set(0, i, pixels[i]);
    means[2].set(0, i, classes[i]);
  }
  const auto base = base_rates(model, means, 200);
  double all = 0;
  for (int k = 0; k < 3; ++k) all += std::exp(base[2].at(0, k));
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(logistic(base[0].at(0, i)), (200 * pixels[i] + 10) / 220, 1e-14);
    EXPECT_NEAR(std::exp(base[2].at(0, i)) / all, (200 * classes[i] + 10) / 230, 1e-14);
  }
  EXPECT_EQ(base[1].at(0, 0), 0);
  means.pop_back();
  EXPECT_THROW(base_rates(model, means, 200), InputError);
  means.emplace_back(DType::f64, 1, 4);
  EXPECT_THROW(base_rates(model, means, 200), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
