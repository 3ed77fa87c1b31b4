#include "deepboltz/system/lambertian/scene_prior.h"

#include "deepboltz/kernel/field_row.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/model/field.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

double shift_of(const Layer& visible, std::int64_t i) { return visible.shift.empty() ? 0 : visible.shift.at(0, i); }
double scale_of(const Layer& visible, std::int64_t i) { return visible.scale.empty() ? 1 : visible.scale.at(0, i); }

}  // namespace

void require_prior(const EnergyModel& prior, std::string_view name, std::int64_t units) {
  require(prior.ids(Role::visible).size() == 1 && prior.ids(Role::hidden).size() + 1 == prior.layers().size(),
          "lambertian: the prior of the {} has to have one visible layer and hidden layers only", name);
  const Layer& visible = prior.layer(prior.visible());
  require(visible.unit == Unit(Gaussian{}), "lambertian: the prior of the {} has to be of gaussian units, got {}", name,
          name_of(visible.unit));
  require(visible.whitening.empty(), "lambertian: the prior of the {} is whitened", name);
  require(visible.units == units, "lambertian: the prior of the {} has {} units, expected {}", name, visible.units,
          units);
  for (std::int64_t i = 0; i < units; ++i)
    require(scale_of(visible, i) > 0, "lambertian: the prior of the {} has the deviation {} at unit {}", name,
            scale_of(visible, i), i);
}

std::vector<double> prior_deviations(const EnergyModel& prior) {
  const Layer& visible = prior.layer(prior.visible());
  std::vector<double> deviation;
  for (std::int64_t i = 0; i < visible.units; ++i) deviation.push_back(scale_of(visible, i));
  return deviation;
}

void prior_means(Context& ctx, const EnergyModel& prior, const State& hidden, Matrix mean) {
  const LayerId id = prior.visible();
  const Layer& visible = prior.layer(id);
  ScratchScope scope(ctx);
  const Field field = layer_field(ctx, scope, prior, id, {}, hidden);
  visit_real(prior.precision(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, hidden.cases, visible.units, [&](std::int64_t r) {
      const FieldRow<Real> row(field, r);
      for (std::int64_t i = 0; i < visible.units; ++i)
        mean.as<Real>()(r, i) = Real(shift_of(visible, i) + scale_of(visible, i) * double(row(i)));
    });
  });
}

void draw_prior_hidden(Context& ctx, const EnergyModel& prior, ConstMatrix x, Key key, State& hidden) {
  const LayerId id = prior.visible();
  const Layer& visible = prior.layer(id);
  visit_real(prior.precision(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, hidden.cases, visible.units, [&](std::int64_t r) {
      for (std::int64_t i = 0; i < visible.units; ++i)
        hidden.x(id).as<Real>()(r, i) =
            Real((double(x.as<Real>()(r, i)) - shift_of(visible, i)) / scale_of(visible, i));
    });
  });
  hidden.clamp(id);
  advance(ctx, prior, Gibbs{1}, key, hidden);
}

}  // namespace deepboltz
