// Dropout (Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014), inverted form: while training, a number x
// is replaced by x·r/keep with r ~ Bernoulli(keep). Its expectation is x, so that pretrained weights are used as they
// are, and testing needs no scale.
#pragma once

#include <cstdint>
#include <span>

#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// x ← x·r/keep; mask ← r, 1 where uniform(key, rows[case], unit) < keep: a case's mask does not depend on the batch
// that it is in.    x: (cases, units); mask: the same, u8
void drop_out(Context& ctx, double keep, std::span<const std::uint32_t> rows, Key key, Matrix x, Matrix mask);

}  // namespace deepboltz
