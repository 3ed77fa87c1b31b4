// The tiles of integer_update.h in vectors.
#pragma once

#include "deepboltz/kernel/integer_update.h"

namespace deepboltz::simd {

// The other way to count: for a lower unit, what the upper ones count, a byte each, is added over the cases in which it
// is on. With W the most that an upper unit counts, rows of the model's cases hold W − y, so that one list of cases
// gives
//
//   Σ_data x_i y_j + Σ_model x_i (W − y_j) = n_ij + W·Σ_model x_i
struct CaseRows {
  std::int64_t model, zero;  // data's rows come first, then those of the model, then one of zeros
  std::uint8_t* bytes;       // (pairs of blocks, rows, 64)
  int planes;                // of the lower units
  std::int64_t stride;       // of a list: room for all cases, and for a vector behind them
  std::uint16_t* places;     // (lower units, planes, stride): the rows to add, in fours
  std::int32_t* lengths;     // (lower units, planes)

  // data: null where it is grey; then the rows are those of the model, and hold y.
  CaseRows(const Ends<const CaseBits&>* data, const Ends<const CaseBits&>& model_states, ScratchScope& scope);
  std::uint8_t* pair(std::int64_t p) const { return bytes + p * (zero + 1) * 64; }
  std::uint16_t* list(std::int64_t i, int plane) const { return places + (i * planes + plane) * stride; }
  std::int32_t& length(std::int64_t i, int plane) const { return lengths[i * planes + plane]; }
};

// Grey data: for a lower unit, what the upper ones count is added over the cases in which it is not black, times its
// pixels, two cases in one dot product (row_pairs-inl.h).
struct GreyRows {
  const GreyEnds& data;
  std::int64_t cases;     // and a row of zeros behind them
  std::int16_t* counts;   // (pairs of blocks, cases + 1, 64), the units as the dot products want them
  std::int64_t stride;    // of a list
  std::uint16_t* places;  // (lower units, stride): cases
  std::int16_t* pixels;   // (lower units, stride)
  std::int32_t* lengths;  // (lower units), multiples of four

  GreyRows(const GreyEnds& data, ScratchScope& scope);
  std::int16_t* pair(std::int64_t p) const { return counts + p * (cases + 1) * 64; }
};

// What an update multiplies by, as float.
struct UpdateFactors {
  float count, l2, l1, rate, momentum;  // rate/lcm, rate·l2, rate·l1
  bool nesterov;
  std::int32_t data_times, model_times;  // of counts

  // most_…: what a count can be at most, over data and over the model's.
  UpdateFactors(const IntegerStep& step, std::int64_t most_data, std::int64_t most_model);
};

struct UpdateWork {
  UpdateFactors factors;
  const Ends<const CaseBits&>* data;  // null: grey
  const Ends<const CaseBits&>& model;
  const Ends<ConstMatrix>& offsets;
  const Ends<ConstMatrix>& bias_gradients;
  View<float> velocity, weight;
  IntegerWeights& integers;
  float scale;  // 2ᵉ of the integers
  static constexpr std::int64_t kLargest = 16;
  std::uint32_t* largest;  // working memory for each block of 32 × 32 weights
  const CaseRows* rows;    // null: bits are counted
  const GreyRows* grey;    // of grey data; then rows are there too
};

// Whether rows are less work, where both phases count alike.
bool rows_are_cheaper(const Ends<const CaseBits&>& data, const Ends<const CaseBits&>& model);

// Writes the rows of a pair of blocks.
void spread_pair(const UpdateWork& work, std::int64_t pair);

// Rows 32·tile … of the weights: steps them, writes their integers and the tiles' largest.
void update_rows(const UpdateWork& work, std::int64_t tile);

}  // namespace deepboltz::simd
