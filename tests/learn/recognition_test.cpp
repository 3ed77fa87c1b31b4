// Laws of the learned recognition model: its guess, the gradient of its loss, what it learns in the end, and that a run
// with it is the same stopped or not and on any number of threads.
#include "deepboltz/learn/recognition.h"

#include <array>
#include <cmath>

#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/save.h"

namespace deepboltz::testing {
namespace {

Context& ctx() {
  static Context context(1);
  return context;
}

std::size_t at(LayerId id) { return std::size_t(id.index); }

// ---- Machines: chains of two and three hidden layers of every unit that has a slope, and what the table of random
// graphs has of deep machines without labels: trees and odd cycles.

EnergyModel chain(std::span<const Unit> units, int number) {
  EnergyModel model(DType::f64);
  for (std::size_t l = 0; l < units.size(); ++l) {
    const LayerId id =
        model.add(fmt::format("layer{}", l), units[l], group_size(units[l]) * std::int64_t(2 + (l + 1) % 3),
                  l == 0 ? Role::visible : Role::hidden);
    if (l > 0) model.connect({id.index - 1}, id);
  }
  randomise(model, 1, Key{90}.fold(std::uint64_t(number)));
  return model;
}

bool can_be_guessed(const EnergyModel& model) {
  try {
    require_recognition({.sweeps = 1}, model);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

std::vector<EnergyModel> machines() {
  const Unit b = Bernoulli{}, s = Spin{}, n = Binomial{3}, g = Gaussian{}, c = Softmax{3};
  const std::vector<std::vector<Unit>> chains = {{b, b, b}, {b, b, b, b}, {s, s, s},    {b, n, s, b}, {g, b, n},
                                                 {c, b, s}, {b, g, b},    {b, b, g, b}, {n, s, b, g}, {b, n, n, n}};
  std::vector<EnergyModel> all;
  for (const auto& units : chains) all.push_back(chain(units, int(all.size())));
  for (int number = 0; number < kGraphs; ++number)
    if (EnergyModel model = random_graph(number); can_be_guessed(model)) all.push_back(std::move(model));
  return all;
}

// Visible values that its units can have, and that no two cases share.
State cases_of(const EnergyModel& model, std::int64_t cases, Key key) {
  State state = model.make_state(ctx(), cases);
  const LayerId visible = model.visible();
  for (std::int64_t r = 0; r < cases; ++r)
    for (std::int64_t u = 0; u < model.layer(visible).units; ++u)
      state.layers[at(visible)].set(r, u, double(uniform(key, std::uint32_t(r), std::uint32_t(u))));
  state.clamp(visible);
  return state;
}

// ---- The loss, from the means alone: KL = −H(μ) − μ·f + A(f), f the field that has the mean ν.

struct FieldOfMean {
  double nu;
  double operator()(const Bernoulli&) const { return std::log(nu / (1 - nu)); }
  double operator()(const Spin&) const { return std::atanh(nu); }
  double operator()(const Binomial& unit) const { return std::log(nu / (double(unit.trials) - nu)); }
  double operator()(const Gaussian&) const { return nu; }
  template <class U> double operator()(const U&) const { return NAN; }
};

double divergence(const Unit& unit, double mu, double nu) {
  const double f = std::visit(FieldOfMean{nu}, unit);
  return std::visit(
      [&]<class U>(const U& u) {
        if constexpr (ScalarUnit<U> && NormalisedUnit<U>)
          return -u.entropy(mu) - mu * f + u.log_partition(f);
        else
          return double(NAN);
      },
      unit);
}

// Σ over hidden units, the mean over cases.
double loss(const EnergyModel& model, const State& target, const State& guess) {
  double sum = 0;
  for (LayerId id : model.ids(Role::hidden))
    for (std::int64_t r = 0; r < guess.cases; ++r)
      for (std::int64_t u = 0; u < model.layer(id).units; ++u)
        sum += divergence(model.layer(id).unit, target.layers[at(id)].at(r, u), guess.layers[at(id)].at(r, u));
  return sum / double(guess.cases);
}

void guess_by(const EnergyModel& recognition, State& state) { bottom_up(ctx(), recognition, state); }

// What a step at a rate of 1 takes from the parameters: the gradient.
EnergyModel stepped(const EnergyModel& recognition, const State& guess, const State& target) {
  EnergyModel after = recognition.clone();
  learn_recognition(ctx(), 1, guess, target, after);
  return after;
}

// ---- Golden S10 (docs/models/dbm.md): the guess of the machine 3–2–2, and the loss against its fixed point.

class GoldenRecognition : public ::testing::TestWithParam<DType> {};
INSTANTIATE_TEST_SUITE_P(Precision, GoldenRecognition, ::testing::Values(DType::f64, DType::f32));

TEST_P(GoldenRecognition, IsThePublishedOne) {
  const bool exact = GetParam() == DType::f64;
  const double digits = exact ? 5.1e-13 : 1e-4, slopes = exact ? 1e-8 : 1e-4;
  const EnergyModel model = golden_dbm(GetParam()), recognition = recognition_model(ctx(), model);
  State guess = model.make_state(ctx(), 1);
  set_cases<3>(guess, {0}, {{1, 0, 1}});
  State fixed = guess.clone();
  guess_by(recognition, guess);
  EXPECT_NEAR(guess.layers[1].at(0, 0), .785575282431, digits);
  EXPECT_NEAR(guess.layers[1].at(0, 1), .328276971948, digits);
  EXPECT_NEAR(guess.layers[2].at(0, 0), .424009700627, digits);
  EXPECT_NEAR(guess.layers[2].at(0, 1), .402693042789, digits);
  bottom_up(ctx(), model, fixed);
  mean_field(ctx(), model, {.sweeps = 1'000, .tolerance = 1e-15}, fixed);
  EXPECT_NEAR(loss(model, fixed, guess), .136678576978, digits);

  const EnergyModel after = stepped(recognition, guess, fixed);
  const auto gradient = [&](std::size_t c, std::int64_t i, std::int64_t j) {
    return recognition.connections()[c].weight.at(i, j) - after.connections()[c].weight.at(i, j);
  };
  EXPECT_NEAR(gradient(0, 0, 0), .463638586908, slopes);
  EXPECT_NEAR(gradient(0, 2, 1), -.087658944817, slopes);
  EXPECT_NEAR(gradient(1, 1, 0), -.002918460135, slopes);

  State swept = guess.clone();
  mean_field(ctx(), model, kSweepAfterGuess, swept);
  EXPECT_NEAR(loss(model, fixed, swept), .000029156816, digits);
}

// ---- Laws over all machines

TEST(Recognition, BeginsAsTheMachinesOwnPassUp) {
  for (const EnergyModel& model : machines()) {
    State of_machine = cases_of(model, 3, Key{91}), guess = of_machine.clone();
    bottom_up(ctx(), model, of_machine);
    guess_by(recognition_model(ctx(), model), guess);
    for (LayerId id : model.ids(Role::hidden))
      for (std::int64_t r = 0; r < 3; ++r)
        for (std::int64_t u = 0; u < model.layer(id).units; ++u)
          EXPECT_NEAR(guess.layers[at(id)].at(r, u), of_machine.layers[at(id)].at(r, u), 1e-13);
  }
}

// The slopes' own error is slope_of's: third derivatives of a loss of a dozen units with weights about 1 are below 10.
TEST(Recognition, StepsAlongTheSlopeOfItsLoss) {
  std::size_t deep = 0, checked = 0;
  for (const EnergyModel& model : machines()) {
    deep += model.ids(Role::hidden).size() >= 3;
    EnergyModel recognition = recognition_model(ctx(), model);
    State guess = cases_of(model, 2, Key{92});
    guess_by(recognition, guess);
    State target = guess.clone();
    mean_field(ctx(), model, {.sweeps = 2}, target);
    const EnergyModel after = stepped(recognition, guess, target);
    const auto now = [&] {
      State here = guess.clone();
      guess_by(recognition, here);
      return loss(model, target, here);
    };
    const auto check = [&](Tensor& parameter, const Tensor& moved) {
      for (std::int64_t i = 0; i < parameter.rows(); ++i)
        for (std::int64_t j = 0; j < parameter.cols(); ++j, ++checked)
          EXPECT_NEAR(parameter.at(i, j) - moved.at(i, j), slope_of(parameter, i, j, now), 2e-9) << checked;
    };
    for (LayerId id : model.ids()) check(recognition.layer(id).bias, after.layer(id).bias);
    for (std::size_t c = 0; c < model.connections().size(); ++c)
      check(recognition.connections()[c].weight, after.connections()[c].weight);
  }
  EXPECT_GE(deep, 8u);
  EXPECT_GE(checked, 500u);
}

// Learnt on one case to the end, the guess is where mean field stays. Weights are half as large as in the other laws:
// of a mean that is within 10⁻⁴ of its limit the loss is so flat that descent takes a million steps.
TEST(Recognition, OfOneCaseEndsAtTheFixedPoint) {
  std::vector<EnergyModel> all = machines();
  for (EnergyModel& model : all) {
    for (Connection& c : model.connections()) scale_add(ctx(), 0, c.weight, 0.5, c.weight);
    EnergyModel recognition = recognition_model(ctx(), model);
    State guess = cases_of(model, 1, Key{93});
    double away = 1;
    for (int step = 0; step < 50'000 && away > 1e-9; ++step) {
      guess_by(recognition, guess);
      State target = guess.clone();
      away = mean_field(ctx(), model, kSweepAfterGuess, target).change;
      learn_recognition(ctx(), 0.05, guess, target, recognition);
    }
    State fixed = guess.clone();
    mean_field(ctx(), model, {.sweeps = 20'000, .tolerance = 1e-15}, fixed);
    for (LayerId id : model.ids(Role::hidden))
      for (std::int64_t u = 0; u < model.layer(id).units; ++u)
        EXPECT_NEAR(guess.layers[at(id)].at(0, u), fixed.layers[at(id)].at(0, u), 1e-6);
  }
}

// ---- While a machine learns

Source bits_source() {
  Source source;
  source.cases = 53;
  source.visible = {{[](Context&, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::int64_t i = 0; i < out.cols; ++i)
        out.as<float>()(std::int64_t(r), i) =
            uniform(key, rows[r], std::uint32_t(i)) < 0.1f + 0.8f * float(i % 3 == rows[r] % 3);
  }}};
  return source;
}

Learner learner(Math math) {
  Learner out;
  out.math = math;
  out.negative = {.kind = Negative::Kind::persistent, .chains = 10};
  out.rate = {.kind = Schedule::Kind::linear, .start = 0.05, .end = 0.01, .epochs = 3};
  out.centering.kind = Centering::Kind::offsets;
  out.recognition = {.sweeps = 2, .rate = 4};
  return out;
}

EnergyModel fresh() {
  EnergyModel model = dbm(70, {50, 41, 12});
  initialise_weights(model, 0.1, {4});
  return model;
}

Bytes all_bytes(const EnergyModel& model, const LearningState& learning) {
  Archive archive;
  add_model(model, "model/", archive);
  add_model(*learning.recognition, "recognition/", archive);
  add_learning(learning, archive);
  return make_safetensors(archive);
}

class LearningWithRecognition : public ::testing::TestWithParam<Math> {
 protected:
  const Learner rule = learner(GetParam());
  const Source source = bits_source();
};
INSTANTIATE_TEST_SUITE_P(Math, LearningWithRecognition, ::testing::Values(Math::f32, Math::int16));

TEST_P(LearningWithRecognition, HasTheSameBitsOnAnyNumberOfThreadsAndStoppedAfterAnyUpdate) {
  Bytes expected;
  for (int threads : {1, 2, 3}) {
    Context context(threads);
    EnergyModel model = fresh();
    LearningState learning = start_learning(context, model, rule, 10);
    State data = make_batch(context, model, 10);
    while (learning.epoch < 3) fit_epoch(context, rule, source, {.batch = 10, .key = {8}}, {}, model, data, learning);
    if (threads == 1) expected = all_bytes(model, learning);
    EXPECT_EQ(all_bytes(model, learning), expected) << threads;
  }
  EnergyModel model = fresh();
  LearningState stopped = start_learning(ctx(), model, rule, 10);
  while (stopped.epoch < 3) {
    State batch = make_batch(ctx(), model, 10);
    fit_epoch(
        ctx(), rule, source, {.batch = 10, .key = {8}}, [](std::int64_t, std::int64_t) { return false; }, model, batch,
        stopped);
    Archive archive = parse_safetensors(all_bytes(model, stopped), "memory");
    model = take_model("model/", archive);
    stopped = start_learning(ctx(), model, rule, 10);
    stopped.recognition = take_model("recognition/", archive);
    take_learning(archive, stopped);
  }
  EXPECT_EQ(all_bytes(model, stopped), expected);
}

TEST_P(LearningWithRecognition, AllocatesNoTensorAfterTheFirstStepOfAnEpoch) {
  EnergyModel model = fresh();
  LearningState learning = start_learning(ctx(), model, rule, 10);
  State data = make_batch(ctx(), model, 10);
  std::int64_t after_first = 0;
  const auto look = [&](std::int64_t batch, std::int64_t) {
    if (batch == 1) after_first = aligned_allocations();
    return true;
  };
  fit_epoch(ctx(), rule, source, {.batch = 10, .key = {8}}, look, model, data, learning);
  fit_epoch(ctx(), rule, source, {.batch = 10, .key = {8}}, look, model, data, learning);
  EXPECT_EQ(aligned_allocations(), after_first);
}

// Mean absolute distance from a start to the fixed point, over the hidden units.
double distance(const EnergyModel& model, const EnergyModel& start, const State& cases) {
  State state = cases.clone(), fixed = cases.clone();
  bottom_up(ctx(), start, state);
  bottom_up(ctx(), model, fixed);
  mean_field(ctx(), model, {.sweeps = 1'000}, fixed);
  double sum = 0, units = 0;
  for (LayerId id : model.ids(Role::hidden))
    for (std::int64_t r = 0; r < cases.cases; ++r)
      for (std::int64_t u = 0; u < model.layer(id).units; ++u, ++units)
        sum += std::abs(state.layers[at(id)].at(r, u) - fixed.layers[at(id)].at(r, u));
  return sum / units;
}

TEST_P(LearningWithRecognition, ComesNearerToTheFixedPointThanThePassUp) {
  EnergyModel model = fresh();
  LearningState learning = start_learning(ctx(), model, rule, 10);
  State data = make_batch(ctx(), model, 10);
  while (learning.epoch < 60) fit_epoch(ctx(), rule, source, {.batch = 10, .key = {8}}, {}, model, data, learning);
  State cases = make_batch(ctx(), model, 53);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < 53; ++r) rows.push_back(r);
  fill_batch(ctx(), model, source, rows, Key{94}, cases);  // drawn anew
  EXPECT_LT(distance(model, *learning.recognition, cases), 0.5 * distance(model, model, cases));

  // The machine has learnt from these means: a pixel differs from its pattern by 0.1, from a coin by 0.5.
  bottom_up(ctx(), model, cases);
  mean_field(ctx(), model, {}, cases);
  Tensor down(DType::f32, 53, 70);
  mean_layer(ctx(), model, model.visible(), cases, {}, down);
  EXPECT_LT(mean_absolute_difference(ctx(), down, cases.x(model.visible())), 0.3);
}

// Before the machine has taken its first step, integers infer what floats infer, to the bit.
TEST(Recognition, StepsOnIntegersAsInFloats) {
  for (const bool grey : {false, true}) {
    std::vector<EnergyModel> after;
    for (const Math math : {Math::f32, Math::int16}) {
      const Learner rule = learner(math);
      EnergyModel model = fresh();
      LearningState learning = start_learning(ctx(), model, rule, 20);
      State data = make_batch(ctx(), model, 20);
      for (std::int64_t r = 0; r < 20; ++r)
        for (std::int64_t i = 0; i < 70; ++i) {
          const float x = float(random_word(Key{95}, std::uint32_t(r), std::uint32_t(i)) % 256) / 255;
          data.layers[0].as<float>()(r, i) = grey ? x : std::round(x);
        }
      learn_step(ctx(), rule, 0, Key{96}, model, data, learning);
      after.push_back(learning.recognition->clone());
    }
    const EnergyModel before = recognition_model(ctx(), fresh());
    const auto numbers = [](const EnergyModel& model) {
      std::vector<double> all;
      for (const Connection& c : model.connections())
        for (std::int64_t i = 0; i < c.weight.rows(); ++i)
          for (std::int64_t j = 0; j < c.weight.cols(); ++j) all.push_back(c.weight.at(i, j));
      return all;
    };
    EXPECT_EQ(numbers(after[0]), numbers(after[1]));
    EXPECT_NE(numbers(after[0]), numbers(before));
  }
}

// ---- Refusals

std::string refusal(const EnergyModel& model, RecognitionRule rule = {.sweeps = 1}) {
  Learner learner;
  learner.negative.kind = Negative::Kind::persistent;
  learner.recognition = rule;
  try {
    require_learner(learner, model);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

TEST(Recognition, IsRefusedWhereItHasNoMeaning) {
  EXPECT_EQ(refusal(dbm(4, {3, 2})), "");
  EXPECT_EQ(refusal(rbm(4, 3)), "recognition: the posterior of this machine is exact, without a guess");
  EXPECT_EQ(refusal(dbm(4, {3, 2}, {.classes = 2})),
            "recognition: 'label' would be known while the machine learns, and not when it encodes");
  EXPECT_EQ(
      refusal(dbm(4, {3, 2}, {.hidden = Relu{}})),
      "recognition: expected hidden units of \"bernoulli\", \"spin\", \"binomial\" or \"gaussian\", got \"relu\" in "
      "'hidden1'");
  EXPECT_EQ(refusal(dbm(4, {4, 2}, {.hidden = Softmax{2}})),
            "recognition: expected hidden units of \"bernoulli\", \"spin\", \"binomial\" or \"gaussian\", got "
            "\"softmax:2\" in 'hidden1'");
  EXPECT_EQ(refusal(dbm(4, {3, 2}), {.sweeps = 6}), "recognition: expected 1 to 5 sweeps, or 0 for none, got 6");
  EXPECT_EQ(refusal(dbm(4, {3, 2}), {.sweeps = 1, .rate = 0}), "recognition: expected a rate above 0, got 0");
}

TEST(Recognition, OfAnotherMachineIsRefused) {
  const EnergyModel model = dbm(4, {3, 2});
  EXPECT_NO_THROW(require_recognition_of(model, recognition_model(ctx(), model)));
  const auto refuses = [&](const EnergyModel& other) {
    EXPECT_THROW(require_recognition_of(model, other), InputError);
  };
  refuses(dbm(4, {3, 3}));
  refuses(dbm(5, {3, 2}));
  refuses(dbm(4, {3, 2, 2}));
  refuses(rbm(4, 3));
  refuses(dbm(4, {3, 2}, {.hidden = Spin{}}));
  refuses(dbm(4, {3, 2}, {.precision = DType::f64}));
}

TEST(Recognition, OfADivergedGuessIsAnError) {
  EnergyModel model = dbm(4, {3, 2}), recognition = recognition_model(ctx(), model);
  recognition.connections()[1].weight.set(0, 0, NAN);
  State guess = make_batch(ctx(), model, 2);
  guess_by(recognition, guess);
  const State target = guess.clone();
  EXPECT_THROW(learn_recognition(ctx(), 1, guess, target, recognition), NumericalError);
}

}  // namespace
}  // namespace deepboltz::testing
