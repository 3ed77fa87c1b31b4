#include "deepboltz/kernel/integer_tiles.h"

namespace deepboltz {
namespace {

using simd::Adding;
using simd::ChangeLists;
using simd::kTileCases;
using simd::ProductTerm;
using simd::RowLists;
using simd::TileUse;

// In loads of 64 bytes a block, a cycle each. A list has about two rows of padding; a look-up costs 1.6 loads, because
// tables share the first cache with sums that come and go every two words; a table is made with 16 stores, each as long
// as two loads, once for a tile. Measured on Zen 4. The dot product of a tile takes 16 cycles, hence 64 cycles the 16
// cases and 64 rows of a block; what comes out is added in 8 cycles a case, and a row is packed in two and a half:
// Intel's figures and a count of instructions, never timed. 24 bits take two loads a row, or half as many tiles more,
// and there are no tables of them. Changes are rows too; their sums are fetched and put back in four loads and stores.
Adding cheapest(const Bits& x, const RowChunks& chunks, int bits, const TileUse& tiles, const RunningSums* running) {
  const std::int64_t cases = x.cases(), groups = 8 * chunks.words, packed = (cases + kTileCases - 1) / kTileCases;
  const std::int64_t planes = bits / 8;
  const std::int64_t listed = (planes - 1) * (simd::count_on(x) + 2 * cases * chunks.count);
  const std::int64_t tables = groups * cases * 8 / 5 + groups * 16 * 2 * packed;
  const std::int64_t tiled =
      planes * ((cases + 15) / 16 * 16 * (chunks.words + 4 * chunks.count) + 40 * chunks.words * packed);
  const bool use_tables = bits == 16 && tables < listed;
  std::int64_t least = use_tables ? tables : listed;
  Adding how = use_tables ? Adding::tables : Adding::listed;
  if (tiles.unit && (tiles.always || tiled < least)) {
    least = tiled;
    how = Adding::tiles;
  }
  if (running && running->sent().cases() >= cases) {
    const std::int64_t changes = simd::count_changes(running->sent(), x);
    if (changes < (least - 4 * cases) / (planes - 1)) return Adding::changes;
  }
  return how;
}

ProductTerm term_of(const IntegerInput& input, RunningSums* running, ScratchScope& scope) {
  const auto& [weights, direction, x] = input;
  DEEPBOLTZ_ASSERT(x.units() == (direction == Direction::up ? weights.rows() : weights.cols()));
  DEEPBOLTZ_ASSERT(!running || (direction == Direction::up && running->capacity() >= x.cases() &&
                                running->sent().units() == x.units() && running->receivers() == weights.cols()));
  const TileUse tiles = simd::tile_use();
  RowLists lists{.chunks = direction == Direction::up ? weights.chunks() : RowChunks(weights.cols(), weights.bits()),
                 .how = Adding::listed,
                 .unit = tiles.unit,
                 .places = nullptr,
                 .lengths = nullptr,
                 .order = nullptr};
  lists.how = cheapest(x, lists.chunks, weights.bits(), tiles, running);
  const auto room = [&](std::int64_t bytes) {
    return reinterpret_cast<std::uint16_t*>(scope.matrix(DType::u8, 1, bytes).data);
  };
  const std::int64_t cases = x.cases(), count = lists.chunks.count;
  ChangeLists changes{};
  switch (lists.how) {
    case Adding::listed:
      lists.places = room(2 * cases * count * RowLists::kStride + 64);
      lists.lengths = room(2 * cases * count);
      lists.order = room(2 * cases * count);
      break;
    case Adding::tables:
      lists.places = room(2 * cases * 8 * lists.chunks.words + 64);
      break;
    case Adding::tiles:
      lists.places = room((cases + 15) / 16 * count * lists.tiles_each() * simd::kTileBytes);
      break;
    case Adding::changes:
      changes = {
          .before = &running->sent(), .places = room(2 * cases * 2 * ChangeLists::kStride), .lengths = room(2 * cases)};
      break;
  }
  return {weights, direction, x, lists, changes, running};
}

}  // namespace

IntegerTiles::IntegerTiles(Context& ctx, IntegerInputs inputs, ConstMatrix bias, std::span<RunningSums* const> running)
    : ctx_(ctx), scope_(ctx) {
  const std::int64_t units = inputs[0].units(), blocks = (units + 31) / 32;
  const IntegerWeights& first = inputs[0].weights;
  DEEPBOLTZ_ASSERT(running.empty() || (running.size() == inputs.size() && bias.empty()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    DEEPBOLTZ_ASSERT(inputs[i].units() == units && inputs[i].x.cases() == inputs[0].x.cases() &&
                     (!running.empty() || inputs[i].weights.exponent() == first.exponent()));
    terms_.push_back(term_of(inputs[i], running.empty() ? nullptr : running[i], scope_));
  }
  auto* const biases = reinterpret_cast<std::int32_t*>(scope_.matrix(DType::u8, 1, 4 * 32 * blocks).data);
  std::fill_n(biases, 32 * blocks, 0);
  DEEPBOLTZ_ASSERT(bias.empty() || bias.cols == units);
  for (std::int64_t j = 0; j < bias.cols; ++j)
    biases[j / 32 * 32 + j % 2 * 16 + j % 32 / 2] = integer_bias(bias.as<float>()(0, j), 1 / first.step());
  work_ = {terms_, biases, units, first.exponent()};
  ctx.parallel(case_tiles(), [&](std::int64_t k) {
    for (const ProductTerm& term : terms_) simd::list_rows(term, k * kTileCases, cases_of(k));
  });
}

}  // namespace deepboltz
