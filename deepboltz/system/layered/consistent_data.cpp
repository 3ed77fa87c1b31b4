#include "deepboltz/system/layered/consistent_data.h"

#include <tuple>

#include <fmt/format.h>

namespace deepboltz {
namespace {

// What is said of a file that is not given.
void require_files(const DataRecipe& data, const Refuse& refuse) {
  if (data.rules == kFirstRules) return;
  if (!data.validation_file.empty() && (data.validation > 0 || data.use_validation))
    refuse(data.use_validation ? "data.use_validation" : "data.validation",
           "data.validation_file has validation cases of its own, on which it is never trained");
  for (const auto& [file, key, text] :
       {std::tuple(&data.validation_file, "validation_where", &data.validation_where),
        std::tuple(&data.validation_file, "validation_labels", &data.validation_labels),
        std::tuple(&data.validation_file, "validation_data_key", &data.validation_data_key),
        std::tuple(&data.validation_file, "validation_label_key", &data.validation_label_key),
        std::tuple(&data.test, "test_where", &data.test_where),
        std::tuple(&data.test, "test_labels", &data.test_labels),
        std::tuple(&data.test, "test_data_key", &data.test_data_key),
        std::tuple(&data.test, "test_label_key", &data.test_label_key),
        std::tuple(&data.train, "train_where", &data.train_where),
        std::tuple(&data.train, "train_labels", &data.train_labels)})
    if (file->empty() && !text->empty())
      refuse(fmt::format("data.{}", key), "the file that it is said of is not given");
}

// How files become the states of such units.
void require_numbers(const LayeredRecipe& recipe, const Refuse& refuse) {
  const ModelRecipe& model = recipe.model;
  if (recipe.data.subtract_mean && (recipe.data.patch_side == 0 || model.visible != Unit(Gaussian{})))
    refuse("data.subtract_mean", "is of patches (data.patch_side) for \"gaussian\" units");
  if (model.standardise == Standardise::zca && model.visible != Unit(Gaussian{}))
    refuse("model.standardise", fmt::format("\"zca\" is for \"gaussian\" units, got \"{}\"", word_of(model.visible)));
  for (const auto& [key, given] : {std::pair("data.invert", recipe.data.invert), {"data.scale", recipe.data.scale > 0}})
    if (given && takes_numbers(model.visible))
      refuse(key, fmt::format("\"{}\" units take the numbers as they are", word_of(model.visible)));
}

}  // namespace

void require_consistent_data(const LayeredRecipe& recipe, const Refuse& refuse) {
  const bool own = recipe.data.name == "file";
  if (own && recipe.data.train.empty()) refuse("data.train", "expected a path, because data.name is \"file\"");
  if (!own && !(recipe.data.train.empty() && recipe.data.test.empty()))
    refuse("data.name",
           fmt::format("expected \"file\" where data.train or data.test is given, got \"{}\"", recipe.data.name));
  require_files(recipe.data, refuse);
  require_numbers(recipe, refuse);
}

}  // namespace deepboltz
