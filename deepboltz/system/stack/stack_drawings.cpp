#include "deepboltz/system/stack/stack_drawings.h"

#include "deepboltz/io/png.h"
#include "deepboltz/report/pictures.h"
#include "deepboltz/system/stack/code_map.h"
#include "deepboltz/system/stack/reconstruct.h"

namespace deepboltz {
namespace {

const EnergyModel& visible_of(const Subject& of) { return part<EnergyModel>(of.system, "visible"); }
const Meaning& meaning_of_cases(const Subject& of) { return meaning_of(of.system, kVisibleColumn); }

std::string no_pictures(const Subject& of) {
  if (!find_part<Network>(of.system, "autoencoder")) return "there is no autoencoder";
  if (of.cases.count() == 0) return "there are no cases to be reconstructed";
  return has_picture_shape(visible_of(of), meaning_of_cases(of)) ? "" : "the cases are not pictures";
}

// From above: data, reconstructions, and what as many principal components keep.
Drawn draw_reconstructions(Context& ctx, const Subject& of, const DrawingOptions&,
                           const std::filesystem::path& folder) {
  constexpr std::int64_t kColumns = 15;
  const Cases shown = first_cases(of.cases, kColumns);
  std::vector<Tensor> rows;
  rows.push_back(data_of(ctx, of.system, shown));
  rows.push_back(reconstructed(ctx, of.system, shown));
  if (const auto rival = rival_components(ctx, of.system, of.sets.train))
    rows.push_back(rebuilt_by(*rival, rows.front()));
  PictureShape shape = picture_shape(visible_of(of), meaning_of_cases(of));
  shape.magnify = 2;
  const std::filesystem::path file = folder / "reconstructions.png";
  write_png(file, rows_of_pictures(rows, shape));
  return {{file}};
}

constexpr ReportFile kReconstructions[] = {
    {"reconstructions.png", "Data, reconstructions, and as many principal components"}};

constexpr ReportFile kMap[] = {{"map.svg", "Test cases by their codes; the pointer over a point shows the case"}};

constexpr Drawing kDrawings[] = {{"reconstructions", draw_reconstructions, no_pictures, kReconstructions},
                                 {"map", draw_code_map, no_code_map, kMap}};

}  // namespace

std::span<const Drawing> stack_drawings() { return kDrawings; }

}  // namespace deepboltz
