#include "deepboltz/kernel/integer_products.h"

#include "deepboltz/kernel/category_draw.h"
#include "deepboltz/kernel/cpu/integer_products_simd.h"

namespace deepboltz {
namespace {

using simd::Adding;
using simd::ChangeLists;
using simd::kTileCases;
using simd::ProductTerm;
using simd::ProductWork;
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

ProductTerm term_of(const IntegerInput& input, const RunningSums* running, ScratchScope& scope) {
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
  return {weights, direction, x, lists, changes};
}

// Calls tile(work, pair of blocks, first case, cases) for every tile of the product.
template <class Tile>
void for_tiles(Context& ctx, IntegerInputs inputs, ConstMatrix bias, RunningSums* running, Tile&& tile) {
  const std::int64_t units = inputs[0].units(), blocks = (units + 31) / 32, cases = inputs[0].x.cases();
  const IntegerWeights& first = inputs[0].weights;
  ScratchScope scope(ctx);
  std::vector<ProductTerm> terms;
  for (const IntegerInput& input : inputs) {
    DEEPBOLTZ_ASSERT(input.units() == units && input.x.cases() == cases &&
                     input.weights.exponent() == first.exponent());
    terms.push_back(term_of(input, running, scope));
  }
  auto* const integer_biases = reinterpret_cast<std::int32_t*>(scope.matrix(DType::u8, 1, 4 * 32 * blocks).data);
  std::fill_n(integer_biases, 32 * blocks, 0);
  DEEPBOLTZ_ASSERT(bias.cols == units);
  for (std::int64_t j = 0; j < units; ++j)
    integer_biases[j / 32 * 32 + j % 2 * 16 + j % 32 / 2] = integer_bias(bias.as<float>()(0, j), 1 / first.step());
  const ProductWork work{terms, integer_biases, units, first.exponent(), running};

  const std::int64_t case_tiles = (cases + kTileCases - 1) / kTileCases, pairs = (blocks + 1) / 2;
  const auto cases_of = [&](std::int64_t k) { return std::min(kTileCases, cases - k * kTileCases); };
  ctx.parallel(case_tiles, [&](std::int64_t k) {
    for (const ProductTerm& term : terms) simd::list_rows(term, k * kTileCases, cases_of(k));
  });
  ctx.parallel(pairs * case_tiles, [&](std::int64_t t) {
    const std::int64_t k = t / pairs;
    tile(work, t % pairs, k * kTileCases, cases_of(k));
  });
}

}  // namespace

void integer_field(Context& ctx, IntegerInputs inputs, ConstMatrix bias, std::span<std::int32_t> out) {
  DEEPBOLTZ_ASSERT(std::int64_t(out.size()) == inputs[0].x.cases() * inputs[0].units());
  for_tiles(ctx, inputs, bias, nullptr, [&](const ProductWork& work, auto pair, auto first, auto cases) {
    simd::field_tile(work, pair, first, cases, out.data());
  });
}

void integer_message(Context& ctx, const IntegerInput& input, double scale, double keep, Matrix out,
                     RunningSums* running) {
  DEEPBOLTZ_ASSERT(out.rows == input.x.cases() && out.cols == input.units());
  ScratchScope scope(ctx);
  const Matrix no_bias = scope.matrix(DType::f32, 1, out.cols);
  std::fill_n(no_bias.as<float>().data, out.cols, 0.0f);
  const simd::Message message{float(scale * input.weights.step()), float(keep), out.as<float>()};
  for_tiles(ctx, {&input, 1}, no_bias, running, [&](const ProductWork& work, auto pair, auto first, auto cases) {
    simd::message_tile(work, pair, first, cases, message);
  });
  if (running) running->keep(input.x);
}

void integer_sample(Context& ctx, IntegerInputs inputs, ConstMatrix bias, Key key, std::int64_t first_case, Bits& out,
                    Sevenths* means) {
  DEEPBOLTZ_ASSERT(out.units() == inputs[0].units() && (!means || means->units() == out.units()));
  out.set_cases(inputs[0].x.cases());
  if (means) means->set_cases(out.cases());
  for_tiles(ctx, inputs, bias, nullptr, [&](const ProductWork& work, auto pair, auto first, auto cases) {
    simd::sample_tile(work, pair, first, cases, {key, first_case, out, means});
  });
}

void integer_sample_groups(Context& ctx, IntegerInputs inputs, ConstMatrix bias, std::int64_t classes, Key key,
                           std::int64_t first_case, Bits& out) {
  const std::int64_t units = inputs[0].units(), cases = inputs[0].x.cases();
  ScratchScope scope(ctx);
  const Matrix memory = scope.matrix(DType::u8, cases, 4 * units);
  const std::span field(reinterpret_cast<std::int32_t*>(memory.data), std::size_t(cases * units));
  integer_field(ctx, inputs, bias, field);
  out.set_cases(cases);
  for (std::int64_t r = 0; r < cases; ++r) {
    std::fill_n(out.row(r), out.words(), 0u);
    for (std::int64_t first = 0; first < units; first += classes) {
      const std::int64_t on =
          first + draw_category(field.subspan(std::size_t(r * units + first), std::size_t(classes)),
                                inputs[0].weights.exponent(), key, std::uint32_t(first_case + r), std::uint32_t(first));
      out.row(r)[on / 32] |= 1u << (on % 32);
    }
  }
}

}  // namespace deepboltz
