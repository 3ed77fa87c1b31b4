#include "deepboltz/learn/checkpoint.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/trajectory.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/save.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

Context& ctx() {
  static Context context(1);
  return context;
}

Source random_bits() {
  Source source;
  source.cases = 53;
  source.visible = {{[](Context&, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::int64_t i = 0; i < out.cols; ++i)
        out.as<float>()(std::int64_t(r), i) = uniform(key, rows[r], std::uint32_t(i)) < 0.3f;
  }}};
  source.labels = [](std::span<const std::uint32_t> rows, Matrix out) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::int64_t k = 0; k < out.cols; ++k)
        out.as<float>()(std::int64_t(r), k) = k == std::int64_t(rows[r]) % out.cols;
  };
  return source;
}

std::vector<Learner> learners() {
  Learner plain, adam, enhanced;
  plain.negative = {.kind = Negative::Kind::persistent, .sweeps = 2, .chains = 11};
  plain.momentum = {.kind = Schedule::Kind::step, .start = 0.5, .end = 0.9, .epochs = 1};
  plain.sparsity = {{0.2, 0.01}, {0.1, 0.01}};
  plain.centering.kind = Centering::Kind::offsets;
  plain.negative.statistics = Negative::Statistics::sample;
  adam.negative = {.kind = Negative::Kind::persistent, .chains = 10};
  adam.optimizer = AdamStep{};
  adam.rate = {.kind = Schedule::Kind::constant, .start = 0.01};
  adam.negative.statistics = Negative::Statistics::all_means;
  enhanced.negative = {.kind = Negative::Kind::persistent, .anneal_every = 1, .chains = 10};
  enhanced.centering.kind = Centering::Kind::enhanced;
  std::vector<Learner> all;
  all.push_back(plain);
  all.push_back(adam);
  all.push_back(enhanced);
  using Kind = ChainSampler::Kind;
  for (Kind kind : {Kind::parallel_tempering, Kind::tempered_transitions, Kind::cast}) {
    all.push_back(plain);
    all.back().negative.sampler = {.kind = kind, .levels = 4, .lowest = 0.2, .every = 3};
  }
  all.push_back(plain);
  all.back().negative.fast = true;
  return all;
}

// Machines are kept, and dropped, on the way.
Learner trajectory() {
  Learner learner = learners()[0];
  learner.negative.sampler = {.kind = ChainSampler::Kind::trajectory, .levels = 4, .least_acceptance = 0.97};
  learner.rate.start = 0.5;
  return learner;
}

std::vector<Learner> every_learner() {
  std::vector<Learner> all = learners();
  all.push_back(trajectory());
  all.push_back(trajectory());
  all.back().negative.sampler.every = 2;
  return all;
}

EnergyModel fresh() {
  const std::int64_t hidden[] = {7, 5};
  EnergyModel model = dbm(12, hidden, {.precision = DType::f32, .classes = 3});
  initialise_weights(model, 0.1, {4});
  return model;
}

Bytes all_bytes(const EnergyModel& model, const LearningState& learning) {
  Archive archive;
  add_model(model, "", archive);
  add_learning(learning, archive);
  return make_safetensors(archive);
}

// Stopped at every one of the steps of three epochs, saved, read back, resumed: the bytes are those of the run that
// never stopped.
TEST(Checkpoint, ResumedIsNeverStopped) {
  const Source source = random_bits();
  for (const Learner& learner : every_learner()) {
    EnergyModel whole = fresh();
    LearningState learning = start_learning(ctx(), whole, learner, 10);
    State data = make_batch(ctx(), whole, 10);
    while (learning.epoch < 3) fit_epoch(ctx(), learner, source, {.batch = 10, .key = {8}}, {}, whole, data, learning);
    const Bytes expected = all_bytes(whole, learning);

    EnergyModel model = fresh();
    LearningState stopped = start_learning(ctx(), model, learner, 10);
    while (stopped.epoch < 3) {
      State batch = make_batch(ctx(), model, 10);
      fit_epoch(
          ctx(), learner, source, {.batch = 10, .key = {8}}, [](std::int64_t, std::int64_t) { return false; }, model,
          batch, stopped);
      Archive archive = parse_safetensors(all_bytes(model, stopped), "memory");
      model = take_model("", archive);
      stopped = start_learning(ctx(), model, learner, 10);
      take_learning(archive, stopped);
    }
    EXPECT_EQ(all_bytes(model, stopped), expected);
  }
}

TEST(Learning, AllocatesNoTensorAfterTheFirstStep) {
  const Source source = random_bits();
  for (const Learner& learner : learners()) {
    EnergyModel model = fresh();
    LearningState learning = start_learning(ctx(), model, learner, 10);
    State data = make_batch(ctx(), model, 10);
    const auto one_step = [&] {
      fit_epoch(
          ctx(), learner, source, {.batch = 10, .key = {8}}, [](std::int64_t, std::int64_t) { return false; }, model,
          data, learning);
    };
    one_step();
    const std::int64_t before = aligned_allocations();
    for (int step = 0; step < 8; ++step) one_step();
    EXPECT_EQ(aligned_allocations(), before);
  }
}

TEST(Checkpoint, CarriesTheMachinesOfATrajectory) {
  EnergyModel model = fresh();
  LearningState learning = start_learning(ctx(), model, trajectory(), 10);
  State data = make_batch(ctx(), model, 10);
  while (learning.epoch < 3)
    fit_epoch(ctx(), trajectory(), random_bits(), {.batch = 10, .key = {8}}, {}, model, data, learning);
  EXPECT_EQ(learning.tempered.machines.size(), 3u);  // with the model the four that are asked for
  EXPECT_GT(learning.tempered.round, 0);
}

// What a finished run keeps: the machines and chains that learning stood at, to the bit, in either number type.
TEST(Trajectory, IsKeptInAFileOfItsOwn) {
  EnergyModel model = fresh();
  LearningState learning = start_learning(ctx(), model, trajectory(), 10);
  State data = make_batch(ctx(), model, 10);
  while (learning.epoch < 3)
    fit_epoch(ctx(), trajectory(), random_bits(), {.batch = 10, .key = {8}}, {}, model, data, learning);
  const auto archive = [&] {
    Archive kept;
    add_trajectory(learning, kept);
    return parse_safetensors(make_safetensors(kept), "kept");
  };
  Archive first = archive(), second = archive();
  const Trajectory kept = take_trajectory(ctx(), model, first),
                   in_double = take_trajectory(ctx(), model.to(DType::f64), second);
  ASSERT_EQ(kept.machines.size(), learning.tempered.machines.size());
  ASSERT_EQ(kept.chains.size(), kept.machines.size() + 1);
  const auto same = [](const Tensor& a, const Tensor& b) {
    for (std::int64_t i = 0; i < a.rows(); ++i)
      for (std::int64_t j = 0; j < a.cols(); ++j) ASSERT_EQ(a.at(i, j), b.at(i, j));
  };
  for (std::size_t m = 0; m < kept.machines.size(); ++m)
    for (std::size_t c = 0; c < model.connections().size(); ++c)
      for (const Trajectory* one : {&kept, &in_double})
        same(one->machines[m].connections()[c].weight, learning.tempered.machines[m].connections()[c].weight);
  for (std::size_t l = 0; l < model.layers().size(); ++l)
    for (const Trajectory* one : {&kept, &in_double}) {
      same(one->chains[0].layers[l], learning.tempered.machine_chains[0].layers[l]);
      same(one->chains.back().layers[l], learning.chains.layers[l]);
    }
  EXPECT_EQ(in_double.chains.back().layers[0].dtype(), DType::f64);
}

// Every tensor in turn is left out, is of another shape, or has a number that no state and no parameter has.
TEST(Trajectory, WithAPartMissingOrWrongIsRefused) {
  const EnergyModel model = fresh();
  Archive whole;
  add_trajectory(start_learning(ctx(), model, trajectory(), 10), whole);
  enum Damage { missing, shape, value };
  for (const auto& spoiled : whole.entries())
    for (const Damage damage : {missing, shape, value}) {
      Archive broken;
      for (const auto& entry : whole.entries()) {
        const bool here = entry.name == spoiled.name;
        if (here && damage == missing) continue;
        Tensor tensor = here && damage == shape ? Tensor(DType::f32, entry.tensor.rows() + 1, entry.tensor.cols())
                                                : entry.tensor.clone();
        if (here && damage == value) tensor.set(0, 0, NAN);
        broken.add(entry.name, std::move(tensor));
      }
      EXPECT_THROW(take_trajectory(ctx(), model, broken), InputError) << spoiled.name << " " << damage;
    }
}

TEST(Trajectory, TooLargeForItsFileIsRefusedBeforeAnyWork) {
  Learner learner = trajectory();
  learner.negative.sampler.levels = 10'000;
  const EnergyModel large = rbm(784, 500, {});
  try {
    require_learner(learner, large);
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("levels: a trajectory of 10000 such machines with 11 chains"))
        << error.what();
  }
  learner.sparsity.clear();
  learner.negative.sampler.levels = 100;
  EXPECT_NO_THROW(require_learner(learner, large));
}

TEST(Checkpoint, WithListsThatDoNotFitIsRefused) {
  const Learner learner = learners()[3];
  const EnergyModel model = fresh();
  for (const char* name : {"learning/level", "learning/trip", "learning/ladder"})
    for (double value : {-1.0, 7.0, double(NAN)}) {
      Archive archive, broken;
      add_learning(start_learning(ctx(), model, learner, 10), archive);
      broken.metadata = archive.metadata;
      for (const auto& entry : archive.entries()) {
        Tensor tensor = entry.tensor.clone();
        if (entry.name == name && std::string(name) == "learning/trip") tensor = Tensor(DType::f64, 1, 3);
        if (entry.name == name) tensor.set(0, 1, value);
        broken.add(entry.name, std::move(tensor));
      }
      LearningState learning = start_learning(ctx(), model, learner, 10);
      EXPECT_THROW(take_learning(broken, learning), InputError) << name << " " << value;
    }
}

TEST(Checkpoint, OfAnotherModelIsRefused) {
  const Learner learner = learners()[0];
  const EnergyModel model = fresh();
  Archive archive;
  add_learning(start_learning(ctx(), model, learner, 10), archive);
  Learner more = learner;
  more.negative.chains = 12;
  LearningState other = start_learning(ctx(), model, more, 10);
  EXPECT_THROW(take_learning(archive, other), InputError);
}

}  // namespace
}  // namespace deepboltz
