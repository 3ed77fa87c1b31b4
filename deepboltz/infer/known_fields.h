// What data alone send to a hidden layer, on integers.
#pragma once

#include <span>

#include "deepboltz/kernel/grey_cases.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// A batch of data: one Bits a layer, of which those of hidden layers are not read; where pixels are grey, they take the
// place of those of the visible layer.
struct BinaryData {
  std::span<const Bits> x;
  const GreyCases* grey = nullptr;

  std::int64_t cases(const EnergyModel& model) const {
    return grey ? grey->cases() : x[std::size_t(model.visible().index)].cases();
  }
};

// fields[r·units + j] ← the field of unit j of a hidden layer from its bias and its neighbours that are not hidden.
// weights: one a connection, of one exponent; bias: (1, units) f32; work: sums of as many cases and units.
void known_fields(Context& ctx, const EnergyModel& model, LayerId hidden, std::span<const IntegerWeights> weights,
                  ConstMatrix bias, const BinaryData& data, RowSums& work, std::span<std::int32_t> fields);

}  // namespace deepboltz
