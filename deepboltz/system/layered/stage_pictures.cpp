#include "deepboltz/system/layered/stage_pictures.h"

#include "deepboltz/io/png.h"
#include "deepboltz/io/png_grid.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/standardisation.h"

namespace deepboltz {

void draw_stage(Context& ctx, const std::filesystem::path& folder, const std::string& name, const EnergyModel& model,
                ConstMatrix chains, const Meaning& meaning) {
  if (!meaning.is_picture()) return;
  const int height = meaning.height, width = meaning.width;
  std::filesystem::create_directories(folder);
  const Layer& visible = model.layer(model.visible());
  Tensor shown(model.precision(), std::min<std::int64_t>(100, chains.rows), chains.cols);
  scale_add(ctx, 1, chains.slice(0, shown.rows()), 0, shown);
  to_data(ctx, visible, shown);
  write_png(folder / (name + "-chains.png"),
            picture_grid(shown, height, width,
                         {.columns = 10,
                          .channels = meaning.channels,
                          .scale = takes_numbers(visible.unit) ? GreyScale::each : GreyScale::shared}));
  const Tensor& weight = model.connections()[0].weight;
  Tensor filters(weight.dtype(), std::min<std::int64_t>(100, weight.cols()), weight.rows());
  for (std::int64_t j = 0; j < filters.rows(); ++j)
    for (std::int64_t i = 0; i < filters.cols(); ++i) filters.set(j, i, weight.at(i, j));
  differences_to_data(ctx, visible, filters);
  write_png(folder / (name + "-filters.png"),
            picture_grid(filters, height, width,
                         {.columns = 10, .channels = meaning.channels, .scale = GreyScale::around_zero}));
}

}  // namespace deepboltz
