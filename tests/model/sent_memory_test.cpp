// What a chain's layers sent last is a memory only: fields are those without one, to the bit.
#include "deepboltz/model/sent_memory.h"

#include <cstring>

#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/quantised.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

void expect_fields_as_anew(Context& ctx, const EnergyModel& model, SentMemory& sent, const State& x,
                           const std::string& when) {
  for (LayerId id : model.ids()) {
    ScratchScope scope(ctx);
    const auto with = layer_field(ctx, scope, model, id, {.sent = &sent}, x).input.as<float>(),
               without = layer_field(ctx, scope, model, id, {}, x).input.as<float>();
    for (std::int64_t r = 0; r < x.cases; ++r)
      ASSERT_EQ(std::memcmp(with.row(r), without.row(r), std::size_t(with.cols) * sizeof(float)), 0)
          << when << ": '" << model.layer(id).name << "', case " << r;
  }
}

class ChainOnGraph : public ::testing::TestWithParam<int> {};

TEST_P(ChainOnGraph, SendsWhatOneWithoutAPastSends) {
  Context ctx;
  const EnergyModel model = quantised(ctx, testing::random_graph(GetParam(), DType::f32), 24);
  State x = model.make_state(ctx, 40);
  SentMemory sent;
  draw_base(ctx, model, nullptr, Key{3}, x);
  for (std::uint64_t sweep = 0; sweep < 5; ++sweep) {
    x.cases = sweep == 2 ? 25 : 40;
    advance(ctx, model, {.sweeps = 1, .sent = &sent}, Key{4}.fold(sweep), x);
    expect_fields_as_anew(ctx, model, sent, x, "after sweep " + std::to_string(sweep));
  }
}

TEST_P(ChainOnGraph, DrawsWhatOneWithoutAMemoryDraws) {
  Context ctx;
  const EnergyModel model = quantised(ctx, testing::random_graph(GetParam(), DType::f32), 24);
  State with = model.make_state(ctx, 40);
  draw_base(ctx, model, nullptr, Key{5}, with);
  State without = with.clone();
  SentMemory sent;
  for (std::uint64_t sweep = 0; sweep < 5; ++sweep) {
    advance(ctx, model, {.sweeps = 1, .sent = &sent}, Key{6}.fold(sweep), with);
    advance(ctx, model, {.sweeps = 1}, Key{6}.fold(sweep), without);
  }
  for (std::size_t l = 0; l < with.layers.size(); ++l)
    EXPECT_EQ(std::memcmp(with.layers[l].data(), without.layers[l].data(), with.layers[l].bytes()), 0);
}

INSTANTIATE_TEST_SUITE_P(Random, ChainOnGraph, ::testing::Range(0, testing::kGraphs));

TEST(SentMemory, OtherWeightsAreNotMistakenForThoseOfBefore) {
  Context ctx;
  EnergyModel first = rbm(60, 40), second = rbm(60, 40);
  initialise_weights(first, 0.5, Key{1});
  initialise_weights(second, 0.5, Key{2});
  first = quantised(ctx, first, 24);
  second = quantised(ctx, second, 24);
  State x = first.make_state(ctx, 10);
  SentMemory sent;
  draw_base(ctx, first, nullptr, Key{3}, x);
  expect_fields_as_anew(ctx, first, sent, x, "first");
  expect_fields_as_anew(ctx, second, sent, x, "second");
  expect_fields_as_anew(ctx, first, sent, x, "first again");
}

}  // namespace
}  // namespace deepboltz
