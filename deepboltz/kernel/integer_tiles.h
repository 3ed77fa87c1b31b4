// A product of integer_products.h, ready to be worked out tile by tile: how each input is added has been chosen, and
// what it adds has been listed.
#pragma once

#include <vector>

#include "deepboltz/kernel/cpu/integer_products_simd.h"
#include "deepboltz/kernel/integer_products.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

class IntegerTiles {
 public:
  // bias: (1, units) f32; empty: zero. running: empty, or the running sums of each input or null; then bias is empty,
  // and the inputs may differ in exponent: no sum is one of several.
  IntegerTiles(Context& ctx, IntegerInputs inputs, ConstMatrix bias, std::span<RunningSums* const> running = {});
  IntegerTiles(const IntegerTiles&) = delete;

  std::int64_t pairs() const { return ((work_.units + 31) / 32 + 1) / 2; }

  // Calls tile(work, pair of blocks, first case, cases) for all of the result, several at a time.
  template <class Tile> void run(Tile&& tile) const {
    ctx_.parallel(pairs() * case_tiles(), [&](std::int64_t t) {
      const std::int64_t k = t / pairs();
      tile(work_, t % pairs(), k * simd::kTileCases, cases_of(k));
    });
  }

 private:
  std::int64_t cases() const { return terms_[0].x.cases(); }
  std::int64_t case_tiles() const { return (cases() + simd::kTileCases - 1) / simd::kTileCases; }
  std::int64_t cases_of(std::int64_t k) const { return std::min(simd::kTileCases, cases() - k * simd::kTileCases); }

  Context& ctx_;
  ScratchScope scope_;
  std::vector<simd::ProductTerm> terms_;
  simd::ProductWork work_;
};

}  // namespace deepboltz
