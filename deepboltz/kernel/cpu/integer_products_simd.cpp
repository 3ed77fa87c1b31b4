#include "deepboltz/kernel/cpu/integer_products_simd.h"

#include <bit>
#include <limits>

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/integer_products_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/bernoulli_draw.h"
#include "deepboltz/kernel/cpu/block_draw-inl.h"
#include "deepboltz/kernel/cpu/block_sums-inl.h"
#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/row_lists-inl.h"
#include "deepboltz/kernel/cpu/sevenths-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::Adding;
using simd::Draw;
using simd::FieldWork;
using simd::kTileCases;
using simd::Message;
using simd::ProductTerm;
using simd::ProductWork;
using simd::RowLists;

std::int64_t count_on(const Bits& x) {
  std::int64_t on = 0;
  for (std::int64_t r = 0; r < x.cases(); ++r)
    for (std::int64_t w = 0; w < x.words(); ++w) on += std::popcount(x.row(r)[w]);
  return on;
}

std::int64_t count_changes(const Bits& before, const Bits& x) {
  std::int64_t all = 0;
  for (std::int64_t r = 0; r < x.cases(); ++r) {
    std::int64_t come = 0, gone = 0;
    for (std::int64_t w = 0; w < x.words(); ++w) {
      const std::uint32_t now = x.row(r)[w], then = before.row(r)[w];
      come += std::popcount(now & ~then);
      gone += std::popcount(then & ~now);
    }
    if (std::max(come, gone) > simd::ChangeLists::kMost) return std::numeric_limits<std::int64_t>::max();
    all += (std::max(come, gone) + 1) / 2 * 4;
  }
  return all;
}

#if DEEPBOLTZ_PLAIN_BLOCKS  // no vectors, or none of a size that is known: one column after the other

void list_rows(const ProductTerm&, std::int64_t, std::int64_t) {}

HWY_INLINE std::int32_t sum_of(const ProductWork& work, std::int64_t r, std::int64_t j) {
  std::int32_t sum = work.bias[j / 32 * 32 + j % 2 * 16 + j % 32 / 2];
  for (const ProductTerm& term : work.terms) sum += simd::plain_sum(term, r, j);
  return sum;
}

void field_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                std::int32_t* out) {
  for (std::int64_t r = first_case; r < first_case + cases; ++r)
    for (std::int64_t j = 64 * pair; j < std::min(64 * pair + 64, work.units); ++j)
      out[r * work.units + j] = sum_of(work, r, j);
}

void message_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                  const Message& message) {
  const auto& [scale, keep, out] = message;
  for (std::int64_t r = first_case; r < first_case + cases; ++r)
    for (std::int64_t j = 64 * pair; j < std::min(64 * pair + 64, work.units); ++j)
      out(r, j) = scale * float(sum_of(work, r, j)) + (keep == 0 ? 0 : keep * out(r, j));
}

// Draws from sum(case, column) of the columns of a pair.
template <class Sum>
HWY_INLINE void sample_columns(std::int64_t units, int exponent, std::int64_t pair, std::int64_t first_case,
                               std::int64_t cases, const Draw& draw, Sum&& sum) {
  for (std::int64_t r = first_case; r < first_case + cases; ++r)
    for (std::int64_t block = 2 * pair; 32 * block < units && block < 2 * pair + 2; ++block) {
      std::uint32_t drawn = 0;
      for (int b = 0; draw.means && b < Sevenths::kPlanes; ++b) draw.means->plane(b).row(r)[block] = 0;
      for (std::int64_t j = 32 * block; j < std::min(32 * block + 32, units); ++j) {
        const std::int32_t s = sum(r, j);
        const auto row = std::uint32_t(draw.first_case + r);
        if (draw_bernoulli(s, exponent, draw.key, row, std::uint32_t(j))) drawn |= 1u << (j % 32);
        if (draw.means)
          draw.means->set(r, j, round_to_sevenths(s, std::ldexp(1.0f, -exponent), draw.key, row, std::uint32_t(j)));
      }
      draw.out.row(r)[block] = drawn;
    }
}

void sample_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                 const Draw& draw) {
  sample_columns(work.units, work.exponent, pair, first_case, cases, draw,
                 [&](std::int64_t r, std::int64_t j) { return sum_of(work, r, j); });
}

void sample_fields_tile(const FieldWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                        const Draw& draw) {
  sample_columns(work.units, work.exponent, pair, first_case, cases, draw,
                 [&](std::int64_t r, std::int64_t j) { return work.fields[r * work.units + j]; });
}

#else

void list_rows(const ProductTerm& term, std::int64_t first_case, std::int64_t cases) {
  list_term(term, first_case, cases);
}

// Calls row(case, block, its sums) for both blocks of a pair.
template <class Row>
HWY_INLINE void for_sums(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                         Row&& row) {
  TileMemory memory;
  RunningSums* const running = work.terms[0].running;
  if (running) renew_sums(work, work.terms[0], pair, first_case, cases, memory);
  for (std::int64_t block = 2 * pair; block < std::min(2 * pair + 2, (work.units + 31) / 32); ++block) {
    if (running)
      memory.sums = running->block(block, first_case);
    else
      sum_block(work, block, first_case, cases, memory);
    for (std::int64_t r = 0; r < cases; ++r) row(first_case + r, block, load_sums(memory.sums + 32 * r));
  }
}

void field_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                std::int32_t* out) {
  for_sums(work, pair, first_case, cases, [&](std::int64_t r, std::int64_t block, const Sums& sums) HWY_ATTR {
    HWY_ALIGN std::int32_t columns[32];
    for (std::size_t part = 0; part < kParts; ++part)
      hn::StoreInterleaved2(sums.even[part], sums.odd[part], I32(), columns + part * kLanes);
    std::copy_n(columns, std::min<std::int64_t>(32, work.units - 32 * block), out + r * work.units + 32 * block);
  });
}

void message_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                  const Message& message) {
  const F32 d;
  const auto scale = hn::Set(d, message.scale), keep = hn::Set(d, message.keep);
  for_sums(work, pair, first_case, cases, [&](std::int64_t r, std::int64_t block, const Sums& sums) HWY_ATTR {
    HWY_ALIGN float last[32];
    const std::int64_t count = std::min<std::int64_t>(32, work.units - 32 * block);
    float* out = message.out.row(r) + 32 * block;
    float* to = count == 32 ? out : last;
    if (count < 32 && message.keep != 0) std::copy_n(out, count, last);
    for (std::size_t part = 0; part < kParts; ++part, to += kLanes) {
      auto even = hn::Mul(hn::ConvertTo(d, sums.even[part]), scale),
           odd = hn::Mul(hn::ConvertTo(d, sums.odd[part]), scale);
      if (message.keep != 0) {
        auto even_before = hn::Zero(d), odd_before = hn::Zero(d);
        hn::LoadInterleaved2(d, to, even_before, odd_before);
        even = hn::Add(hn::Mul(keep, even_before), even);
        odd = hn::Add(hn::Mul(keep, odd_before), odd);
      }
      hn::StoreInterleaved2(even, odd, d, to);
    }
    if (count < 32) std::copy_n(last, count, out);
  });
}

// Draws from the sums of a pair of blocks, which sum(block) leaves in memory.sums.
template <class Sum>
HWY_INLINE void sample_blocks(std::int64_t units, int exponent, std::int64_t pair, std::int64_t first_case,
                              std::int64_t cases, const Draw& draw, TileMemory& memory, Sum&& sum) {
  const auto first_row = std::uint32_t(draw.first_case + first_case);
  fill_words(draw.key, first_row, cases, pair, memory.words);
  if (draw.means) fill_words(draw.key.fold(2), first_row, cases, pair, memory.rounding_words);
  for (std::int64_t block = 2 * pair; 32 * block < units && block < 2 * pair + 2; ++block) {
    sum(block);
    const std::uint32_t there = 0xFFFFFFFFu >> (32 - std::min<std::int64_t>(32, units - 32 * block));
    const BlockDraw block_draw{.draw = draw,
                               .block = block,
                               .first_case = first_case,
                               .there = there,
                               .exponent = exponent,
                               .to_log2 = quick::to_log2(exponent)};
    block_draw(memory.sums, memory.words + 16 * (block % 2), cases);
    if (!draw.means) continue;
    const BlockRound round{block, first_case, there, std::ldexp(1.0f, -exponent), *draw.means};
    round(memory.sums, memory.rounding_words + 16 * (block % 2), cases);
  }
}

void sample_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                 const Draw& draw) {
  TileMemory memory;
  sample_blocks(work.units, work.exponent, pair, first_case, cases, draw, memory,
                [&](std::int64_t block) HWY_ATTR { sum_block(work, block, first_case, cases, memory); });
}

void sample_fields_tile(const FieldWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                        const Draw& draw) {
  TileMemory memory;
  sample_blocks(work.units, work.exponent, pair, first_case, cases, draw, memory, [&](std::int64_t block) HWY_ATTR {
    const std::int64_t there = std::min<std::int64_t>(32, work.units - 32 * block);
    HWY_ALIGN std::int32_t columns[32] = {};
    for (std::int64_t r = 0; r < cases; ++r) {
      std::copy_n(work.fields + (first_case + r) * work.units + 32 * block, there, columns);
      Sums sums;
      for (std::size_t part = 0; part < kParts; ++part)
        hn::LoadInterleaved2(I32(), columns + part * kLanes, sums.even[part], sums.odd[part]);
      store_sums(sums, memory.sums + 32 * r);
    }
  });
}

#endif
}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(count_on);
HWY_EXPORT(count_changes);
HWY_EXPORT(list_rows);
HWY_EXPORT(sample_tile);
HWY_EXPORT(sample_fields_tile);
HWY_EXPORT(field_tile);
HWY_EXPORT(message_tile);

namespace simd {

std::int64_t count_on(const Bits& x) { return HWY_DYNAMIC_DISPATCH(count_on)(x); }

std::int64_t count_changes(const Bits& before, const Bits& x) { return HWY_DYNAMIC_DISPATCH(count_changes)(before, x); }

void list_rows(const ProductTerm& term, std::int64_t first_case, std::int64_t cases) {
  HWY_DYNAMIC_DISPATCH(list_rows)(term, first_case, cases);
}

void sample_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                 const Draw& draw) {
  HWY_DYNAMIC_DISPATCH(sample_tile)(work, pair, first_case, cases, draw);
}

void sample_fields_tile(const FieldWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                        const Draw& draw) {
  HWY_DYNAMIC_DISPATCH(sample_fields_tile)(work, pair, first_case, cases, draw);
}

void field_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                std::int32_t* out) {
  HWY_DYNAMIC_DISPATCH(field_tile)(work, pair, first_case, cases, out);
}

void message_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                  const Message& message) {
  HWY_DYNAMIC_DISPATCH(message_tile)(work, pair, first_case, cases, message);
}

}  // namespace simd
}  // namespace deepboltz
#endif
