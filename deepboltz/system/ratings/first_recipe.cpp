#include "deepboltz/system/ratings/first_recipe.h"

#include "deepboltz/data/rating_scale.h"

namespace deepboltz {

std::optional<FirstRecipe> first_ratings_recipe(const std::filesystem::path& path, const std::string& name) {
  const auto scale = find_scale(path);
  if (!scale) return std::nullopt;
  return FirstRecipe{.content = "ratings on the scale " + to_text(*scale),
                     .text = fmt::format(R"([ratings]
name = "file"
train = {}
# Question: is there a file with test ratings? Then: test = "FILE"; otherwise some are drawn
# Question: do the items have titles? Then: films = "FILE"
lowest = {}
highest = {}
step = {}
hidden = 100  # a first guess
epochs = 50
)",
                                         name, scale->lowest, scale->highest, scale->step)};
}

}  // namespace deepboltz
