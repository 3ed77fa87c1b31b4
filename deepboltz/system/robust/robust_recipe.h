// What a recipe of a Robust Boltzmann machine says: clean pictures, a Gaussian machine of them, covered pictures, and
// the machine of their masks.
#pragma once

#include "deepboltz/setting/refuse.h"
#include "deepboltz/system/layered/layered_recipe.h"
#include "deepboltz/system/robust/denoise.h"
#include "deepboltz/system/robust/robust_learning.h"

namespace deepboltz {

struct FaceRecipe {
  bool contrast = true;    // each picture to mean 0 and a root mean square of 10/32
  double deviation = 0.4;  // σ of the clean pixels to begin with, in standard deviations of the training cases
};

// The pictures that the mask's half learns from.
struct CoveredRecipe {
  std::string train, train_where;  // a file like those of [data]
};

struct MaskRecipe {
  std::int64_t hidden = 100;
  Gate::Kind gate = Gate::Kind::competing;
  double strength = 20;  // γ² to begin with
  double clear = 1;      // the masks' visible biases to begin with
  double weight_scale = 0.01;
  std::int64_t epochs = 10, batch = 60;
  RobustRule rule;
  std::string starts = "all";  // words of start_masks, by commas
};

struct RobustDenoiseRecipe {
  int sweeps = 30, average_from = 15;
};

struct RobustEvaluateRecipe {
  std::int64_t components = 200;  // principal components before the linear discriminant
};

struct RobustRecipe final : LayeredRecipe {
  RobustRecipe();

  StageRecipe train;
  FaceRecipe face;
  CoveredRecipe covered;
  MaskRecipe mask;
  RobustDenoiseRecipe denoise;
  RobustEvaluateRecipe evaluate;
};

void robust_settings(Section top, RobustRecipe& recipe);
void require_consistent(const RobustRecipe& recipe, const Refuse& refuse);

// The words of [mask] starts.
std::vector<std::string> starts_of(const RobustRecipe& recipe);

}  // namespace deepboltz
