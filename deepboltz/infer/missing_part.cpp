#include "deepboltz/infer/missing_part.h"

#include <algorithm>

#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"

namespace deepboltz {

void clamp_where_known(Context& ctx, const EnergyModel& model, LayerId layer, std::span<const std::uint8_t> has,
                       double length, State& state) {
  const Layer& of = model.layer(layer);
  require(has.empty() || std::int64_t(has.size()) == state.cases,
          "'{}': expected for each of {} cases whether it has this part, got {}", of.name, state.cases, has.size());
  if (std::ranges::find(has, std::uint8_t(0)) == has.end()) return state.clamp(layer);
  const auto* counts = std::get_if<Counts>(&of.unit);
  require(counts == nullptr || counts->extra == 0, "'{}': a part with extra words cannot be missing", of.name);
  require(counts == nullptr || length >= 1,
          "'{}': a document that is missing needs a length of at least one word, got {}", of.name, length);

  Clamp& clamp = state.clamped[std::size_t(layer.index)];
  const DType of_mask = counts != nullptr ? model.precision() : DType::u8;
  const std::int64_t capacity = state.layers[std::size_t(layer.index)].rows();
  if (clamp.mask.empty() || clamp.mask.dtype() != of_mask) clamp.mask = Tensor(of_mask, capacity, of.units);
  clamp.kind = Clamp::Kind::some;

  ScratchScope scope(ctx);
  const Matrix bias = scope.matrix(model.precision(), 1, of.units),
               start = scope.matrix(model.precision(), 1, of.units);
  const std::vector<double> words(1, length);
  ordinary_bias(ctx, model, layer, bias);
  unit_mean(ctx, of.unit, {.input = {}, .bias = bias, .beta = {}, .base = {}, .cases = 1, .length = words}, {}, start);
  const Matrix x = state.x(layer);
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t r = 0; r < x.rows; ++r) {
      const bool known = has[std::size_t(r)] != 0;
      Real* row = x.as<Real>().row(r);
      if (!known) std::copy_n(start.as<Real>().data, x.cols, row);
      if (counts == nullptr) {
        std::fill_n(clamp.mask.view().as<std::uint8_t>().row(r), x.cols, std::uint8_t(known));
        continue;
      }
      Real* words_known = clamp.mask.view().as<Real>().row(r);
      if (known)
        std::copy_n(row, x.cols, words_known);
      else
        std::fill_n(words_known, x.cols, Real(0));
      if (!known) state.lengths(layer)[std::size_t(r)] = length;
    }
  });
}

}  // namespace deepboltz
