// Inference of a Robust Boltzmann machine: the bound, gain and offset, masks and clean pictures of drawn cases.
#include "tests/system/golden_robust.h"
#include "tests/system/random_robust.h"
#include <gtest/gtest.h>

#include "deepboltz/sample/gibbs.h"
#include "deepboltz/system/robust/denoise.h"
#include "deepboltz/system/robust/variational.h"

namespace deepboltz::testing {
namespace {

TEST(RobustBound, GoldenVector) {
  Context ctx;
  const RobustGolden golden = golden_robust(Gate::Kind::product);
  const RobustMachine machine(golden.face, golden.mask, golden.gate.clone());
  std::vector<double> weights(16);
  machine.log_weight(ctx, hidden_states(ctx, machine), {}, machine.block(machine.clean()), weights);
  const double log_z = log_sum(weights);
  State state = machine.make_state(ctx, 1);
  state.layers[std::size_t(machine.observed().index)] = golden_observed(DType::f64);
  state.clamp(machine.observed());
  for (int j = 0; j < 2; ++j) {
    state.layers[1].set(0, j, logistic(golden.face.layers()[1].bias.at(0, j)));
    state.layers[3].set(0, j, logistic(golden.mask.layers()[1].bias.at(0, j)));
  }
  std::vector<double> bound(1);
  const double expected[] = {-2.214336195176, -2.180465211854, -2.180412870996};
  for (const double of_update : expected) {
    robust_bound(ctx, machine, state, bound);
    EXPECT_NEAR(bound[0] - log_z - golden_log_scale(), of_update, 1e-12);
    update_hidden_means(ctx, machine, state);
  }
  for (int update = 0; update < 2'000; ++update) {
    robust_bound(ctx, machine, state, bound);
    update_hidden_means(ctx, machine, state);
  }
  EXPECT_NEAR(bound[0] - log_z - golden_log_scale(), -2.180412789001, 1e-12);
  const auto at = [&](LayerId id, int i) { return state.layers[std::size_t(id.index)].at(0, i); };
  EXPECT_NEAR(at(machine.mask(), 0), 0.258992097128, 1e-11);
  EXPECT_NEAR(at(machine.mask(), 1), 0.583700760527, 1e-11);
  EXPECT_NEAR(at(machine.clean(), 0) * std::sqrt(kVariance[0]), 0.291487053155, 1e-11);
  EXPECT_NEAR(at(machine.clean(), 1) * std::sqrt(kVariance[1]), -0.182469543904, 1e-11);
  EXPECT_NEAR(state.layers[1].at(0, 0), 0.544903917131, 1e-11);
  EXPECT_NEAR(state.layers[3].at(0, 1), 0.550570204329, 1e-11);
}

// Below log p(ṽ) + log Z, and never falling, in machines of all depths and both gates.
TEST(RobustBound, NeverFallsAndStaysBelow) {
  Context ctx;
  for (int number = 0; number < 200; ++number) {
    const RandomRobust random(number);
    const RobustMachine machine = random.machine();
    State cases = machine.make_state(ctx, 5);
    advance(ctx, machine, {.sweeps = 5}, random.key.fold(40), cases);
    cases.clamp(machine.observed());
    std::vector<double> exact;
    for (std::int64_t r = 0; r < 5; ++r) {
      const State hidden = hidden_states_given(ctx, machine, cases.x(machine.observed()), r);
      std::vector<double> weights(std::size_t(hidden.cases));
      machine.log_weight(ctx, hidden, {}, machine.block(machine.clean()), weights);
      exact.push_back(log_sum(weights));
    }
    for (LayerId id : machine.ids())
      if (!cases.is_clamped(id))
        for (std::int64_t r = 0; r < 5; ++r)
          for (std::int64_t j = 0; j < machine.variable(id).units; ++j)
            cases.layers[std::size_t(id.index)].set(r, j, .5);
    std::vector<double> last(5, -1e300), bound(5);
    for (int update = 0; update < 20; ++update) {
      robust_bound(ctx, machine, cases, bound);
      for (std::size_t r = 0; r < 5; ++r) {
        EXPECT_GE(bound[r], last[r] - 1e-10) << "machine " << number << ", update " << update;
        EXPECT_LE(bound[r], exact[r] + 1e-10) << "machine " << number;
      }
      last = bound;
      update_hidden_means(ctx, machine, cases);
    }
  }
}

TEST(Gain, GoldenVector) {
  const double w[] = {1, .5, .2}, mean[] = {.3, -.2, .1}, x[] = {.5, -.1, .9};
  const Gain found = fitted_gain(w, x, mean, .05);
  EXPECT_NEAR(found.gain, 0.627204030227, 1e-12);
  EXPECT_NEAR(found.offset, -0.103022670025, 1e-12);
}

TEST(Gain, OfADimmedPictureIsFoundBack) {
  std::vector<double> picture, dimmed, weight;
  for (std::uint32_t i = 0; i < 50; ++i) {
    picture.push_back(normal(Key{3}, 0, i));
    dimmed.push_back((picture.back() - .3) / 1.7);
    weight.push_back(double(uniform(Key{4}, 0, i)));
  }
  const Gain found = fitted_gain(weight, dimmed, picture, 0);
  EXPECT_NEAR(found.gain, 1.7, 1e-6);
  EXPECT_NEAR(found.offset, .3, 1e-6);
}

// The gain that maximises −½Σw(gain·x + offset − m)² + clear·log gain.
TEST(Gain, OfTheBoundIsItsMaximum) {
  std::vector<double> x, m, w;
  double clear = 0;
  for (std::uint32_t i = 0; i < 20; ++i) {
    x.push_back(normal(Key{5}, 0, i));
    m.push_back(normal(Key{5}, 1, i) / 3);
    w.push_back(4 * double(uniform(Key{5}, 2, i)));
    clear += w.back() / 4;
  }
  const auto value = [&](const Gain& of) {
    double sum = clear * std::log(of.gain);
    for (std::size_t i = 0; i < x.size(); ++i) sum -= w[i] * std::pow(of(x[i]) - m[i], 2) / 2;
    return sum;
  };
  const Gain best = best_gain(w, x, m, clear);
  for (const double by : {-1e-3, 1e-3}) {
    EXPECT_LT(value({best.gain + by, best.offset}), value(best));
    EXPECT_LT(value({best.gain, best.offset + by}), value(best));
  }
}

// Averages of the chains are the exact posterior, where there is no gain to find.
TEST(Denoise, FindsTheExactPosterior) {
  Context ctx;
  for (int number = 0; number < 8; ++number) {
    const RandomRobust random(number);
    const RobustMachine machine = random.machine();
    if (machine.find("hidden2")) continue;  // the pixels' block has it, too: sample_pixels tells of the pixels alone
    State drawn = machine.make_state(ctx, 1);
    advance(ctx, machine, {.sweeps = 5}, random.key.fold(50), drawn);
    const std::int64_t pixels = machine.pixels();
    State hidden = hidden_states_given(ctx, machine, drawn.x(machine.observed()), 0);
    std::vector<double> weights(std::size_t(hidden.cases));
    machine.log_weight(ctx, hidden, {}, machine.block(machine.clean()), weights);
    Tensor p(DType::f64, hidden.cases, pixels), v(DType::f64, hidden.cases, pixels);
    machine.sample_pixels(ctx, Key{1}, hidden, {.clear = p, .clean = v});
    constexpr std::int64_t kCopies = 400;
    constexpr int kSweeps = 120;
    const Tensor observed = repeat_rows(drawn.layers[std::size_t(machine.observed().index)], 0, 1, kCopies);
    const Denoised found =
        denoise(ctx, machine, picture_scale(random.face, 1), observed, 1, int(pixels),
                {.sweeps = kSweeps, .average_from = 20, .normalise = Normalise::none, .key = random.key.fold(51)});
    for (std::int64_t i = 0; i < pixels; ++i) {
      double clear = 0, clean = 0;
      for (std::int64_t k = 0; k < hidden.cases; ++k) {
        const double share = std::exp(weights[std::size_t(k)] - log_sum(weights));
        clear += share * p.at(k, i);
        clean += share * v.at(k, i);
      }
      const auto expect_mean = [&](const Tensor& of, double exact) {  // 400 independent chains
        double sum = 0, squares = 0;
        for (std::int64_t r = 0; r < kCopies; ++r) {
          sum += of.at(r, i);
          squares += of.at(r, i) * of.at(r, i);
        }
        const double mean = sum / kCopies, error = std::sqrt((squares / kCopies - mean * mean) / (kCopies - 1));
        EXPECT_NEAR(mean, exact, 4.5 * error + 1e-12) << "machine " << number;
      };
      expect_mean(found.clear, clear);
      expect_mean(found.clean, clean);
    }
  }
}

TEST(Denoise, ACaseDependsOnItselfAlone) {
  const RandomRobust random(3);
  const RobustMachine machine = random.machine();
  Tensor pictures(DType::f64, 150, machine.pixels());
  fill_normal(pictures, 1, Key{6});
  const auto found = [&](int threads, ConstMatrix of) {
    Context ctx(threads);
    return denoise(ctx, machine, picture_scale(random.face, 1), of, 1, int(machine.pixels()),
                   {.sweeps = 6, .average_from = 2, .starts = {"all", "left half"}, .start_sweeps = 8, .key = Key{7}});
  };
  const Denoised all = found(1, pictures), some = found(3, pictures.view().slice(0, 120));
  for (std::int64_t r = 0; r < 120; ++r)
    for (std::int64_t i = 0; i < machine.pixels(); ++i) EXPECT_EQ(all.clean.at(r, i), some.clean.at(r, i));
}

TEST(StartMasks, AreNamed) {
  const std::vector<std::string> some{"upper half", "left half"};
  const Tensor masks = masks_of(some, 4, 2);
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(masks.as<std::uint8_t>()(0, i), i < 4);
    EXPECT_EQ(masks.as<std::uint8_t>()(1, i), i % 2 == 0);
  }
  const std::vector<std::string> wrong{"uper half"};
  EXPECT_THROW(masks_of(wrong, 4, 2), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
