#include "deepboltz/kernel/cpu/integer_products_simd.h"

#include <bit>

// clang-format off
#define HWY_DISABLED_TARGETS HWY_SSSE3  // Highway 1.0.3 shifts 16-bit lanes there by SSE4's instructions
#define HWY_WANT_AVX3_DL  // popcounts, compression and dot products of 16-bit lanes
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/integer_products_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/cache_control.h"
#include "hwy/highway.h"

#include "deepboltz/kernel/bernoulli_draw.h"
#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/philox-inl.h"
#include "deepboltz/kernel/cpu/quick_draw.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::Draw;
using simd::kTileCases;
using simd::ProductTerm;
using simd::ProductWork;
using simd::RowLists;

std::int64_t count_on(const Bits& x) {
  std::int64_t on = 0;
  for (std::int64_t r = 0; r < x.cases(); ++r)
    for (std::int64_t w = 0; w < x.words(); ++w) on += std::popcount(x.row(r)[w]);
  return on;
}

#if DEEPBOLTZ_PLAIN_BLOCKS  // no vectors, or none of a size that is known: one column after the other

void list_rows(const ProductTerm&, std::int64_t, std::int64_t) {}

HWY_INLINE std::int32_t sum_of(const ProductWork& work, std::int64_t r, std::int64_t j) {
  std::int32_t sum = work.bias[j / 32 * 32 + j % 2 * 16 + j % 32 / 2];
  for (const ProductTerm& term : work.terms)
    for (std::int64_t i = 0; i < term.x.units(); ++i)
      if (term.x.at(r, i)) sum += term.direction == Direction::up ? term.weights.at(i, j) : term.weights.at(j, i);
  return sum;
}

void field_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                std::int32_t* out) {
  for (std::int64_t r = first_case; r < first_case + cases; ++r)
    for (std::int64_t j = 64 * pair; j < std::min(64 * pair + 64, work.units); ++j)
      out[r * work.units + j] = sum_of(work, r, j);
}

void sample_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                 const Draw& draw) {
  for (std::int64_t r = first_case; r < first_case + cases; ++r)
    for (std::int64_t block = 2 * pair; 32 * block < work.units && block < 2 * pair + 2; ++block) {
      std::uint32_t drawn = 0;
      for (std::int64_t j = 32 * block; j < std::min(32 * block + 32, work.units); ++j)
        if (draw_bernoulli(sum_of(work, r, j), work.exponent, draw.key, std::uint32_t(draw.first_case + r),
                           std::uint32_t(j)))
          drawn |= 1u << (j % 32);
      draw.out.row(r)[block] = drawn;
    }
}

#else

// ---- Lists

// Writes 64·first + 64·k for every bit k of a word that is set; returns how many. Writes up to 32 places.
#if HWY_TARGET == HWY_AVX3_DL  // has an instruction for it
HWY_INLINE std::int64_t list_word(std::uint32_t word, std::int64_t first, std::uint16_t* list) {
  const U16 d;
  std::uint8_t bits[4];
  std::memcpy(bits, &word, 4);
  const auto places = hn::Add(hn::ShiftLeft<6>(hn::Iota(d, 0)), hn::Set(d, std::uint16_t(64 * first)));
  hn::StoreU(hn::CompressBits(places, bits), d, list);
  return std::popcount(word);
}
#else
HWY_INLINE std::int64_t list_word(std::uint32_t word, std::int64_t first, std::uint16_t* list) {
  std::int64_t on = 0;
  for (; word != 0; word &= word - 1) list[on++] = std::uint16_t(64 * (first + std::countr_zero(word)));
  return on;
}
#endif

// The places of a case's rows in one chunk; returns how many, padded to a multiple of four with the row of zeros.
HWY_INLINE std::int64_t list_chunk(const std::uint32_t* words, std::int64_t count, std::uint16_t* list) {
  std::int64_t on = 0;
  for (std::int64_t w = 0; w < count; ++w)
    if (words[w] != 0) on += list_word(words[w], 32 * w, list + on);
  const auto zeros = std::uint16_t(64 * 32 * count);
  for (int pad = 0; pad < 3; ++pad) list[on + pad] = zeros;
  return (on + 3) / 4 * 4;
}

// Where the sums of each group of four units lie in the tables of kTableWords words.
HWY_INLINE void list_codes(const std::uint32_t* words, std::int64_t count, std::uint16_t* codes) {
  for (std::int64_t w = 0; w < count; ++w)
    for (int group = 0; group < 8; ++group)
      codes[8 * w + group] = std::uint16_t(64 * (words[w] >> (4 * group) & 15u) +
                                           std::uint32_t(1024 * (8 * (w % RowLists::kTableWords) + group)));
}

void list_rows(const ProductTerm& term, std::int64_t first_case, std::int64_t cases) {
  const RowLists& lists = term.lists;
  const RowChunks& chunks = lists.chunks;
  const std::int64_t last = first_case + cases;
  if (lists.tables) {
    for (std::int64_t r = first_case; r < last; ++r)
      for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk)
        list_codes(term.x.row(r) + chunks.first_word(chunk), chunks.words_in(chunk),
                   lists.codes(r) + 8 * chunks.first_word(chunk));
    return;
  }
  for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk) {
    std::uint16_t* lengths = lists.lengths + chunk * term.x.cases();
    std::uint16_t starts[8 * RowChunks::kMostWords + 2] = {};  // of every length, in fours
    for (std::int64_t r = first_case; r < last; ++r) {
      lengths[r] = std::uint16_t(
          list_chunk(term.x.row(r) + chunks.first_word(chunk), chunks.words_in(chunk), lists.list(r, chunk)));
      ++starts[lengths[r] / 4 + 1];
    }
    for (std::size_t k = 1; k < std::size(starts); ++k) starts[k] = std::uint16_t(starts[k] + starts[k - 1]);
    std::uint16_t* order = lists.order + chunk * term.x.cases() + first_case;
    for (std::int64_t r = first_case; r < last; ++r) order[starts[lengths[r] / 4]++] = std::uint16_t(r - first_case);
  }
}

// ---- Sums

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

// Adds the rows of a list. Loops so short that their end is foreseen, the lists being in order of length.
template <bool kNarrow>
HWY_INLINE Sums add_listed(const std::byte* rows, const std::uint16_t* list, std::int64_t length, Sums sums) {
  std::int64_t t = 0;
  for (; t + 16 <= length; t += 16)
    for (std::int64_t four = 0; four < 16; four += 4) add_four<kNarrow>(rows, list + t + four, sums);
  for (; t < length; t += 4) add_four<kNarrow>(rows, list + t, sums);
  return sums;
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

// What a tile needs of its own.
struct TileMemory {
  HWY_ALIGN std::int32_t sums[32 * kTileCases];
  HWY_ALIGN std::byte turned[64 * (32 * RowChunks::kMostWords + 1)];
  HWY_ALIGN std::byte tables[RowLists::kTableWords * 8 * 1024];
  HWY_ALIGN std::uint32_t words[32 * kTileCases];  // random ones: 16 bits a unit, 64 units a case
};

// One chunk of rows for one block of columns.
struct Chunk {
  std::int64_t index, first_word, words;
  const std::byte* rows;
  const std::int32_t* bias;  // of the block: where the first chunk's sums begin; others: null
  bool narrow;
};

// Two cases at a time: neighbours in order of length, so that one loop serves both, and neither waits for its own sums.
template <bool kNarrow>
HWY_INLINE void gather_chunk(const ProductTerm& term, const Chunk& chunk, std::int64_t first_case, std::int64_t cases,
                             TileMemory& memory) {
  constexpr std::int64_t kAhead = 4;  // the weights fill the first cache: lists come from the second
  const std::int64_t before = chunk.index * term.x.cases() + first_case;
  const std::uint16_t *order = term.lists.order + before, *lengths = term.lists.lengths + before;
  const auto list = [&](std::int64_t r) { return term.lists.list(first_case + r, chunk.index); };
  const auto sums = [&](std::int64_t r) { return memory.sums + 32 * r; };
  std::int64_t k = 0;
  for (; k + 2 <= cases; k += 2) {
    for (std::int64_t soon = k + kAhead; soon < std::min(k + kAhead + 2, cases); ++soon)
      for (std::int64_t line = 0; line < 3; ++line) hwy::Prefetch(list(order[soon]) + 32 * line);
    const std::int64_t r = order[k], longer = order[k + 1], both = lengths[r];
    const std::uint16_t *list_r = list(r), *list_longer = list(longer);
    Sums x = load_sums(chunk.bias ? chunk.bias : sums(r)), y = load_sums(chunk.bias ? chunk.bias : sums(longer));
    for (std::int64_t t = 0; t < both; t += 4) {
      add_four<kNarrow>(chunk.rows, list_r + t, x);
      add_four<kNarrow>(chunk.rows, list_longer + t, y);
    }
    store_sums(x, sums(r));
    store_sums(add_listed<kNarrow>(chunk.rows, list_longer + both, lengths[longer] - both, y), sums(longer));
  }
  if (k < cases)
    store_sums(add_listed<kNarrow>(chunk.rows, list(order[k]), lengths[order[k]],
                                   load_sums(chunk.bias ? chunk.bias : sums(order[k]))),
               sums(order[k]));
}

// The same with tables, kTableWords words of rows at a time.
HWY_INLINE void look_up_chunk(const ProductTerm& term, const Chunk& chunk, std::int64_t first_case, std::int64_t cases,
                              TileMemory& memory) {
  for (std::int64_t word = 0; word < chunk.words; word += RowLists::kTableWords) {
    const std::int64_t words = std::min(RowLists::kTableWords, chunk.words - word), groups = 8 * words;
    const std::byte* rows = chunk.rows + 64 * 32 * word;
    if (chunk.narrow) make_tables(rows, groups, memory.tables);
    const bool sixteen = chunk.narrow && sixteen_are_narrow(rows, groups);
    for (std::int64_t r = 0; r < cases; ++r) {
      std::int32_t* sums = memory.sums + 32 * r;
      const std::uint16_t* codes = term.lists.codes(first_case + r) + 8 * (chunk.first_word + word);
      const std::uint32_t* bits = term.x.row(first_case + r) + chunk.first_word + word;
      const Sums before = load_sums(chunk.bias && word == 0 ? chunk.bias : sums);
      store_sums(sixteen        ? add_listed<true>(memory.tables, codes, groups, before)
                 : chunk.narrow ? add_listed<false>(memory.tables, codes, groups, before)
                                : add_set(rows, bits, words, before),
                 sums);
    }
  }
}

// memory.sums ← the fields of one block of 32 columns.
HWY_INLINE void sum_block(const ProductWork& work, std::int64_t block, std::int64_t first_case, std::int64_t cases,
                          TileMemory& memory) {
  const std::int32_t* bias = work.bias + 32 * block;  // until the first chunk has been added
  for (const ProductTerm& term : work.terms) {
    const RowChunks& chunks = term.lists.chunks;
    const bool up = term.direction == Direction::up;
    for (std::int64_t index = 0; index < chunks.count; ++index, bias = nullptr) {
      Chunk chunk{.index = index,
                  .first_word = chunks.first_word(index),
                  .words = chunks.words_in(index),
                  .rows = memory.turned,
                  .bias = bias,
                  .narrow = up ? term.weights.col_block_is_narrow(block) : term.weights.row_block_is_narrow(block)};
      if (up)
        chunk.rows =
            reinterpret_cast<const std::byte*>(term.weights.block(block) + 32 * chunks.place(chunk.first_word));
      else
        turn_rows(term.weights, block, chunk.first_word, chunk.words, memory.turned);
      if (term.lists.tables)
        look_up_chunk(term, chunk, first_case, cases, memory);
      else if (chunk.narrow)
        gather_chunk<true>(term, chunk, first_case, cases, memory);
      else
        gather_chunk<false>(term, chunk, first_case, cases, memory);
    }
  }
}

// ---- What becomes of sums

void field_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                std::int32_t* out) {
  TileMemory memory;
  for (std::int64_t block = 2 * pair; 32 * block < work.units && block < 2 * pair + 2; ++block) {
    sum_block(work, block, first_case, cases, memory);
    const std::int64_t columns = std::min<std::int64_t>(32, work.units - 32 * block);
    for (std::int64_t r = 0; r < cases; ++r)
      for (std::int64_t j = 0; j < columns; ++j)
        out[(first_case + r) * work.units + 32 * block + j] = memory.sums[32 * r + j % 2 * 16 + j / 2];
  }
}

// quick_draw.h on the 32 sums of every case.
struct BlockDraw {
  const Draw& draw;
  std::int64_t block, first_case;
  std::uint32_t there;  // the units that there are
  int exponent;
  float to_log2;  // |s|·to_log2 = T

  // words: random, 32 a case, from those of this block on
  HWY_INLINE void operator()(const std::int32_t* sums, const std::uint32_t* words, std::int64_t cases) const {
    for (std::int64_t r = 0; r < cases; ++r) {
      std::uint32_t zeros = 0, doubts = 0;
      const auto* noise = reinterpret_cast<const std::uint16_t*>(words + 32 * r);
      const Sums s = load_sums(sums + 32 * r);
      for (std::size_t part = 0; part < kParts; ++part) {
        hn::Mask<U16> doubt;
        const auto zero = draw_zero(s.even[part], s.odd[part], hn::Load(U16(), noise + part * kLanes), doubt);
        zeros |= mask_bits(U16(), zero) << (part * kLanes);
        doubts |= mask_bits(U16(), doubt) << (part * kLanes);
      }
      std::uint32_t& word = draw.out.row(first_case + r)[block];
      word = ~zeros & there;
      if (HWY_UNLIKELY((doubts & there) != 0)) word = draw_again(first_case + r, sums + 32 * r, word, doubts & there);
    }
  }

  // T of 32-bit sums, in the lower halves of lanes: a float of 2²³ and more has its units in the lowest bits.
  HWY_INLINE hn::Vec<U32> log2_odds(hn::Vec<I32> sum) const {
    const F32 d;
    const auto t = hn::Mul(hn::ConvertTo(d, hn::Abs(sum)), hn::Set(d, to_log2));
    return hn::BitCast(U32(), hn::Add(hn::Min(t, hn::Set(d, 65535.0f)), hn::Set(d, 0x1p23f)));
  }

  // Which units are 0.
  HWY_INLINE hn::Mask<U16> draw_zero(hn::Vec<I32> even, hn::Vec<I32> odd, hn::Vec<U16> u, hn::Mask<U16>& doubt) const {
    const U16 d;
    const I16 d_signed;
    const auto t = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<16>(log2_odds(odd))), hn::BitCast(d, log2_odds(even)));
    const auto f = hn::ShiftLeft<4>(t);
    auto e = hn::Sub(hn::Set(d, quick::kCubic[2]), hn::MulHigh(f, hn::Set(d, quick::kCubic[3])));
    e = hn::Sub(hn::Set(d, quick::kCubic[1]), hn::MulHigh(f, e));
    e = hn::Sub(hn::Set(d, quick::kCubic[0]), hn::MulHigh(f, e));
    e = hn::Shr(e, hn::ShiftRight<12>(t));
    const auto side = hn::SaturatedAdd(u, hn::MulHigh(u, e));
    const auto above = hn::SaturatedSub(e, side), below = hn::SaturatedSub(side, e);
    doubt = hn::Lt(hn::Max(above, below), hn::Set(d, std::uint16_t(quick::kDoubt + 1)));
    const auto sign = hn::OddEven(hn::BitCast(d_signed, odd), hn::BitCast(d_signed, hn::ShiftRight<16>(even)));
    const auto negative = hn::BitCast(d, hn::VecFromMask(d_signed, hn::Lt(sign, hn::Zero(d_signed))));
    return hn::MaskFromVec(hn::Xor(negative, hn::VecFromMask(d, hn::Gt(above, hn::Zero(d)))));
  }

  HWY_NOINLINE std::uint32_t draw_again(std::int64_t r, const std::int32_t* sums, std::uint32_t word,
                                        std::uint32_t doubts) const {
    for (; doubts != 0; doubts &= doubts - 1) {
      const int j = std::countr_zero(doubts);
      const bool on = draw_bernoulli(sums[j % 2 * 16 + j / 2], exponent, draw.key, std::uint32_t(draw.first_case + r),
                                     std::uint32_t(32 * block + j));
      word = (word & ~(1u << j)) | std::uint32_t(on) << j;
    }
    return word;
  }
};

// The random words of 64 units of every case.
HWY_INLINE void fill_words(Key key, std::uint32_t first_row, std::int64_t cases, std::int64_t pair,
                           std::uint32_t* words) {
  const Word d;
  const auto lanes = std::uint32_t(hn::Lanes(d));
  for (std::int64_t r = 0; r < cases; ++r) {
    const PhiloxRow noise(key, first_row + std::uint32_t(r));
    for (std::uint32_t k = 0; k < 32; k += 2 * lanes) {
      hn::Vec<Word> low, high;
      noise.words(d, std::uint32_t(32 * pair) + k, low, high);
      hn::StoreU(low, d, words + 32 * r + k);
      hn::StoreU(high, d, words + 32 * r + k + lanes);
    }
  }
}

void sample_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                 const Draw& draw) {
  TileMemory memory;
  const auto first_row = std::uint32_t(draw.first_case + first_case);
  fill_words(draw.key, first_row, cases, pair, memory.words);
  for (std::int64_t block = 2 * pair; 32 * block < work.units && block < 2 * pair + 2; ++block) {
    sum_block(work, block, first_case, cases, memory);
    const BlockDraw block_draw{.draw = draw,
                               .block = block,
                               .first_case = first_case,
                               .there = 0xFFFFFFFFu >> (32 - std::min<std::int64_t>(32, work.units - 32 * block)),
                               .exponent = work.exponent,
                               .to_log2 = quick::to_log2(work.exponent)};
    block_draw(memory.sums, memory.words + 16 * (block % 2), cases);
  }
}

#endif
}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(count_on);
HWY_EXPORT(list_rows);
HWY_EXPORT(sample_tile);
HWY_EXPORT(field_tile);

namespace simd {

std::int64_t count_on(const Bits& x) { return HWY_DYNAMIC_DISPATCH(count_on)(x); }

void list_rows(const ProductTerm& term, std::int64_t first_case, std::int64_t cases) {
  HWY_DYNAMIC_DISPATCH(list_rows)(term, first_case, cases);
}

void sample_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                 const Draw& draw) {
  HWY_DYNAMIC_DISPATCH(sample_tile)(work, pair, first_case, cases, draw);
}

void field_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                std::int32_t* out) {
  HWY_DYNAMIC_DISPATCH(field_tile)(work, pair, first_case, cases, out);
}

}  // namespace simd
}  // namespace deepboltz
#endif
