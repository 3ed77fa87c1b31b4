// The sums of a block of 32 columns for a tile of cases, from lists of rows, from tables or by tiles (RowLists), or
// from sums that are there and what has changed (ChangeLists).
#if defined(DEEPBOLTZ_KERNEL_CPU_BLOCK_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_BLOCK_SUMS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_BLOCK_SUMS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_BLOCK_SUMS_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "hwy/cache_control.h"
#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/block_tiles-inl.h"
#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/integer_products_simd.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::Adding;
using simd::ChangeLists;
using simd::ProductTerm;
using simd::ProductWork;
using simd::RowLists;

// Adds four rows: kNarrow in 16 bits, else each in 32.
template <bool kNarrow> HWY_INLINE void add_four(const std::byte* rows, const std::uint16_t* places, Sums& sums) {
  std::uint64_t four;
  std::memcpy(&four, places, 8);
  const std::byte *r0 = rows + (four & 0xFFFF), *r1 = rows + (four >> 16 & 0xFFFF), *r2 = rows + (four >> 32 & 0xFFFF),
                  *r3 = rows + (four >> 48);
  for (std::size_t part = 0; part < kParts; ++part) {
    const auto x0 = load_row(r0, part), x1 = load_row(r1, part), x2 = load_row(r2, part), x3 = load_row(r3, part);
    if constexpr (kNarrow) {
      widen_add(sums, part, hn::Add(hn::Add(x0, x1), hn::Add(x2, x3)));
    } else {
      widen_add(sums, part, x0);
      widen_add(sums, part, x1);
      widen_add(sums, part, x2);
      widen_add(sums, part, x3);
    }
  }
}

HWY_INLINE Sums no_sums() {
  Sums sums;
  for (std::size_t part = 0; part < kParts; ++part) sums.even[part] = sums.odd[part] = hn::Zero(I32());
  return sums;
}

// Rows of 16 bits.
template <bool kNarrow> struct Rows16 {
  Sums sums = no_sums();
  HWY_INLINE Rows16() {}
  HWY_INLINE void add(const BlockRows& rows, const std::uint16_t* places) { add_four<kNarrow>(rows.top, places, sums); }
  HWY_INLINE Sums total() const { return sums; }
};

// Rows of 24 bits: the upper 16 like those; the lower bytes in 16 bits, which hold 257 of them.
template <bool kNarrow> struct Rows24 {
  Sums top = no_sums();
  hn::Vec<U16> lower[kParts];

  HWY_INLINE Rows24() {
    for (std::size_t part = 0; part < kParts; ++part) lower[part] = hn::Zero(U16());
  }
  HWY_INLINE void add(const BlockRows& rows, const std::uint16_t* places) {
    static_assert(32 * RowChunks::kMostWords24 <= 257);
    add_four<kNarrow>(rows.top, places, top);
    const auto row = [&](std::int64_t k, std::size_t part)
                         HWY_ATTR { return load_lower(rows.lower + places[k] / 2, part); };
    for (std::size_t part = 0; part < kParts; ++part)
      lower[part] =
          hn::Add(lower[part], hn::Add(hn::Add(row(0, part), row(1, part)), hn::Add(row(2, part), row(3, part))));
  }
  HWY_INLINE Sums total() const {
    Sums sums;
    for (std::size_t part = 0; part < kParts; ++part) {
      const auto both = hn::BitCast(U32(), lower[part]);
      const auto even = hn::BitCast(I32(), hn::And(both, hn::Set(U32(), 0xFFFF))),
                 odd = hn::BitCast(I32(), hn::ShiftRight<16>(both));
      sums.even[part] = hn::Add(hn::ShiftLeft<8>(top.even[part]), even);
      sums.odd[part] = hn::Add(hn::ShiftLeft<8>(top.odd[part]), odd);
    }
    return sums;
  }
};

HWY_INLINE void store_total(const std::int32_t* from, const Sums& sum, std::int32_t* to) {
  Sums s = load_sums(from);
  for (std::size_t part = 0; part < kParts; ++part) {
    s.even[part] = hn::Add(s.even[part], sum.even[part]);
    s.odd[part] = hn::Add(s.odd[part], sum.odd[part]);
  }
  store_sums(s, to);
}

// Adds the rows of a list. Loops so short that their end is foreseen, the lists being in order of length.
template <class Rows>
HWY_INLINE void add_listed(const BlockRows& rows, const std::uint16_t* list, std::int64_t length, Rows& sum) {
  std::int64_t t = 0;
  for (; t + 16 <= length; t += 16)
    for (std::int64_t four = 0; four < 16; four += 4) sum.add(rows, list + t + four);
  for (; t < length; t += 4) sum.add(rows, list + t);
}

// Tables of the 16 sums of each group of four rows.
HWY_INLINE void make_tables(const std::byte* rows, std::int64_t groups, std::byte* tables) {
  for (std::int64_t g = 0; g < groups; ++g)
    for (std::size_t part = 0; part < kParts; ++part) {
      hn::Vec<I16> sum[16];
      sum[0] = hn::Zero(I16());
      for (std::size_t bit = 0; bit < 4; ++bit) {
        const auto x = load_row(rows + (4 * g + std::int64_t(bit)) * 64, part);
        for (std::size_t k = 0; k < std::size_t(1) << bit; ++k) sum[(std::size_t(1) << bit) + k] = hn::Add(sum[k], x);
      }
      for (std::size_t k = 0; k < 16; ++k) store_row(tables + g * 1024 + std::int64_t(k) * 64, part, sum[k]);
    }
}

// Whether 16 rows, from the first of a word on, may be summed in 16 bits in every column.
HWY_INLINE bool sixteen_are_narrow(const std::byte* rows, std::int64_t groups) {
  const U16 d;
  auto most = hn::Zero(d);
  for (std::int64_t g = 0; g < groups; g += 4)
    for (std::size_t part = 0; part < kParts; ++part) {
      auto sum = hn::Zero(d);
      for (std::int64_t row = 4 * g; row < 4 * g + 16; ++row)
        sum = hn::SaturatedAdd(sum, hn::BitCast(d, hn::Abs(load_row(rows + row * 64, part))));
      most = hn::Max(most, sum);
    }
  return hn::AllTrue(d, hn::Lt(most, hn::Set(d, std::uint16_t(32768))));
}

// Adds the rows whose bits are set, every row in 32 bits: for blocks that tables cannot hold.
HWY_INLINE Sums add_set(const std::byte* rows, const std::uint32_t* words, std::int64_t count, Sums sums) {
  for (std::int64_t w = 0; w < count; ++w)
    for (std::uint32_t left = words[w]; left != 0; left &= left - 1) {
      const std::byte* row = rows + 64 * (32 * w + std::countr_zero(left));
      for (std::size_t part = 0; part < kParts; ++part) widen_add(sums, part, load_row(row, part));
    }
  return sums;
}

// Two cases at a time: neighbours in order of length, so that one loop serves both, and neither waits for its own sums.
template <class Rows>
HWY_NOINLINE void gather_chunk(const ProductTerm& term, const Chunk& chunk, std::int64_t first_case, std::int64_t cases,
                               TileMemory& memory) {
  const BlockRows rows = chunk.rows;
  const std::int32_t* bias = chunk.bias;
  constexpr std::int64_t kAhead = 4;  // the weights fill the first cache: lists come from the second
  const std::int64_t before = chunk.index * term.x.cases() + first_case;
  const std::uint16_t *order = term.lists.order + before, *lengths = term.lists.lengths + before;
  const auto list = [&](std::int64_t r) { return term.lists.list(first_case + r, chunk.index); };
  const auto sums = [&](std::int64_t r) { return memory.sums + 32 * r; };
  const auto from = [&](std::int64_t r) { return bias ? bias : sums(r); };
  std::int64_t k = 0;
  for (; k + 2 <= cases; k += 2) {
    for (std::int64_t soon = k + kAhead; soon < std::min(k + kAhead + 2, cases); ++soon)
      for (std::int64_t line = 0; line < 3; ++line) hwy::Prefetch(list(order[soon]) + 32 * line);
    const std::int64_t r = order[k], longer = order[k + 1], both = lengths[r];
    const std::uint16_t *list_r = list(r), *list_longer = list(longer);
    Rows x, y;
    for (std::int64_t t = 0; t < both; t += 4) {
      x.add(rows, list_r + t);
      y.add(rows, list_longer + t);
    }
    store_total(from(r), x.total(), sums(r));
    add_listed(rows, list_longer + both, lengths[longer] - both, y);
    store_total(from(longer), y.total(), sums(longer));
  }
  if (k < cases) {
    const std::int64_t r = order[k];
    Rows x;
    add_listed(rows, list(r), lengths[r], x);
    store_total(from(r), x.total(), sums(r));
  }
}

// The same with tables, kTableWords words of rows at a time.
inline HWY_NOINLINE void look_up_chunk(const ProductTerm& term, const Chunk& chunk, std::int64_t first_case,
                                       std::int64_t cases, TileMemory& memory) {
  for (std::int64_t word = 0; word < chunk.words; word += RowLists::kTableWords) {
    const std::int64_t words = std::min(RowLists::kTableWords, chunk.words - word), groups = 8 * words;
    const std::byte* rows = chunk.rows.top + 64 * 32 * word;
    if (chunk.narrow) make_tables(rows, groups, memory.tables);
    const bool sixteen = chunk.narrow && sixteen_are_narrow(rows, groups);
    for (std::int64_t r = 0; r < cases; ++r) {
      std::int32_t* sums = memory.sums + 32 * r;
      const std::uint16_t* codes = term.lists.codes(first_case + r) + 8 * (chunk.first_word + word);
      const std::uint32_t* bits = term.x.row(first_case + r) + chunk.first_word + word;
      const std::int32_t* from = chunk.bias && word == 0 ? chunk.bias : sums;
      const auto look_up = [&](auto sum) HWY_ATTR {
        add_listed(BlockRows{memory.tables, nullptr}, codes, groups, sum);
        store_total(from, sum.total(), sums);
      };
      if (sixteen)
        look_up(Rows16<true>());
      else if (chunk.narrow)
        look_up(Rows16<false>());
      else
        store_sums(add_set(rows, bits, words, load_sums(from)), sums);
    }
  }
}

template <bool kNarrow>
HWY_INLINE void gather_rows(const ProductTerm& term, const Chunk& chunk, std::int64_t first_case, std::int64_t cases,
                            TileMemory& memory) {
  if (chunk.rows.lower)
    gather_chunk<Rows24<kNarrow>>(term, chunk, first_case, cases, memory);
  else
    gather_chunk<Rows16<kNarrow>>(term, chunk, first_case, cases, memory);
}

// Changes of a block's sums: two rows that come and two that go at a time (ChangeLists).
template <bool kNarrow, bool kLower> struct Changes {
  Sums top = no_sums();
  hn::Vec<I16> lower[kParts];

  HWY_INLINE Changes() {
    for (std::size_t part = 0; part < kParts; ++part) lower[part] = hn::Zero(I16());
  }
  HWY_INLINE void add(const BlockRows& rows, const std::uint16_t* come, const std::uint16_t* gone) {
    static_assert(ChangeLists::kMost * 255 <= 32767);
    for (std::size_t part = 0; part < kParts; ++part) {
      const auto row = [&](std::uint16_t place) HWY_ATTR { return load_row(rows.top + 64 * std::size_t(place), part); };
      if constexpr (kNarrow) {
        widen_add(top, part, hn::Sub(hn::Add(row(come[0]), row(come[1])), hn::Add(row(gone[0]), row(gone[1]))));
      } else {
        Sums less = no_sums();
        for (int k : {0, 1}) {
          widen_add(top, part, row(come[k]));
          widen_add(less, part, row(gone[k]));
        }
        top.even[part] = hn::Sub(top.even[part], less.even[part]);
        top.odd[part] = hn::Sub(top.odd[part], less.odd[part]);
      }
    }
    if constexpr (kLower)
      for (std::size_t part = 0; part < kParts; ++part) {
        const auto row = [&](std::uint16_t place) HWY_ATTR {
          return hn::BitCast(I16(), load_lower(rows.lower + 32 * std::size_t(place), part));
        };
        lower[part] =
            hn::Add(lower[part], hn::Sub(hn::Add(row(come[0]), row(come[1])), hn::Add(row(gone[0]), row(gone[1]))));
      }
  }
  HWY_INLINE Sums total() const {
    if constexpr (!kLower) return top;
    Sums sums;
    for (std::size_t part = 0; part < kParts; ++part) {
      sums.even[part] = hn::ShiftLeft<8>(top.even[part]);
      sums.odd[part] = hn::ShiftLeft<8>(top.odd[part]);
      widen_add(sums, part, lower[part]);
    }
    return sums;
  }
};

// running += what has changed, of one block or of two that lie side by side.
template <bool kNarrow, bool kLower, bool kTwo>
HWY_NOINLINE void change_blocks(const ProductTerm& term, std::int64_t block, std::int64_t first_case,
                                std::int64_t cases, RunningSums& running) {
  const auto rows_of_block = [&](std::int64_t b) {
    return BlockRows{reinterpret_cast<const std::byte*>(term.weights.block(b)),
                     kLower ? term.weights.lower(b) : nullptr};
  };
  const BlockRows rows = rows_of_block(block), next_rows = kTwo ? rows_of_block(block + 1) : rows;
  for (std::int64_t r = first_case; r < first_case + cases; ++r) {
    const std::uint16_t *come = term.changes.come(r), *gone = term.changes.gone(r);
    const std::uint16_t* const end = come + term.changes.lengths[r];
    Changes<kNarrow, kLower> here, next;
    for (; come < end; come += 2, gone += 2) {
      here.add(rows, come, gone);
      if constexpr (kTwo) next.add(next_rows, come, gone);
    }
    std::int32_t* sums = running.block(block, r);
    store_total(sums, here.total(), sums);
    if constexpr (!kTwo) continue;
    sums = running.block(block + 1, r);
    store_total(sums, next.total(), sums);
  }
}

template <bool kTwo>
HWY_INLINE void change_sums(const ProductTerm& term, std::int64_t block, std::int64_t first_case, std::int64_t cases,
                            RunningSums& running) {
  const bool narrow = term.weights.col_block_is_narrow(block) && (!kTwo || term.weights.col_block_is_narrow(block + 1));
  const auto change = term.weights.bits() == 24
                          ? (narrow ? change_blocks<true, true, kTwo> : change_blocks<false, true, kTwo>)
                          : (narrow ? change_blocks<true, false, kTwo> : change_blocks<false, false, kTwo>);
  change(term, block, first_case, cases, running);
}

// Columns of the block from a word of rows on, or, downwards, rows from a word of columns on.
HWY_INLINE BlockRows rows_of(const ProductTerm& term, std::int64_t block, std::int64_t first_word, std::int64_t words,
                             TileMemory& memory) {
  const IntegerWeights& weights = term.weights;
  const bool lower = weights.bits() == 24;
  if (term.direction == Direction::up) {
    const std::int64_t place = 32 * term.lists.chunks.place(first_word);
    return {reinterpret_cast<const std::byte*>(weights.block(block) + place),
            lower ? weights.lower(block) + place : nullptr};
  }
  turn_rows(weights, block, first_word, words, memory.turned);
  if (lower) turn_lower(weights, block, first_word, words, memory.turned_lower);
  return {memory.turned, lower ? memory.turned_lower : nullptr};
}

// memory.sums += what a term adds to one block of 32 columns; where there is a bias, they begin with that.
HWY_INLINE void add_term(const ProductTerm& term, const std::int32_t* bias, std::int64_t block, std::int64_t first_case,
                         std::int64_t cases, TileMemory& memory) {
  const RowChunks& chunks = term.lists.chunks;
  const bool up = term.direction == Direction::up;
  for (std::int64_t index = 0; index < chunks.count; ++index, bias = nullptr) {
    const std::int64_t first_word = chunks.first_word(index), words = chunks.words_in(index);
    const Chunk chunk{.index = index,
                      .first_word = first_word,
                      .words = words,
                      .rows = rows_of(term, block, first_word, words, memory),
                      .bias = bias,
                      .narrow = up ? term.weights.col_block_is_narrow(block) : term.weights.row_block_is_narrow(block)};
    if (term.lists.how == Adding::tiles)
      multiply_chunk(term, chunk, first_case, cases, memory);
    else if (term.lists.how == Adding::tables)
      look_up_chunk(term, chunk, first_case, cases, memory);
    else if (chunk.narrow)
      gather_rows<true>(term, chunk, first_case, cases, memory);
    else
      gather_rows<false>(term, chunk, first_case, cases, memory);
  }
}

// memory.sums ← the fields of one block of 32 columns.
HWY_INLINE void sum_block(const ProductWork& work, std::int64_t block, std::int64_t first_case, std::int64_t cases,
                          TileMemory& memory) {
  const std::int32_t* bias = work.bias + 32 * block;
  for (const ProductTerm& term : work.terms) {
    add_term(term, bias, block, first_case, cases, memory);
    bias = nullptr;
  }
}

// The running sums of a term ← those of its states, for the blocks of a pair that there are.
HWY_INLINE void renew_sums(const ProductWork& work, const ProductTerm& term, std::int64_t pair, std::int64_t first_case,
                           std::int64_t cases, TileMemory& memory) {
  const std::int64_t end = std::min(2 * pair + 2, (work.units + 31) / 32);
  if (term.lists.how == Adding::changes)
    return end == 2 * pair + 2 ? change_sums<true>(term, 2 * pair, first_case, cases, *term.running)
                               : change_sums<false>(term, 2 * pair, first_case, cases, *term.running);
  for (std::int64_t block = 2 * pair; block < end; ++block) {
    memory.sums = term.running->block(block, first_case);
    add_term(term, work.bias + 32 * block, block, first_case, cases, memory);
  }
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
