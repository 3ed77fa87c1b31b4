// Mean field on integers against the float one.
#include "deepboltz/infer/binary_mean_field.h"

#include <gtest/gtest.h>

#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kCases = 30;

struct Machine {
  Context ctx;
  EnergyModel model;
  State state;
  std::vector<Bits> bits;
  std::vector<IntegerWeights> weights;
  std::vector<Tensor> bias;

  explicit Machine(EnergyModel m) : model(std::move(m)), state(model.make_state(ctx, kCases)) {
    initialise_weights(model, 0.15, Key{1});
    for (LayerId id : model.ids()) {
      Layer& layer = model.layer(id);
      for (std::int64_t j = 0; j < layer.units; ++j)
        layer.bias.set(0, j, uniform(Key{2}, std::uint32_t(id.index), std::uint32_t(j)) - 0.5);
      bias.push_back(layer.bias.clone());
      bits.emplace_back(kCases, layer.units);
      if (layer.role == Role::hidden) continue;
      state.clamp(id);
      for (std::int64_t r = 0; r < kCases; ++r)
        for (std::int64_t j = 0; j < layer.units; ++j)
          state.x(id).as<float>()(r, j) = layer.role == Role::label
                                              ? float(j == r % layer.units)
                                              : float(uniform(Key{3}, std::uint32_t(r), std::uint32_t(j)) < 0.4f);
      EXPECT_TRUE(pack(ctx, state.x(id), bits.back()));
    }
    for (const Connection& link : model.connections()) {
      weights.emplace_back(link.weight.rows(), link.weight.cols());
      weights.back().limit(13);
      quantise(ctx, link.weight, weights.back());
      EXPECT_EQ(weights.back().exponent(), 13);
    }
  }
};

std::vector<EnergyModel> machines() {
  std::vector<EnergyModel> all;
  all.push_back(dbm(50, std::vector<std::int64_t>{33, 20}));
  all.push_back(dbm(40, std::vector<std::int64_t>{20, 33, 9}, {.classes = 5}));
  return all;
}

// Roundings to 2⁻⁹ at most are 2⁻⁹/√3 in the mean square. Up to 53 neighbours send them on with weights of 0.15, and a
// mean follows its field by at most a quarter: they come back 0.27 times as large, and all in all are 0.8·2⁻⁹. The
// largest is the own one and five standard deviations of what neighbours send. Roundings of weights (2⁻¹⁴) are nothing.
TEST(BinaryMeanField, IsTheFloatOneToItsSteps) {
  for (EnergyModel& model : machines())
    for (int sweeps : {1, 4, 50}) {
      Machine m(model.clone());
      bottom_up(m.ctx, m.model, m.state);
      const MeanFieldInfo exact = mean_field(m.ctx, m.model, {.sweeps = sweeps, .tolerance = 0}, m.state);
      BinaryMeanField integers(m.model, kCases);
      const MeanFieldInfo info =
          integers.run(m.ctx, m.model, {.sweeps = sweeps, .tolerance = 0}, m.weights, m.bias, {m.bits});
      EXPECT_LE(info.sweeps, exact.sweeps);
      double squares = 0, units = 0;
      for (LayerId id : m.model.ids(Role::hidden))
        for (std::int64_t r = 0; r < kCases; ++r)
          for (std::int64_t j = 0; j < m.model.layer(id).units; ++j, ++units) {
            const double off = integers.means(id).at(r, j) - m.state.x(id).as<float>()(r, j);
            squares += off * off;
            EXPECT_LT(std::abs(off), (1 + 5 * 0.27 * 0.8) * 0x1p-9) << sweeps;
          }
      EXPECT_LT(std::sqrt(squares / units), 0x1p-9) << sweeps;
    }
}

// Grey pixels: a field rounded to 2⁻¹³ more, which is nothing beside 2⁻⁹.
TEST(BinaryMeanField, OfGreyPixelsIsTheFloatOneToItsSteps) {
  for (EnergyModel& model : machines()) {
    Machine m(model.clone());
    const Matrix x = m.state.x(m.model.visible());
    for (std::int64_t r = 0; r < kCases; ++r)
      for (std::int64_t i = 0; i < x.cols; ++i)
        x.as<float>()(r, i) = float(random_word(Key{4}, std::uint32_t(r), std::uint32_t(i)) % 256) / 255;
    GreyCases grey(kCases, x.cols);
    ASSERT_TRUE(grey.take(m.ctx, x));
    bottom_up(m.ctx, m.model, m.state);
    mean_field(m.ctx, m.model, {.sweeps = 50, .tolerance = 0}, m.state);
    BinaryMeanField integers(m.model, kCases);
    integers.run(m.ctx, m.model, {.sweeps = 50, .tolerance = 0}, m.weights, m.bias, {m.bits, &grey});
    for (LayerId id : m.model.ids(Role::hidden))
      for (std::int64_t r = 0; r < kCases; ++r)
        for (std::int64_t j = 0; j < m.model.layer(id).units; ++j)
          EXPECT_LT(std::abs(integers.means(id).at(r, j) - m.state.x(id).as<float>()(r, j)),
                    (1 + 5 * 0.27 * 0.8) * 0x1p-9 + 0x1p-12);
  }
}

TEST(BinaryMeanField, RestsWhereNoMeanMoves) {
  Machine m(std::move(machines()[0]));
  BinaryMeanField integers(m.model, kCases);
  const MeanFieldInfo long_run =
      integers.run(m.ctx, m.model, {.sweeps = 1'000, .tolerance = 0}, m.weights, m.bias, {m.bits});
  ASSERT_LT(long_run.sweeps, 1'000);
  EXPECT_EQ(long_run.change, 0);
}

}  // namespace
}  // namespace deepboltz
