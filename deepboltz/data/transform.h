// How grey values become what a machine sees: the recipe says it (data.binarise), and is stored with the model. The
// three conventions for binary digits are different data, and likelihoods under them are not comparable:
//
//   none        x itself, grey/255
//   threshold   1 where grey ≥ 128 (x ≥ ½ of real-valued data)
//   each-time   1 with probability x, drawn anew at each presentation
//   once        1 with probability x, drawn once, by the recorded key: the same bits whenever the data are shown
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "deepboltz/kernel/bits.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

enum class Binarisation : std::uint8_t { none, threshold, each_time, once };

std::string_view name_of(Binarisation binarisation);  // as in the list above

struct Transform {
  Binarisation binarise = Binarisation::each_time;
  Key key = {};  // for `once`: it settles the bits of each row. Training and test set need different keys.
};

// What a training step sees: out(r, ·) ← case rows[r] of the data. `now`: the key of this presentation, for each-time;
// each row draws by its own number, whatever the batch.    out: (rows, units) f32 or f64
void present(Context& ctx, const Transform& transform, ConstMatrix data, std::span<const std::uint32_t> rows, Key now,
             Matrix out);

// The same into bits, of grey bytes that become binary.
void present(Context& ctx, const Transform& transform, ConstMatrix data, std::span<const std::uint32_t> rows, Key now,
             Bits& out);

}  // namespace deepboltz
