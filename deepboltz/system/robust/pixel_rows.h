// What the loops over pixels read: the gate of every pixel, and a case's fields and known numbers.
#pragma once

#include "deepboltz/kernel/field_row.h"
#include "deepboltz/model/field.h"
#include "deepboltz/system/robust/pixel_law.h"
#include "deepboltz/system/robust/robust_machine.h"

namespace deepboltz {

inline std::vector<PixelGate> pixel_gates(const Gate& gate) {
  std::vector<PixelGate> all;
  for (std::int64_t i = 0; i < gate.pixels(); ++i) all.push_back(pixel_gate(gate, i));
  return all;
}

// The number of a layer at a case's pixel where it is known.
template <class Real> struct Known {
  const Real* x;
  const std::uint8_t* mask;
  bool all;

  Known(const State& state, LayerId id, std::int64_t row)
      : x(state.x(id).as<Real>().row(row)),
        mask(state.mask(id).empty() ? nullptr : state.mask(id).as<std::uint8_t>().row(row)),
        all(state.is_clamped(id)) {}

  bool has(std::int64_t pixel) const { return all || (mask != nullptr && mask[pixel] != 0); }
  std::optional<double> operator()(std::int64_t pixel) const {
    return has(pixel) ? std::optional(double(x[pixel])) : std::nullopt;
  }
};

// The fields of a pixel's three layers, in the memory of `scope`.
struct PixelFields {
  Field clean, mask, observed;

  PixelFields(Context& ctx, ScratchScope& scope, const RobustMachine& machine, const Tempering& tempering,
              const State& state)
      : clean(layer_field(ctx, scope, machine.halves(), machine.clean(), tempering, state)),
        mask(layer_field(ctx, scope, machine.halves(), machine.mask(), tempering, state)),
        observed(layer_field(ctx, scope, machine.halves(), machine.observed(), tempering, state)) {}
};

template <class Real> struct FieldRows {
  FieldRow<Real> clean, mask, observed;
  double log_gain;  // of a clear pixel's density

  FieldRows(const PixelFields& fields, std::int64_t row, const Exposure& exposure = {})
      : clean(fields.clean, row),
        mask(fields.mask, row),
        observed(fields.observed, row),
        log_gain(exposure.log_gain.empty() ? 0 : exposure.log_gain[std::size_t(row)]) {}
  PixelLaw law(const PixelGate& gate, std::int64_t pixel) const {
    return {gate, double(clean.beta), double(clean(pixel)), double(mask(pixel)) + log_gain, double(observed(pixel))};
  }
};

// The observed layer at a case's pixel where it is known, and as its exposure corrects it.
template <class Real> struct KnownObserved : Known<Real> {
  const Real* corrected;

  KnownObserved(const State& state, LayerId id, std::int64_t row, const Exposure& exposure)
      : Known<Real>(state, id, row),
        corrected(exposure.corrected.empty() ? nullptr : exposure.corrected.as<Real>().row(row)) {}

  std::optional<Seen> operator()(std::int64_t pixel) const {
    if (!this->has(pixel)) return std::nullopt;
    const auto raw = double(this->x[pixel]);
    return Seen(raw, corrected ? double(corrected[pixel]) : raw);
  }
};

}  // namespace deepboltz
