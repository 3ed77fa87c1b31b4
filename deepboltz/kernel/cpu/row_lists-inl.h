// Which rows of weights, or which sums of some, belong to a case: what integer_products_simd.h calls RowLists.
#if defined(DEEPBOLTZ_KERNEL_CPU_ROW_LISTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_ROW_LISTS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_ROW_LISTS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_ROW_LISTS_INL_H_
#endif

#include <bit>
#include <cstring>

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
using simd::RowLists;

// Writes (first + k)·2^shift for every bit k of a word that is set; returns how many. Writes up to 32 places.
#if HWY_TARGET == HWY_AVX3_DL  // has an instruction for it
template <int kShift> HWY_INLINE std::int64_t list_word(std::uint32_t word, std::int64_t first, std::uint16_t* list) {
  const U16 d;
  std::uint8_t bits[4];
  std::memcpy(bits, &word, 4);
  const auto places = hn::Add(hn::ShiftLeft<kShift>(hn::Iota(d, 0)), hn::Set(d, std::uint16_t(first << kShift)));
  hn::StoreU(hn::CompressBits(places, bits), d, list);
  return std::popcount(word);
}
#else
template <int kShift> HWY_INLINE std::int64_t list_word(std::uint32_t word, std::int64_t first, std::uint16_t* list) {
  std::int64_t on = 0;
  for (; word != 0; word &= word - 1) list[on++] = std::uint16_t((first + std::countr_zero(word)) << kShift);
  return on;
}
#endif

// The places of a case's rows in one chunk; returns how many, padded to a multiple of four with the row of zeros.
HWY_INLINE std::int64_t list_chunk(const std::uint32_t* words, std::int64_t count, std::uint16_t* list) {
  std::int64_t on = 0;
  for (std::int64_t w = 0; w < count; ++w)
    if (words[w] != 0) on += list_word<6>(words[w], 32 * w, list + on);
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

// What comes and what goes; returns the length of either list.
HWY_INLINE std::int64_t list_changes(const RowChunks& chunks, const std::uint32_t* now, const std::uint32_t* before,
                                     std::uint16_t* come, std::uint16_t* gone) {
  std::int64_t coming = 0, going = 0;
  for (std::int64_t w = 0; w < chunks.words; ++w) {
    const std::uint32_t changed = now[w] ^ before[w];
    if (changed == 0) continue;
    coming += list_word<0>(changed & now[w], chunks.place(w), come + coming);
    going += list_word<0>(changed & before[w], chunks.place(w), gone + going);
  }
  const std::int64_t length = (std::max(coming, going) + 1) / 2 * 2;
  const auto zeros = std::uint16_t(32 * chunks.words_in(0));  // behind the first chunk
  std::fill(come + coming, come + length, zeros);
  std::fill(gone + going, gone + length, zeros);
  return length;
}

HWY_INLINE void list_term(const ProductTerm& term, std::int64_t first_case, std::int64_t cases) {
  const RowLists& lists = term.lists;
  const RowChunks& chunks = lists.chunks;
  const std::int64_t last = first_case + cases;
  if (lists.how == Adding::tiles) return tile_cases(term, first_case, cases);
  if (lists.how == Adding::changes) {
    const ChangeLists& changes = term.changes;
    for (std::int64_t r = first_case; r < last; ++r) {
      const std::uint32_t *now = term.x.row(r), *before = changes.before->row(r);
      changes.lengths[r] = std::uint16_t(list_changes(chunks, now, before, changes.come(r), changes.gone(r)));
    }
    return;
  }
  if (lists.how == Adding::tables) {
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

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
