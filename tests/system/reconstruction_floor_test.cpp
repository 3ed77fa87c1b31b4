// The floor beside a reconstruction's loss, by plain sums; and a network that has learnt nothing but biases stands on
// it.
#include "deepboltz/system/stack/reconstruction_floor.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"
#include "deepboltz/stack/autoencoder.h"
#include "deepboltz/stack/propagate.h"
#include "deepboltz/system/stack/stack_cases.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kCases = 1'200, kUnits = 5;  // more than are scored at once

Cases drawn(double scale, DType dtype) {
  Dataset data{"d", Tensor(dtype, kCases, kUnits)};
  for (std::int64_t r = 0; r < kCases; ++r)
    for (std::int64_t i = 0; i < kUnits; ++i)
      data.x.set(r, i,
                 std::floor(scale * double(uniform(Key{3}, std::uint32_t(r), std::uint32_t(i))) + 0.1 * double(i)));
  for (std::int64_t r = 0; r < kCases; ++r) data.x.set(r, 0, data.x.at(r, 0) + 1);  // no empty documents
  return cases_of(finished(std::move(data)));
}

EnergyModel layer_of(const Unit& unit) {
  EnergyModel visible(DType::f64);
  visible.add("visible", unit, kUnits, Role::visible);
  return visible;
}

TEST(ReconstructionFloor, OfDocumentsIsTheCrossEntropyOfTrainingShares) {
  Context ctx;
  const Cases cases = drawn(4, DType::f32);
  const ConstMatrix x = cases.at(kVisibleColumn).rows();
  std::vector<double> words(kUnits, 1.0);  // a word of every kind more
  each_value(x, [&](std::int64_t, std::int64_t i, double n) { words[std::size_t(i)] += n; });
  double all = 0, expected = 0;
  for (const double n : words) all += n;
  std::vector<double> length(kCases, 0.0);
  each_value(x, [&](std::int64_t r, std::int64_t, double n) { length[std::size_t(r)] += n; });
  each_value(x, [&](std::int64_t r, std::int64_t i, double n) {
    expected -= n / length[std::size_t(r)] * std::log(words[std::size_t(i)] / all) / kCases;
  });
  const EnergyModel visible = layer_of(Counts{});
  EXPECT_NEAR(reconstruction_floor(ctx, visible, cases, StackCases(ctx, visible, cases).to_itself()), expected, 1e-9);
  EXPECT_EQ(floor_name(visible), "unigrams");
}

TEST(ReconstructionFloor, OfGreyPixelsIsTheCrossEntropyOfTheirMeans) {
  Context ctx;
  const Cases cases = drawn(250, DType::u8);
  const ConstMatrix x = cases.at(kVisibleColumn).rows();
  std::vector<double> sums(kUnits, 0.0);
  each_value(x, [&](std::int64_t, std::int64_t i, double p) { sums[std::size_t(i)] += p; });
  double expected = 0;
  each_value(x, [&](std::int64_t, std::int64_t i, double p) {
    const double mean = (sums[std::size_t(i)] + 1) / (kCases + 2);
    expected -= (p * std::log(mean) + (1 - p) * std::log(1 - mean)) / kCases;
  });
  const EnergyModel visible = layer_of(Bernoulli{});
  const Examples examples = StackCases(ctx, visible, cases).to_itself();
  const double floor = reconstruction_floor(ctx, visible, cases, examples);
  EXPECT_NEAR(floor, expected, 1e-9);
  EXPECT_EQ(floor_name(visible), "training_mean");
  // A network without weights whose biases are the fields of the means.
  Network network;
  network.layers.push_back(random_layer("encode1", Bernoulli{}, kUnits, 2, 0, {}, DType::f64));
  network.layers.push_back(random_layer("decode1", Bernoulli{}, 2, kUnits, 0, {}, DType::f64));
  for (std::int64_t i = 0; i < kUnits; ++i) {
    const double mean = (sums[std::size_t(i)] + 1) / (kCases + 2);
    network.layers[1].bias.set(0, i, std::log(mean / (1 - mean)));
  }
  EXPECT_NEAR(score(ctx, network, examples).loss / double(kCases), floor, 1e-9);
}

}  // namespace
}  // namespace deepboltz
