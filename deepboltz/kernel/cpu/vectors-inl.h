// Reading and writing the last, incomplete vector of a row, and sums of floats in double.
#if defined(DEEPBOLTZ_KERNEL_CPU_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_VECTORS_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_VECTORS_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_VECTORS_INL_H_
#endif

#include <cstdint>
#include <cstring>

#include "hwy/highway.h"

// On a lambda that is a loop's body: inlined at every call, so that the whole vectors run without a test of their
// length.
#undef DEEPBOLTZ_STEP
#define DEEPBOLTZ_STEP HWY_ATTR __attribute__((always_inline))

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Float = hn::ScalableTag<float>;
using Word = hn::ScalableTag<std::uint32_t>;

// Calls step(first, how many) for every vector of `size` floats, the last one maybe incomplete.
template <class Step> HWY_INLINE void for_vectors(std::int64_t size, Step step) {
  const auto lanes = std::int64_t(hn::Lanes(Float()));
  std::int64_t j = 0;
  for (; j + lanes <= size; j += lanes) step(j, std::size_t(lanes));
  if (j < size) step(j, std::size_t(size - j));
}

// `count` numbers from `from` on, then zeros. Not a masked load: those may read past the end where a target lacks them.
template <class D> HWY_INLINE hn::Vec<D> load(D d, const hn::TFromD<D>* from, std::size_t count) {
  if (hn::MaxLanes(d) == 1 || HWY_LIKELY(count == hn::Lanes(d))) return hn::LoadU(d, from);
  HWY_ALIGN hn::TFromD<D> buffer[hn::MaxLanes(d)] = {};
  std::memcpy(buffer, from, count * sizeof(*from));
  return hn::Load(d, buffer);
}

template <class D> HWY_INLINE void store(D d, hn::Vec<D> x, hn::TFromD<D>* to, std::size_t count) {
  if (hn::MaxLanes(d) == 1 || HWY_LIKELY(count == hn::Lanes(d))) return hn::StoreU(x, d, to);
  HWY_ALIGN hn::TFromD<D> buffer[hn::MaxLanes(d)];
  hn::Store(x, d, buffer);
  std::memcpy(to, buffer, count * sizeof(*to));
}

// Bytes as a vector of floats.
template <class D> HWY_INLINE hn::Vec<D> load_bytes(D d, const std::uint8_t* from, std::size_t count) {
  const hn::Rebind<std::uint8_t, D> d_byte;
  const hn::RebindToSigned<D> d_int;
  return hn::ConvertTo(d, hn::PromoteTo(d_int, load(d_byte, from, count)));
}

// Which of `count` entries of a byte mask are set; none where there is no mask.
template <class D> HWY_INLINE hn::Mask<D> load_mask(D d, const std::uint8_t* mask, std::size_t count) {
  return hn::Gt(load_bytes(d, mask, count), hn::Zero(d));
}

// A mask of up to 32 lanes as bits. Just the bytes that were written are read: others would wait for the memory.
template <class D> HWY_INLINE std::uint32_t mask_bits(D d, hn::Mask<D> mask) {
  constexpr std::size_t kBytes = (hn::MaxLanes(D()) + 7) / 8;
  std::uint8_t bytes[kBytes < 8 ? 8 : kBytes];
  hn::StoreMaskBits(d, mask, bytes);
  if constexpr (kBytes == 1) return bytes[0];
  if constexpr (kBytes == 2) {
    std::uint16_t bits;
    std::memcpy(&bits, bytes, 2);
    return bits;
  }
  std::uint32_t bits;
  std::memcpy(&bits, bytes, 4);
  return bits;
}

// A sum of floats in doubles: two accumulators, one for either half of a vector.
#if HWY_TARGET == HWY_SCALAR
template <class D> class DoubleSum {
 public:
  HWY_INLINE void add(hn::Vec<D> x) { sum_ += double(hn::GetLane(x)); }
  HWY_INLINE void add_product(hn::Vec<D> x, hn::Vec<D> y) { sum_ += double(hn::GetLane(x)) * hn::GetLane(y); }
  HWY_INLINE double value() const { return sum_; }

 private:
  double sum_ = 0;
};
#else
template <class D> class DoubleSum {
 public:
  HWY_INLINE DoubleSum() : low_(hn::Zero(wide_)), high_(hn::Zero(wide_)) {}
  HWY_INLINE void add(hn::Vec<D> x) {
    low_ = hn::Add(low_, hn::PromoteTo(wide_, hn::LowerHalf(half_, x)));
    high_ = hn::Add(high_, hn::PromoteTo(wide_, hn::UpperHalf(half_, x)));
  }
  // += x·y, exact products
  HWY_INLINE void add_product(hn::Vec<D> x, hn::Vec<D> y) {
    low_ =
        hn::MulAdd(hn::PromoteTo(wide_, hn::LowerHalf(half_, x)), hn::PromoteTo(wide_, hn::LowerHalf(half_, y)), low_);
    high_ =
        hn::MulAdd(hn::PromoteTo(wide_, hn::UpperHalf(half_, x)), hn::PromoteTo(wide_, hn::UpperHalf(half_, y)), high_);
  }
  HWY_INLINE double value() const { return hn::GetLane(hn::SumOfLanes(wide_, hn::Add(low_, high_))); }

 private:
  static constexpr hn::Half<D> half_{};
  static constexpr hn::RepartitionToWide<D> wide_{};
  hn::Vec<hn::RepartitionToWide<D> > low_, high_;
};
#endif

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
