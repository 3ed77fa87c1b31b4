#include "deepboltz/system/robust/robust_drawings.h"

#include "deepboltz/io/png.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/report/pictures.h"
#include "deepboltz/system/robust/robust_measures.h"
#include "deepboltz/system/robust/robust_parts.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kFaces = 20;

std::string no_cases(const Subject& of) { return of.cases.count() == 0 ? "there are no cases" : ""; }

// A case a column; from above: as observed, p(clear), denoised.
Drawn draw_denoised(Context& ctx, const Subject& of, const DrawingOptions&, const std::filesystem::path& folder) {
  const Meaning& meaning = meaning_of(of.system, kVisibleColumn);
  const Cases some = first_cases(of.cases, std::min(kFaces, of.cases.count()));
  Denoised denoised = denoised_cases(ctx, of, some);
  const PictureScale scale = picture_scale_of(of.system);
  Tensor observed = visible_states(ctx, part<EnergyModel>(of.system, "face"), some);
  for (std::int64_t r = 0; r < observed.rows(); ++r)
    for (std::int64_t i = 0; i < observed.cols(); ++i) observed.set(r, i, scale.to_data(i, observed.at(r, i)));
  Tensor rows[] = {std::move(observed), std::move(denoised.clear), std::move(denoised.clean)};
  const auto file = folder / "denoised.png";
  write_png(file, rows_of_pictures(rows, {.height = meaning.height,
                                          .width = meaning.width,
                                          .channels = meaning.channels,
                                          .magnify = 2,
                                          .scale = GreyScale::each}));
  return {
      .files = {file},
      .said =
          "denoised.png: a case a column; from above: as observed, the probability that a pixel is clear, denoised"};
}

// Filters of the mask's machine: what each hidden unit makes clear (bright) or covered (dark).
Drawn draw_mask_filters(Context&, const Subject& of, const DrawingOptions&, const std::filesystem::path& folder) {
  const Meaning& meaning = meaning_of(of.system, kVisibleColumn);
  const Tensor filters = strongest_filters(part<EnergyModel>(of.system, "mask"), 50);
  const auto file = folder / "mask_filters.png";
  write_png(file, picture_grid(filters, meaning.height, meaning.width,
                               {.columns = 10, .magnify = 2, .scale = GreyScale::around_zero}));
  return {.files = {file}};
}

constexpr ReportFile kDenoisedFile[] = {{"denoised.png", "As observed, probability of a clear pixel, denoised"}};
constexpr ReportFile kFilterFile[] = {{"mask_filters.png", "Filters of the mask: clear (bright), covered (dark)"}};

constexpr Drawing kDrawings[] = {{"denoised", draw_denoised, no_cases, kDenoisedFile},
                                 {"mask-filters", draw_mask_filters, nullptr, kFilterFile}};

}  // namespace

std::span<const Drawing> robust_drawings() { return kDrawings; }

}  // namespace deepboltz
