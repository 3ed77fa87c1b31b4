#include "deepboltz/data/transform.h"

#include "deepboltz/kernel/binarise.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr std::pair<std::string_view, Binarisation> kNames[] = {{"none", Binarisation::none},
                                                                {"threshold", Binarisation::threshold},
                                                                {"each-time", Binarisation::each_time},
                                                                {"once", Binarisation::once}};

Binarise how_of(Binarisation binarisation) {
  if (binarisation == Binarisation::none) return Binarise::none;
  return binarisation == Binarisation::threshold ? Binarise::threshold : Binarise::sample;
}

// The same for real-valued data; bytes go through the kernel.
template <class Real> Real binarised(Binarise how, Real x, Key key, std::uint32_t row, std::uint32_t column) {
  if (how == Binarise::none) return x;
  if (how == Binarise::threshold) return x >= Real(0.5) ? Real(1) : Real(0);
  return Real(uniform(key, row, column)) < x ? Real(1) : Real(0);
}

}  // namespace

std::string_view name_of(Binarisation binarisation) {
  for (const auto& [name, value] : kNames)
    if (value == binarisation) return name;
  return "";
}

void present(Context& ctx, const Transform& transform, ConstMatrix data, std::span<const std::uint32_t> rows, Key now,
             Matrix out) {
  DEEPBOLTZ_ASSERT(out.rows == std::int64_t(rows.size()) && out.cols == data.cols);
  const Binarise how = how_of(transform.binarise);
  const Key key = transform.binarise == Binarisation::once ? transform.key : now;
  if (data.dtype == DType::u8) return binarise(ctx, how, data, rows, key, out);
  ctx.parallel(out.rows, [&](std::int64_t r) {
    const std::uint32_t row = rows[std::size_t(r)];
    visit_real(data.dtype, [&](auto number) {
      const auto* x = data.as<decltype(number)>().row(row);
      visit_real(out.dtype, [&](auto real) {
        auto* target = out.as<decltype(real)>().row(r);
        for (std::int64_t c = 0; c < out.cols; ++c)
          target[c] = decltype(real)(binarised(how, x[c], key, row, std::uint32_t(c)));
      });
    });
  });
}

void present(Context& ctx, const Transform& transform, ConstMatrix data, std::span<const std::uint32_t> rows, Key now,
             Bits& out) {
  DEEPBOLTZ_ASSERT(transform.binarise != Binarisation::none && data.dtype == DType::u8);
  const Key key = transform.binarise == Binarisation::once ? transform.key : now;
  binarise(ctx, how_of(transform.binarise), data, rows, key, out);
}

}  // namespace deepboltz
