// Layers drawn straight from integers are the layers drawn from their fields, on any graph, tempered, clamped or free.
#include "deepboltz/model/integer_draw.h"

#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/quantised.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kCases = 30;

struct Chains {
  Context ctx;
  EnergyModel model;
  State x;
  std::vector<Tensor> base;
  std::vector<double> from = std::vector<double>(kCases), to = from;

  explicit Chains(int graph) : model(quantised(ctx, testing::random_graph(graph, DType::f32), 24)) {
    x = model.make_state(ctx, kCases);
    draw_base(ctx, model, nullptr, Key{3}, x);
    for (LayerId id : model.ids()) {
      base.emplace_back(DType::f32, 1, model.layer(id).units);
      for (std::int64_t j = 0; j < model.layer(id).units; ++j)
        base.back().set(0, j, 2 * uniform(Key{4}.fold(std::uint64_t(id.index)), 0, std::uint32_t(j)) - 1);
    }
    for (std::size_t r = 0; r < std::size_t(kCases); ++r) {
      from[r] = uniform(Key{5}, std::uint32_t(r), 0);
      to[r] = uniform(Key{5}, std::uint32_t(r), 1);
    }
    // The first layer of every third case is known.
    Tensor mask(DType::u8, kCases, model.layer({0}).units);
    for (std::int64_t r = 0; r < kCases; r += 3)
      for (std::int64_t j = 0; j < mask.cols(); ++j) mask.set(r, j, 1);
    x.clamp({0}, std::move(mask));
  }
};

void expect_same(const State& a, const State& b) {
  for (std::size_t l = 0; l < a.layers.size(); ++l)
    for (std::int64_t r = 0; r < a.cases; ++r)
      for (std::int64_t j = 0; j < a.layers[l].cols(); ++j) ASSERT_EQ(a.layers[l].at(r, j), b.layers[l].at(r, j)) << l;
}

// Whether the layer is of Bernoulli units and its neighbours are in binary states.
bool can_be_drawn(const Chains& c, LayerId id) {
  bool can = std::holds_alternative<Bernoulli>(c.model.layer(id).unit), connected = false;
  for (const Connection& link : c.model.connections()) {
    if (link.lower != id && link.upper != id) continue;
    connected = true;
    const Tensor& x = c.x.layers[std::size_t((link.lower == id ? link.upper : link.lower).index)];
    for (std::int64_t r = 0; r < kCases; ++r)
      for (std::int64_t j = 0; j < x.cols(); ++j) can &= x.at(r, j) == 0 || x.at(r, j) == 1;
  }
  return can && connected;
}

class OnGraph : public ::testing::TestWithParam<int> {};

TEST_P(OnGraph, LayersAreDrawnAsFromTheirFields) {
  Chains c(GetParam());
  SentMemory sent;
  const Tempering tempering{c.to, &c.base}, remembered{c.to, &c.base, &sent};
  for (LayerId id : c.model.ids()) {
    State direct = c.x.clone();
    const bool drawn = draw_by_integers(c.ctx, c.model, id, remembered, Key{6}, direct, direct.mask(id), direct.x(id));
    ASSERT_EQ(drawn, can_be_drawn(c, id)) << c.model.layer(id).name;
    if (!drawn) continue;
    State stepwise = c.x.clone();
    ScratchScope scope(c.ctx);
    const Field field = layer_field(c.ctx, scope, c.model, id, tempering, stepwise);
    unit_sample(c.ctx, c.model.layer(id).unit, field, Key{6}.fold(std::uint64_t(id.index)), stepwise.first_case,
                stepwise.mask(id), stepwise.x(id), {});
    expect_same(direct, stepwise);
  }
}

// The overload that settles something between weight and draw goes step by step.
TEST_P(OnGraph, AnnealingInOnePassIsAnnealingInSteps) {
  Chains c(GetParam());
  for (int summed = 0; summed < c.model.blocks(); ++summed) {
    State direct = c.x.clone(), stepwise = c.x.clone();
    std::vector<double> change(kCases), expected(kCases);
    SentMemory sent;
    const Tempering from{c.from, &c.base}, to{c.to, &c.base}, remembered{c.to, &c.base, &sent};
    c.model.log_weight_change(c.ctx, direct, from, remembered, summed, Key{7}, change);
    c.model.log_weight_change(
        c.ctx, stepwise, from, to, summed, [] {}, Key{7}, expected);
    expect_same(direct, stepwise);
    for (std::size_t r = 0; r < change.size(); ++r) {
      double size = 1;  // of what is summed
      for (const Layer& layer : c.model.layers()) size += double(layer.units);
      EXPECT_NEAR(change[r], expected[r], 2 * 96 * 6e-8 * 2 * size) << summed << ' ' << r;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Random, OnGraph, ::testing::Range(0, testing::kGraphs));

}  // namespace
}  // namespace deepboltz
