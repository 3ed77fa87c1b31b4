// The tiles of integer_update.h and case_bits.h in vectors.
#pragma once

#include "deepboltz/kernel/integer_update.h"

namespace deepboltz::simd {

// out ← the words of a block of 32 units of a plane, on[k] ← in how many cases unit k of the block is on.
void turn_block(const Bits& bits, std::int64_t block, std::uint16_t* out, std::int32_t* on);

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
  const Ends<const CaseBits&>& data;
  const Ends<const CaseBits&>& model;
  const Ends<ConstMatrix>& offsets;
  const Ends<ConstMatrix>& bias_gradients;
  View<float> velocity, weight;
  IntegerWeights& integers;
  float scale;  // 2ᵉ of the integers
  static constexpr std::int64_t kLargest = 16;
  std::uint32_t* largest;  // working memory, so many for every 32 × 32 weights
};

// Rows 32·tile … of the weights: steps them, writes their integers and the tiles' largest.
void update_rows(const UpdateWork& work, std::int64_t tile);

}  // namespace deepboltz::simd
