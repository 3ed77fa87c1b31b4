#include "deepboltz/recipe/fields.h"

#include "deepboltz/recipe/section.h"

namespace deepboltz {

std::vector<Field> fields(Recipe& recipe) {
  std::vector<Field> out;
  Section top(out, "");
  top.add("title", recipe.title, "what this run is, in words");
  top.add("seed", recipe.seed, kFromZero, "of everything that is random");
  if (recipe.ratings) {
    ratings_fields(top.below("ratings."), *recipe.ratings);
    return out;
  }
  data_fields(top.below("data."), recipe.data);
  model_fields(top.below("model."), recipe.model);
  if (recipe.pretrain) pretrain_fields(top.below("pretrain."), *recipe.pretrain);
  stage_fields(top.below("train."), recipe.train);
  if (recipe.finetune) finetune_fields(top.below("finetune."), *recipe.finetune);
  evaluate_fields(top.below("evaluate."), recipe.evaluate);
  monitor_fields(top.below("monitor."), recipe.monitor);
  return out;
}

Recipe complete_recipe() {
  Recipe recipe;
  recipe.train.learner.optimizer = AdamStep{};
  recipe.pretrain.emplace().stages.resize(1);
  recipe.pretrain->stages[0].learner.optimizer = AdamStep{};
  recipe.finetune.emplace();
  return recipe;
}

std::string describe_fields() {
  Recipe recipe = complete_recipe();
  const std::vector<Field> known = fields(recipe);
  // The default optimizer is not the one whose constants are listed.
  Recipe defaults = recipe;
  defaults.train.learner.optimizer = MomentumStep{};
  defaults.pretrain->stages[0].learner.optimizer = MomentumStep{};
  const std::vector<Field> plain = fields(defaults);
  const auto default_of = [&](const Field& field) {
    for (const Field& other : plain)
      if (other.key == field.key) return toml(other);
    return toml(field);
  };
  std::string text;
  for (const Field& field : known)
    text += fmt::format("{} = {}\n    {}; {}\n", field.key, default_of(field), field.meaning, expected(field));
  Recipe recommender;
  recommender.ratings.emplace();
  for (const Field& field : fields(recommender))
    if (field.key.starts_with("ratings."))
      text += fmt::format("{} = {}\n    {}; {}\n", field.key, toml(field), field.meaning, expected(field));
  return text;
}

}  // namespace deepboltz
