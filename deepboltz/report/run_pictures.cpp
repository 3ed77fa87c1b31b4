#include "deepboltz/report/run_pictures.h"

#include <algorithm>

#include "deepboltz/io/png.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/task/classify.h"
#include "deepboltz/task/masks.h"
#include "deepboltz/task/samples.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kSamples, kMask, kComplete };

constexpr Mask kShown[] = {Mask::left_half, Mask::bottom_half, Mask::centre, Mask::random};  // the published four
constexpr int kLeastColumns = 10;
constexpr int kLeastSide = 40;  // screen pixels of a picture at least: smaller ones are magnified

}  // namespace

std::vector<std::filesystem::path> draw_run_pictures(Context& ctx, const EnergyModel& model,
                                                     const RunPictureOptions& options,
                                                     const std::filesystem::path& folder) {
  PictureShape shape = picture_shape(model, options.meaning);
  const int side = std::max(shape.height, shape.width);
  shape.magnify = (kLeastSide + side - 1) / side;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw FileError(fmt::format("{}: cannot be made: {}", folder.string(), failed.message()));
  std::vector<std::filesystem::path> written;
  const auto write = [&](const std::string& name, const Image& image) {
    written.push_back(folder / (name + ".png"));
    write_png(written.back(), image);
  };
  write("filters-1", first_layer_filters(ctx, model, shape));
  if (!upper_hidden_layers(model).empty()) write("filters-2", second_layer_filters(ctx, model, shape));
  if (options.cases.empty()) return written;

  Tensor mean(model.precision(), 1, options.cases.cols);
  column_means(ctx, options.cases, mean);
  const std::int64_t chains = std::min(options.samples, options.cases.rows);
  const Samples samples = draw_samples(ctx, model,
                                       {.chains = chains,
                                        .burn_in = options.burn_in,
                                        .start_means = mean,
                                        .key = options.key.fold(kSamples),
                                        .report = options.report});
  const Layer& visible = model.layer(model.visible());
  Tensor drawn = shown_frames(model, samples)[0].clone(), data(model.precision(), chains, options.cases.cols);
  scale_add(ctx, 1, options.cases.slice(0, chains), 0, data);
  to_data(ctx, visible, drawn);
  to_data(ctx, visible, data);
  write("samples", samples_beside_data(drawn, data, shape, int(std::min<std::int64_t>(kLeastColumns, chains))));
  if (!std::holds_alternative<Bernoulli>(visible.unit)) return written;

  const ConstMatrix shown = options.cases.slice(0, std::min(options.completed, options.cases.rows));
  for (Mask mask : kShown) {
    const Tensor known =
        known_pixels(mask, shape.height, shape.width * shape.channels, shown.rows, options.key.fold(kMask));
    CompleteOptions complete_options = options.complete;
    complete_options.start = mean;
    complete_options.key = options.key.fold(kComplete).fold(std::uint64_t(mask));
    complete_options.report = options.report;
    const Completion done = complete(ctx, model, shown, known, complete_options);
    write(fmt::format("completion-{}", name_of(mask)),
          completion_picture(shown, known, done.sample, done.probability, shape, shown.rows));
  }
  return written;
}

}  // namespace deepboltz
