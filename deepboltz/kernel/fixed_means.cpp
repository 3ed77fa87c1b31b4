#include "deepboltz/kernel/fixed_means.h"

#include <algorithm>

#include "deepboltz/kernel/cpu/fixed_means_simd.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kRowTile = 8;  // cases of an update

// Calls body(case) for every case.
template <class Body> void for_cases(Context& ctx, std::int64_t cases, Body&& body) {
  ctx.parallel((cases + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
    for (std::int64_t r = tile * kRowTile; r < std::min((tile + 1) * kRowTile, cases); ++r) body(r);
  });
}

}  // namespace

FixedMeans::FixedMeans(std::int64_t capacity, std::int64_t units)
    : means_(allocate_aligned(std::size_t(capacity * ((units + 31) / 32 * 32)) * sizeof(std::int16_t))),
      changes_(capacity, units) {}

void FixedMeans::reset(std::int64_t cases) {
  changes_.reset(cases);
  std::fill_n(row(0), cases * stride(), std::int16_t(0));
}

void set_means(Context& ctx, ConstMatrix x, FixedMeans& means) {
  DEEPBOLTZ_ASSERT(x.cols == means.units());
  means.reset(x.rows);
  for_cases(ctx, x.rows, [&](std::int64_t r) {
    for (std::int64_t j = 0; j < x.cols; ++j) means.row(r)[j] = std::int16_t(in_steps(x.as<float>()(r, j), kMeanBits));
  });
}

void start_fields(Context& ctx, std::span<const std::int32_t> standing, std::int64_t cases, RowSums& fields) {
  const std::int64_t units = fields.units();
  DEEPBOLTZ_ASSERT(std::int64_t(standing.size()) == cases * units);
  const auto scaled = [](std::int32_t s) { return std::int32_t(std::uint32_t(s) << kMeanBits); };
  for_cases(ctx, cases, [&](std::int64_t r) {
    const std::int32_t* from = standing.data() + r * units;
    std::int64_t j = 0;
    for (; j + 4 <= units; j += 4)
      for (std::int64_t k = 0; k < 4; ++k) fields.block(r, j / 32)[RowSums::place(j) + k] = scaled(from[j + k]);
    for (; j < 32 * fields.blocks(); ++j) fields.block(r, j / 32)[RowSums::place(j)] = j < units ? scaled(from[j]) : 0;
  });
}

double update_means(Context& ctx, int exponent, const RowSums& fields, double times, ConstMatrix bias,
                    FixedMeans& means) {
  DEEPBOLTZ_ASSERT(means.units() == fields.units() && bias.cols == fields.units());
  ScratchScope scope(ctx);
  const Matrix ordered = scope.matrix(DType::f32, 1, 32 * fields.blocks());
  float* const b = ordered.as<float>().data;
  std::fill_n(b, ordered.cols, 0.0f);
  for (std::int64_t j = 0; j < bias.cols; ++j) b[j / 32 * 32 + RowSums::place(j)] = bias.as<float>()(0, j);
  const simd::MeanUpdate update{float(std::ldexp(1.0, -exponent - kMeanBits)), float(times), b};
  std::vector<std::int64_t> moved(std::size_t(means.cases()));
  for_cases(ctx, means.cases(),
            [&](std::int64_t r) { moved[std::size_t(r)] = simd::update_case(update, fields, r, means); });
  std::int64_t sum = 0;
  for (std::int64_t m : moved) sum += m;
  return std::ldexp(double(sum), -kMeanBits) / double(std::max<std::int64_t>(1, means.cases() * means.units()));
}

void draw_means(Context& ctx, const FixedMeans& means, Key key, std::int64_t first_case, Bits& out) {
  DEEPBOLTZ_ASSERT(out.units() == means.units());
  out.set_cases(means.cases());
  for_cases(ctx, means.cases(),
            [&](std::int64_t r) { simd::draw_case(means, key, std::uint32_t(first_case + r), r, out); });
}

void round_means(Context& ctx, const FixedMeans& means, Key key, std::int64_t first_case, Sevenths& out) {
  DEEPBOLTZ_ASSERT(out.units() == means.units());
  out.set_cases(means.cases());
  for_cases(ctx, means.cases(),
            [&](std::int64_t r) { simd::round_case(means, key, std::uint32_t(first_case + r), r, out); });
}

}  // namespace deepboltz
