#include "deepboltz/system/multimodal/part_files.h"

#include <algorithm>

#include "deepboltz/data/classes.h"
#include "deepboltz/data/like_training.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/learn/visible_values.h"

namespace deepboltz {
namespace {

// The units that see the part; those of real values, which take what they get, where no layer does.
Unit unit_of(const MultimodalRecipe& recipe, const std::string& part) {
  const std::vector<PartRecipe> parts = recipe.parts();
  const auto seen = std::ranges::find(parts, part, &PartRecipe::name);
  return seen == parts.end() ? Unit(Gaussian{}) : seen->visible;
}

ReadOptions options_of(const PartFileRecipe& part, const Unit& unit) {
  return {.format = part.format,
          .height = int(part.height),
          .width = int(part.width),
          .data_key = part.data_key,
          .label_key = part.label_key,
          .label_column = part.label_column,
          .id_column = part.id_column,
          .text_column = part.text_column,
          .numbers = takes_numbers(unit),
          .documents = std::holds_alternative<Counts>(unit),
          .words = part.words,
          .keep_empty = true,
          .colour = part.colour,
          .invert = part.invert};
}

// Labels of test cases are numbers of the training cases' classes.
void require_classes_of(const Cases& train, const Cases& test) {
  for (const char* name : {kLabelColumn, kTopicsColumn}) {
    const Column *known = train.find(name), *came = test.find(name);
    if (known == nullptr || came == nullptr) continue;
    for (std::int64_t k = 0; k < came->units(); ++k) {
      const std::string called = class_name(came->meaning, k);
      require(k < known->units() && called == class_name(known->meaning, k),
              "{}: '{}' is no class of the training cases '{}'", test.origin.name, called, train.origin.name);
    }
  }
}

}  // namespace

PartCases load_part_files(const MultimodalRecipe& recipe) {
  std::vector<NamedPart> train, test;
  for (const PartFileRecipe& part : recipe.data.parts) {
    const Unit unit = unit_of(recipe, part.name);
    const ReadOptions options = options_of(part, unit);
    Dataset known = read_data(part.train, options);
    if (!part.test.empty()) {
      Dataset asked = made_like(known, read_data(part.test, options_like(known, options)));
      asked.classes = std::max(asked.classes, asked.labels.empty() ? 0 : known.classes);
      test.push_back({part.name, documents_for(unit, std::move(asked))});
    }
    train.push_back({part.name, documents_for(unit, std::move(known))});
  }
  PartCases cases{join_parts(std::move(train), recipe.data.join), {}};
  if (test.empty()) return cases;
  cases.test = join_parts(std::move(test), recipe.data.join);
  require_classes_of(cases.train, cases.test);
  return cases;
}

ReadOptions reading_of(const MultimodalRecipe& recipe, const std::string& part) {
  const auto file = std::ranges::find(recipe.data.parts, part, &PartFileRecipe::name);
  return file == recipe.data.parts.end() ? ReadOptions{} : options_of(*file, unit_of(recipe, part));
}

}  // namespace deepboltz
