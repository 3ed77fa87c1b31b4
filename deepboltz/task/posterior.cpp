#include "deepboltz/task/posterior.h"

#include <algorithm>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/length.h"

namespace deepboltz {

EnergyModel without_labels(const EnergyModel& model) {
  const auto label = model.find(Role::label);
  return label ? without_layer(model, *label) : model.clone();
}

void show_cases(Context& ctx, ConstMatrix cases, std::int64_t first, Matrix out) {
  const ConstMatrix here = cases.slice(first, out.rows);
  if (cases.dtype != DType::u8) return scale_add(ctx, 1, here, 0, out);
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, out.rows, out.cols, [&](std::int64_t r) {
      for (std::int64_t i = 0; i < out.cols; ++i) out.as<Real>()(r, i) = Real(here.as<std::uint8_t>()(r, i)) / 255;
    });
  });
}

std::vector<Tensor> posterior_means(Context& ctx, const EnergyModel& model, ConstMatrix cases,
                                    std::span<const LayerId> layers, const PosteriorOptions& options) {
  const LayerId visible = model.visible();
  require(cases.rows >= 1 && cases.cols == model.layer(visible).units,
          "posterior: '{}' has {} units, but the cases are {} × {}", model.layer(visible).name,
          model.layer(visible).units, cases.rows, cases.cols);
  require(cases.dtype == DType::u8 || cases.dtype == model.precision(), "posterior: expected cases of u8 or {}, got {}",
          name_of(model.precision()), name_of(cases.dtype));
  require(options.batch >= 1, "posterior: expected a batch of at least one case, got {}", options.batch);
  std::vector<Tensor> means;
  for (LayerId id : layers) means.emplace_back(model.precision(), cases.rows, model.layer(id).units);

  if (means.empty()) return means;

  State state = model.make_state(ctx, std::min(options.batch, cases.rows));
  state.clamp(visible);
  for (std::int64_t first = 0; first < cases.rows; first += options.batch) {
    state.cases = std::min(options.batch, cases.rows - first);
    show_cases(ctx, cases, first, state.x(visible));
    take_documents(model, state);
    bottom_up(ctx, options.recognition ? *options.recognition : model, state);
    mean_field(ctx, model, options.mean_field, state);
    for (std::size_t l = 0; l < layers.size(); ++l)
      scale_add(ctx, 1, state.x(layers[l]), 0, means[l].view().slice(first, state.cases));
    if (!proceed(options.report, {"infer", first + state.cases, cases.rows, ""}))
      throw Interrupted("posterior: stopped");
  }
  return means;
}

}  // namespace deepboltz
