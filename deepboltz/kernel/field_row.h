// One case of a Field, its number type known: what the loops over units read.
#pragma once

#include "deepboltz/kernel/field.h"

namespace deepboltz {

template <class Real> struct FieldRow {
  const Real* input;     // (units), or null: zero
  const Real* bias;      // (units)
  const Real* base;      // (units), or null: zero
  Real beta, base_beta;  // β, 1−β

  FieldRow(const Field& field, std::int64_t row)
      : input(field.input.empty() ? nullptr : field.input.as<Real>().row(row)),
        bias(field.bias.as<Real>().data),
        base(field.base.empty() ? nullptr : field.base.as<Real>().row(field.base.rows == 1 ? 0 : row)),
        beta(field.beta.empty() ? Real(1) : Real(field.beta[std::size_t(row)])),
        base_beta(field.beta.empty() ? Real(0) : Real(1 - field.beta[std::size_t(row)])) {
    if (base_beta == 0) base = nullptr;
  }

  Real operator()(std::int64_t unit) const {
    Real f = beta * ((input ? input[unit] : Real(0)) + bias[unit]);
    if (base) f += base_beta * base[unit];
    return f;
  }
};

}  // namespace deepboltz
