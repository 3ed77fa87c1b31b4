#include "deepboltz/kernel/unit_ops.h"

#include "deepboltz/kernel/cpu/unit_ops_simd.h"
#include "deepboltz/kernel/field_row.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

// What a row's loop needs beside its field: the mask (or null), the width, and room for the fields of one group.
template <class Real> struct Row {
  FieldRow<Real> field;
  const std::uint8_t* clamped;
  std::int64_t units;
  Real* group;
  double length;      // of a row of counts: of its free words
  const Real* known;  // of a row of counts: those beside them, or null

  bool is_clamped(std::int64_t unit) const { return clamped != nullptr && clamped[unit] != 0; }
  const Real* fields(std::int64_t first, std::int64_t count) const {
    for (std::int64_t k = 0; k < count; ++k) group[k] = field(first + k);
    return group;
  }
};

struct Noise {
  Key key;
  std::uint32_t row;

  // What a unit is drawn with.
  double operator()(const auto&, std::int64_t unit) const { return uniform(key, row, std::uint32_t(unit)); }
  double operator()(const Gaussian&, std::int64_t unit) const { return normal(key, row, std::uint32_t(unit)); }
  double operator()(const Relu&, std::int64_t unit) const { return normal(key, row, std::uint32_t(unit)); }
};

// ---- one number a unit

template <ScalarUnit U, class Real> void mean_row(const U& unit, const Row<Real>& row, Real* out) {
  for (std::int64_t j = 0; j < row.units; ++j)
    if (!row.is_clamped(j)) out[j] = unit.mean(row.field(j));
}

template <ScalarUnit U, class Real>
void sample_row(const U& unit, const Row<Real>& row, Noise noise, Real* out, Real* mean) {
  for (std::int64_t j = 0; j < row.units; ++j) {
    Real mu = out[j];
    if (!row.is_clamped(j)) {
      mu = unit.mean(row.field(j));
      out[j] = unit.draw(mu, Real(noise(unit, j)));
    }
    if (mean) mean[j] = mu;
  }
}

template <ScalarUnit U, class Real> double log_partition_row(const U& unit, const Row<Real>& row, const Real* state) {
  double sum = 0;
  for (std::int64_t j = 0; j < row.units; ++j) {
    const Real f = row.field(j);
    sum += row.is_clamped(j) ? double(state[j]) * f : double(unit.log_partition(f));
  }
  return sum;
}

template <ScalarUnit U, class Real> double entropy_row(const U& unit, const Row<Real>& row, const Real* mean) {
  double sum = 0;
  for (std::int64_t j = 0; j < row.units; ++j)
    if (!row.is_clamped(j)) sum += unit.entropy(mean[j]);
  return sum;
}

// Rectified linear units: drawn from the field. No energy has them, and EnergyModel::require_energy says so before a
// log-partition or an entropy is asked for.

template <class Real> void sample_row(const Relu& unit, const Row<Real>& row, Noise noise, Real* out, Real* mean) {
  for (std::int64_t j = 0; j < row.units; ++j) {
    const bool free = !row.is_clamped(j);
    if (mean) mean[j] = free ? unit.mean(row.field(j)) : out[j];
    if (free) out[j] = unit.draw(row.field(j), Real(noise(unit, j)));
  }
}

template <class Real> double log_partition_row(const Relu&, const Row<Real>&, const Real*) {
  DEEPBOLTZ_ASSERT(NormalisedUnit<Relu>);
  return std::numeric_limits<double>::quiet_NaN();
}

template <class Real> double entropy_row(const Relu&, const Row<Real>&, const Real*) {
  DEEPBOLTZ_ASSERT(NormalisedUnit<Relu>);
  return std::numeric_limits<double>::quiet_NaN();
}

// Bernoulli units in float: vectors.

void mean_row(const Bernoulli&, const Row<float>& row, float* out) {
  simd::mean_row(row.field, row.clamped, row.units, out);
}

void sample_row(const Bernoulli&, const Row<float>& row, Noise noise, float* out, float* mean) {
  simd::sample_row(row.field, row.clamped, row.units, noise.key, noise.row, out, mean);
}

double log_partition_row(const Bernoulli&, const Row<float>& row, const float* state) {
  return simd::log_partition_row(row.field, row.clamped, row.units, state);
}

double entropy_row(const Bernoulli&, const Row<float>& row, const float* mean) {
  return simd::entropy_row(mean, row.clamped, row.units);
}

// Gaussian units in float: vectors.

void mean_row(const Gaussian&, const Row<float>& row, float* out) {
  simd::mean_normal_row(row.field, row.clamped, row.units, out);
}

void sample_row(const Gaussian&, const Row<float>& row, Noise noise, float* out, float* mean) {
  simd::sample_normal_row(row.field, row.clamped, row.units, noise.key, noise.row, out, mean);
}

// Spins in float: bits of twice the field, x = 2b − 1.

FieldRow<float> twice(FieldRow<float> field) {
  field.beta *= 2;
  field.base_beta *= 2;
  return field;
}

// out ← 2·out − 1 where the unit is free.
void as_spins(const Row<float>& row, float* out) {
  for (std::int64_t j = 0; j < row.units; ++j)
    if (!row.is_clamped(j)) out[j] = 2 * out[j] - 1;
}

void mean_row(const Spin&, const Row<float>& row, float* out) {
  simd::mean_row(twice(row.field), row.clamped, row.units, out);
  as_spins(row, out);
}

void sample_row(const Spin&, const Row<float>& row, Noise noise, float* out, float* mean) {
  simd::sample_row(twice(row.field), row.clamped, row.units, noise.key, noise.row, out, mean);
  as_spins(row, out);
  if (mean) as_spins(row, mean);
}

double log_partition_row(const Spin&, const Row<float>& row, const float* state) {
  double sum = simd::log_partition_row(twice(row.field), row.clamped, row.units, state);
  for (std::int64_t j = 0; j < row.units; ++j)
    sum -= row.is_clamped(j) ? double(state[j]) * double(row.field(j)) : double(row.field(j));
  return sum;
}

// ---- Softmax: a group of numbers a unit

template <class Real> void mean_row(const Softmax& unit, const Row<Real>& row, Real* out) {
  for (std::int64_t j = 0; j < row.units; j += unit.classes)
    if (!row.is_clamped(j)) unit.mean(row.fields(j, unit.classes), out + j);
}

template <class Real> void sample_row(const Softmax& unit, const Row<Real>& row, Noise noise, Real* out, Real* mean) {
  for (std::int64_t j = 0; j < row.units; j += unit.classes) {
    Real* x = out + j;
    if (row.is_clamped(j)) {
      if (mean) std::copy_n(x, unit.classes, mean + j);
      continue;
    }
    unit.mean(row.fields(j, unit.classes), x);
    if (mean) std::copy_n(x, unit.classes, mean + j);
    const std::int64_t drawn = unit.draw(x, Real(noise(unit, j)));
    std::fill_n(x, unit.classes, Real(0));
    x[drawn] = 1;
  }
}

template <class Real> double log_partition_row(const Softmax& unit, const Row<Real>& row, const Real* state) {
  double sum = 0;
  for (std::int64_t j = 0; j < row.units; j += unit.classes) {
    const Real* f = row.fields(j, unit.classes);
    if (!row.is_clamped(j)) {
      sum += unit.log_partition(f);
    } else {
      for (std::int64_t k = 0; k < unit.classes; ++k) sum += double(state[j + k]) * f[k];
    }
  }
  return sum;
}

template <class Real> double entropy_row(const Softmax& unit, const Row<Real>& row, const Real* mean) {
  double sum = 0;
  for (std::int64_t j = 0; j < row.units; j += unit.classes)
    if (!row.is_clamped(j)) sum += unit.entropy(mean + j);
  return sum;
}

// ---- Counts: the whole row is one unit, of words that are known and others that are free

template <class Real> void add_known(const Row<Real>& row, Real* out) {
  if (row.known)
    for (std::int64_t k = 0; k < row.units; ++k) out[k] += row.known[k];
}

template <class Real> double dot(const Real* x, const Real* y, std::int64_t units) {
  double sum = 0;
  for (std::int64_t k = 0; k < units; ++k) sum += double(x[k]) * y[k];
  return sum;
}

template <class Real> void expected_counts(const Row<Real>& row, Real* out) {
  Counts::mean(row.fields(0, row.units), row.units, row.length, out);
}

template <class Real> double counts_log_partition(const Row<Real>& row) {
  return Counts::log_partition(row.fields(0, row.units), row.units, row.length);
}

// In float: vectors.

void expected_counts(const Row<float>& row, float* out) {
  const float scale = float(row.length / simd::exp_row(row.field, row.units, out).sum);
  for (std::int64_t k = 0; k < row.units; ++k) out[k] *= scale;
}

double counts_log_partition(const Row<float>& row) {
  const auto [top, sum] = simd::exp_row(row.field, row.units, row.group);
  return row.length * (top + std::log(sum));
}

template <class Real> void mean_row(const Counts&, const Row<Real>& row, Real* out) {
  if (row.is_clamped(0)) return;
  expected_counts(row, out);
  add_known(row, out);
}

template <class Real> void sample_row(const Counts& unit, const Row<Real>& row, Noise noise, Real* out, Real* mean) {
  if (!row.is_clamped(0)) {
    Real* mu = mean ? mean : row.group;
    expected_counts(row, mu);
    unit.draw(
        mu, row.units, row.length, [&](std::int64_t word) { return noise(unit, word); }, out);
    add_known(row, out);
    if (mean) add_known(row, mean);
  } else if (mean) {
    std::copy_n(out, row.units, mean);
  }
}

template <class Real> double log_partition_row(const Counts&, const Row<Real>& row, const Real* state) {
  if (row.is_clamped(0)) return dot(state, row.fields(0, row.units), row.units);
  const double known = row.known ? dot(row.known, row.fields(0, row.units), row.units) : 0;
  return known + counts_log_partition(row);
}

template <class Real> double entropy_row(const Counts& unit, const Row<Real>& row, const Real* mean) {
  if (row.is_clamped(0)) return 0;
  if (!row.known) return unit.entropy(mean, row.units);
  for (std::int64_t k = 0; k < row.units; ++k) row.group[k] = mean[k] - row.known[k];
  return unit.entropy(row.group, row.units);
}

// Calls body(unit, Row, case) for every case, unit and number type known.
template <class Body>
void for_cases(Context& ctx, const Unit& any_unit, const Field& field, ConstMatrix clamped, DType dtype,
               std::int64_t cases, std::int64_t units, Body&& body) {
  DEEPBOLTZ_ASSERT(units % group_size(any_unit) == 0);
  DEEPBOLTZ_ASSERT(clamped.empty() || (clamped.rows == cases && clamped.cols == units));
  const RowBlocks blocks(cases, units);
  ScratchScope scratch(ctx);
  const bool counts = std::holds_alternative<Counts>(any_unit);
  const bool whole_units = !clamped.empty() && clamped.dtype == DType::u8,
             some_words = !clamped.empty() && !whole_units;
  DEEPBOLTZ_ASSERT(!some_words || (counts && clamped.dtype == dtype));
  const Matrix groups = scratch.matrix(dtype, blocks.count(), counts ? units : group_size(any_unit));
  std::visit(
      [&](const auto& unit) {
        visit_real(dtype, [&](auto real) {
          using Real = decltype(real);
          for_row_blocks(ctx, blocks, [&](std::int64_t block, std::int64_t first, std::int64_t last) {
            for (std::int64_t r = first; r < last; ++r) {
              const std::uint8_t* mask = whole_units ? clamped.as<std::uint8_t>().row(r) : nullptr;
              const Real* known = some_words ? clamped.as<Real>().row(r) : nullptr;
              double length = field.length.empty() ? 1 : field.length[std::size_t(r)];
              for (std::int64_t k = 0; known && k < units; ++k) length -= double(known[k]);
              body(unit, Row<Real>{{field, r}, mask, units, groups.as<Real>().row(block), length, known}, r);
            }
          });
        });
      },
      any_unit);
}

void check(const Field& field, [[maybe_unused]] DType dtype, [[maybe_unused]] std::int64_t units) {
  DEEPBOLTZ_ASSERT(field.bias.dtype == dtype && field.bias.cols == units);
  DEEPBOLTZ_ASSERT(field.input.empty() || (field.input.rows == field.cases && field.input.cols == units));
  DEEPBOLTZ_ASSERT(field.beta.empty() || std::int64_t(field.beta.size()) == field.cases);
  DEEPBOLTZ_ASSERT(field.base.empty() || field.base.cols == units);
  DEEPBOLTZ_ASSERT(field.length.empty() || std::int64_t(field.length.size()) == field.cases);
  static_cast<void>(field);
}

}  // namespace

void unit_mean(Context& ctx, const Unit& unit, const Field& field, ConstMatrix clamped, Matrix out) {
  check(field, out.dtype, out.cols);
  for_cases(ctx, unit, field, clamped, out.dtype, field.cases, out.cols,
            [&]<class Real>(const auto& u, const Row<Real>& row, std::int64_t r) {
              mean_row(u, row, out.as<Real>().row(r));
            });
}

void unit_sample(Context& ctx, const Unit& unit, const Field& field, Key key, std::int64_t first_case,
                 ConstMatrix clamped, Matrix out, Matrix mean) {
  check(field, out.dtype, out.cols);
  for_cases(ctx, unit, field, clamped, out.dtype, field.cases, out.cols,
            [&]<class Real>(const auto& u, const Row<Real>& row, std::int64_t r) {
              Real* mean_of_row = mean.empty() ? nullptr : mean.as<Real>().row(r);
              sample_row(u, row, {key, std::uint32_t(first_case + r)}, out.as<Real>().row(r), mean_of_row);
            });
}

void add_log_partition(Context& ctx, const Unit& unit, const Field& field, ConstMatrix clamped, ConstMatrix state,
                       double scale, std::span<double> sum) {
  check(field, field.bias.dtype, field.bias.cols);
  DEEPBOLTZ_ASSERT(std::int64_t(sum.size()) == field.cases && (clamped.empty() || !state.empty()));
  for_cases(ctx, unit, field, clamped, field.bias.dtype, field.cases, field.bias.cols,
            [&]<class Real>(const auto& u, const Row<Real>& row, std::int64_t r) {
              const Real* state_of_row = state.empty() ? nullptr : state.as<Real>().row(r);
              sum[std::size_t(r)] += scale * log_partition_row(u, row, state_of_row);
            });
}

void add_entropy(Context& ctx, const Unit& unit, ConstMatrix mean, ConstMatrix clamped, std::span<double> sum) {
  DEEPBOLTZ_ASSERT(std::int64_t(sum.size()) == mean.rows);
  Field none;
  none.bias = mean;
  for_cases(ctx, unit, none, clamped, mean.dtype, mean.rows, mean.cols,
            [&]<class Real>(const auto& u, const Row<Real>& row, std::int64_t r) {
              sum[std::size_t(r)] += entropy_row(u, row, mean.as<Real>().row(r));
            });
}

void add_log_measure(Context& ctx, const Unit& any_unit, ConstMatrix x, ConstMatrix counted, std::span<double> sum) {
  DEEPBOLTZ_ASSERT(std::int64_t(sum.size()) == x.rows);
  std::visit(
      [&]<class U>(const U& unit) {
        if constexpr (MeasuredUnit<U>)
          visit_real(x.dtype, [&](auto real) {
            const auto state = x.as<decltype(real)>();
            for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
              for (std::int64_t j = 0; j < x.cols; ++j)
                if (counted.empty() || counted.as<std::uint8_t>()(r, j) != 0)
                  sum[std::size_t(r)] += unit.log_measure(double(state(r, j)));
            });
          });
        else if constexpr (std::is_same_v<U, Counts>)
          visit_real(x.dtype, [&](auto real) {
            const auto state = x.as<decltype(real)>();
            for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
              if (!counted.empty() && counted.dtype == x.dtype)
                sum[std::size_t(r)] += unit.log_measure(counted.as<decltype(real)>().row(r), x.cols);
              else if (counted.empty() || counted.as<std::uint8_t>()(r, 0) != 0)
                sum[std::size_t(r)] += unit.log_measure(state.row(r), x.cols);
            });
          });
      },
      any_unit);
}

}  // namespace deepboltz
