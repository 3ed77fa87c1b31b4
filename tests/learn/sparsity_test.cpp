// Sparsity in one step, by floats and by integers: what a step with it does beyond one without.
#include "deepboltz/learn/sparsity.h"

#include <gtest/gtest.h>

#include "deepboltz/learn/fit.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kPixels = 37, kCases = 60;

Source random_cases(bool grey) {
  Source source;
  source.cases = kCases;
  source.visible = {{[grey](Context&, std::span<const std::uint32_t> rows, Key, Matrix out) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::int64_t i = 0; i < out.cols; ++i) {
        const float x = uniform(Key{7}, rows[r], std::uint32_t(i));
        out.as<float>()(std::int64_t(r), i) = grey ? float(int(255 * x)) / 255 : float(x < 0.3f);
      }
  }}};
  source.labels = [](std::span<const std::uint32_t> rows, Matrix out) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::int64_t k = 0; k < out.cols; ++k)
        out.as<float>()(std::int64_t(r), k) = float(k == std::int64_t(rows[r]) % out.cols);
  };
  return source;
}

struct Way {
  const char* name;
  Math math;
  std::vector<std::int64_t> hidden;
  std::int64_t classes = 0;
  bool grey = false;
};

const Way kWays[] = {{"float", Math::f32, {20}},
                     {"float, labels", Math::f32, {20}, 4},
                     {"float, deep", Math::f32, {20, 33, 12}, 4},
                     {"16 bits", Math::int16, {20}},
                     {"16 bits, labels", Math::int16, {20}, 4},
                     {"16 bits, grey", Math::int16, {20}, 0, true},
                     {"16 bits, deep", Math::int16, {20, 33, 12}, 4},
                     {"24 bits", Math::int24, {20}, 4}};

struct Stepped {
  EnergyModel model;
  LearningState learning;

  Stepped(const Way& way, std::vector<Sparsity> sparsity, double memory)
      : model(dbm(kPixels, way.hidden, {.classes = way.classes})) {
    Context ctx;
    initialise_weights(model, 0.1, Key{2});
    Learner learner;
    learner.math = way.math;
    learner.negative.kind = way.hidden.size() > 1 ? Negative::Kind::persistent : Negative::Kind::from_data;
    learner.rate.start = 0.5;
    learner.momentum.start = 0;
    learner.sparsity = std::move(sparsity);
    learner.sparsity_memory = memory;
    learning = start_learning(ctx, model, learner, kCases);
    State data = make_batch(ctx, model, kCases);
    fit_epoch(ctx, learner, random_cases(way.grey), {.batch = kCases, .key = Key{3}}, {}, model, data, learning);
  }
};

// The means of the data follow from the running means of the hidden layers, and from the pixels.
TEST(Sparsity, TakesMeansTimesPressureFromWeightsAndPressureFromBiases) {
  constexpr double kRate = 0.5, kTarget = 0.1;
  constexpr double kTolerance = 4 * 0x1p-23;  // a parameter below 2 is rounded twice in each of the two steps
  for (const Way& way : kWays)
    for (const double memory : {0.0, 0.75}) {
      std::vector<Sparsity> sparsity;
      for (std::size_t h = 0; h < way.hidden.size(); ++h) sparsity.push_back({kTarget, 0.5 + 0.25 * double(h)});
      const Stepped plain(way, {}, memory), sparse(way, sparsity, memory);

      std::vector<std::vector<double>> mean, pressure;  // of each layer
      for (LayerId id : sparse.model.ids()) {
        mean.emplace_back(std::size_t(sparse.model.layer(id).units), 0.0);
        pressure.emplace_back(mean.back().size(), 0.0);
      }
      Tensor pixels(DType::f32, kCases, kPixels);
      std::vector<std::uint32_t> rows(kCases);
      for (std::uint32_t r = 0; r < kCases; ++r) rows[r] = r;
      Context ctx;
      random_cases(way.grey).visible.front().states(ctx, rows, {}, pixels);
      for (std::int64_t r = 0; r < kCases; ++r)
        for (std::int64_t i = 0; i < kPixels; ++i)
          mean[std::size_t(sparse.model.visible().index)][std::size_t(i)] += pixels.at(r, i) / kCases;
      const auto hidden = sparse.model.ids(Role::hidden);
      for (std::size_t h = 0; h < hidden.size(); ++h) {
        const auto l = std::size_t(hidden[h].index);
        for (std::size_t j = 0; j < mean[l].size(); ++j) {
          const double running = sparse.learning.activity[l].at(0, std::int64_t(j));
          mean[l][j] = (running - memory * kTarget) / (1 - memory);
          EXPECT_GE(mean[l][j], -1e-6);
          EXPECT_LE(mean[l][j], 1 + 1e-6);
          pressure[l][j] = sparsity[h].cost * (running - kTarget);
        }
      }

      double largest = 0;
      for (LayerId id : sparse.model.ids()) {
        const auto l = std::size_t(id.index);
        for (std::int64_t j = 0; j < sparse.model.layer(id).units; ++j)
          EXPECT_NEAR(sparse.model.layer(id).bias.at(0, j) - plain.model.layer(id).bias.at(0, j),
                      -kRate * pressure[l][std::size_t(j)], kTolerance)
              << way.name;
      }
      for (std::size_t c = 0; c < sparse.model.connections().size(); ++c) {
        const Connection &now = sparse.model.connections()[c], &then = plain.model.connections()[c];
        const auto lower = std::size_t(now.lower.index), upper = std::size_t(now.upper.index);
        const bool label = sparse.model.layer(now.lower).role == Role::label;
        for (std::int64_t i = 0; i < now.weight.rows(); ++i)
          for (std::int64_t j = 0; j < now.weight.cols(); ++j) {
            const auto a = std::size_t(i), b = std::size_t(j);
            const double taken = mean[lower][a] * pressure[upper][b] + pressure[lower][a] * mean[upper][b];
            largest = std::max(largest, taken);
            if (label)
              EXPECT_EQ(now.weight.at(i, j), then.weight.at(i, j)) << way.name;
            else
              EXPECT_NEAR(now.weight.at(i, j) - then.weight.at(i, j), -kRate * taken, kTolerance) << way.name;
          }
      }
      EXPECT_GT(largest, 0.005) << way.name;
    }
}

}  // namespace
}  // namespace deepboltz
