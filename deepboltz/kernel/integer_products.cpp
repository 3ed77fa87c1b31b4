#include "deepboltz/kernel/integer_products.h"

#include "deepboltz/kernel/cpu/integer_products_simd.h"

namespace deepboltz {
namespace {

using simd::kTileCases;
using simd::ProductWork;
using simd::RowLists;

// In loads of 64 bytes a block. A list has about two rows of padding; a look-up costs 1.6 loads, because tables share
// the first cache with sums that come and go every two words; a table is made with 16 stores, each as long as two
// loads, once for a tile. Measured on Zen 4.
bool tables_cost_less(const Bits& x, const RowChunks& chunks) {
  const std::int64_t groups = 8 * chunks.words, tiles = (x.cases() + kTileCases - 1) / kTileCases;
  const std::int64_t gather = simd::count_on(x) + 2 * x.cases() * chunks.count;
  const std::int64_t tables = groups * x.cases() * 8 / 5 + groups * 16 * 2 * tiles;
  return tables < gather;
}

// Calls tile(work, pair of blocks, first case, cases) for every tile of the product.
template <class Tile>
void for_tiles(Context& ctx, const IntegerWeights& weights, Direction direction, const Bits& x, ConstMatrix bias,
               Tile&& tile) {
  const bool up = direction == Direction::up;
  const std::int64_t units = up ? weights.cols() : weights.rows(), blocks = (units + 31) / 32;
  DEEPBOLTZ_ASSERT(x.units() == (up ? weights.rows() : weights.cols()) && bias.cols == units);
  const RowChunks chunks = up ? weights.chunks() : RowChunks(weights.cols());
  const bool tables = tables_cost_less(x, chunks);

  ScratchScope scope(ctx);
  const auto room = [&](std::int64_t bytes) { return scope.matrix(DType::u8, 1, bytes).data; };
  const std::int64_t places = tables ? 8 * chunks.words : chunks.count * RowLists::kStride;
  const RowLists lists{.chunks = chunks,
                       .tables = tables,
                       .places = reinterpret_cast<std::uint16_t*>(room(2 * x.cases() * places + 64)),
                       .lengths = reinterpret_cast<std::uint16_t*>(room(2 * x.cases() * chunks.count)),
                       .order = reinterpret_cast<std::uint16_t*>(room(2 * x.cases() * chunks.count))};
  auto* const integer_biases = reinterpret_cast<std::int32_t*>(room(4 * 32 * blocks));
  std::fill_n(integer_biases, 32 * blocks, 0);
  for (std::int64_t j = 0; j < units; ++j)
    integer_biases[j / 32 * 32 + j % 2 * 16 + j % 32 / 2] = integer_bias(bias.as<float>()(0, j), 1 / weights.step());
  const ProductWork work{weights, direction, x, lists, integer_biases, units};

  const std::int64_t case_tiles = (x.cases() + kTileCases - 1) / kTileCases, pairs = (blocks + 1) / 2;
  const auto cases_of = [&](std::int64_t k) { return std::min(kTileCases, x.cases() - k * kTileCases); };
  ctx.parallel(case_tiles, [&](std::int64_t k) { simd::list_rows(work, k * kTileCases, cases_of(k)); });
  ctx.parallel(pairs * case_tiles, [&](std::int64_t t) {
    const std::int64_t k = t / pairs;
    tile(work, t % pairs, k * kTileCases, cases_of(k));
  });
}

}  // namespace

void integer_field(Context& ctx, const IntegerWeights& weights, Direction direction, const Bits& x, ConstMatrix bias,
                   std::span<std::int32_t> out) {
  for_tiles(ctx, weights, direction, x, bias, [&](const ProductWork& work, auto pair, auto first, auto cases) {
    DEEPBOLTZ_ASSERT(std::int64_t(out.size()) == x.cases() * work.units);
    simd::field_tile(work, pair, first, cases, out.data());
  });
}

void integer_sample(Context& ctx, const IntegerWeights& weights, Direction direction, const Bits& x, ConstMatrix bias,
                    Key key, std::int64_t first_case, Bits& out) {
  out.set_cases(x.cases());
  for_tiles(ctx, weights, direction, x, bias, [&](const ProductWork& work, auto pair, auto first, auto cases) {
    DEEPBOLTZ_ASSERT(out.units() == work.units);
    simd::sample_tile(work, pair, first, cases, {key, first_case, out});
  });
}

}  // namespace deepboltz
