#include "deepboltz/system/robust/robust_cases.h"

#include <cmath>

#include "deepboltz/io/sha256.h"
#include "deepboltz/system/layered/load.h"

namespace deepboltz {

void take_contrast(Matrix pictures, const std::string& name) {
  for (std::int64_t r = 0; r < pictures.rows; ++r) {
    float* x = pictures.as<float>().row(r);
    double sum = 0, squares = 0;
    for (std::int64_t i = 0; i < pictures.cols; ++i) sum += double(x[i]);
    const double mean = sum / double(pictures.cols);
    for (std::int64_t i = 0; i < pictures.cols; ++i) squares += (double(x[i]) - mean) * (double(x[i]) - mean);
    const double deviation = std::sqrt(squares / double(pictures.cols));
    require(deviation > 1e-6 * (1 + std::abs(mean)), "{}: case {}: the picture is one grey, and has no contrast", name,
            r);
    for (std::int64_t i = 0; i < pictures.cols; ++i) x[i] = float(kPictureRms * (double(x[i]) - mean) / deviation);
  }
}

void take_contrast(Cases& cases) {
  for (Column& column : cases.columns) {
    if (column.name != kVisibleColumn) continue;
    Tensor taken(DType::f32, column.cases(), column.units());
    each_value(column, [&](std::int64_t r, std::int64_t i, double x) { taken.as<float>()(r, i) = float(x); });
    take_contrast(taken, cases.origin.name);
    column.x = keep(std::move(taken));
  }
}

void show_robust(const RobustRecipe& recipe, Share share, Cases& cases) {
  show_cases(recipe, share, cases);
  if (recipe.face.contrast && cases.count() > 0) take_contrast(cases);
}

CaseSets load_robust(Context& ctx, const RobustRecipe& recipe, const DataPlaces& places) {
  CaseSets sets = load_cases(ctx, recipe, places);
  const Meaning& meaning = sets.train.at(kVisibleColumn).meaning;
  require(meaning.is_picture(), "{}: a robust machine is of pictures; expected data.height and data.width",
          sets.train.origin.name);
  if (!recipe.covered.train.empty()) {
    LayeredRecipe other;
    other.seed = recipe.seed;
    other.model = recipe.model;
    other.data = recipe.data;
    other.data.name = "file";
    other.data.train = recipe.covered.train;
    other.data.train_where = recipe.covered.train_where;
    other.data.validation_file = other.data.test = "";
    other.data.validation = other.data.train_cases = 0;
    CaseSets covered = load_cases(ctx, other, places);
    const Cases& pictures = sets.beside[kCovered] = std::move(covered.train);
    require(pictures.at(kVisibleColumn).units() == sets.train.at(kVisibleColumn).units(),
            "covered.train: '{}' has pictures of {} pixels, those of '{}' have {}", pictures.origin.name,
            pictures.at(kVisibleColumn).units(), sets.train.origin.name, sets.train.at(kVisibleColumn).units());
    sets.hash = sha256(as_bytes(sets.hash + covered.hash));
  }
  if (!recipe.face.contrast) return sets;
  for (Cases* cases : {&sets.train, &sets.validation, &sets.test})
    if (cases->count() > 0) take_contrast(*cases);
  for (auto& [name, cases] : sets.beside) take_contrast(cases);
  return sets;
}

}  // namespace deepboltz
