// What the measures of a machine of several parts have in common.
#pragma once

#include "deepboltz/system/multimodal/multimodal_recipe.h"
#include "deepboltz/system/subject.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {

struct SubjectParts {
  explicit SubjectParts(const Subject& subject)
      : recipe(static_cast<const MultimodalRecipe&>(subject.recipe)),
        model(without_labels(part<EnergyModel>(subject.system, "model"))),
        of(subject) {}

  LayerId joint() const {
    return recipe.evaluate.layer.empty() ? joint_layer(model) : *model.find(recipe.evaluate.layer);
  }

  // The posterior means of a layer.    (cases, units)
  Tensor means(Context& ctx, const Cases& cases, const GivenParts& given, LayerId layer) const {
    return std::move(means_given(ctx, model, cases, given, {&layer, 1},
                                 {.mean_field = recipe.evaluate.mean_field, .report = of.report})
                         .front());
  }
  Tensor joint_means(Context& ctx, const Cases& cases, const GivenParts& given) const {
    return means(ctx, cases, given, joint());
  }

  // The cases that have all parts, by their rows.
  std::vector<std::uint32_t> complete_rows() const {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t r = 0; r < std::uint32_t(of.cases.count()); ++r) {
      bool all = true;
      for (const std::string& name : parts_of(model)) all = all && of.cases.at(name).is_known(r);
      if (all) rows.push_back(r);
    }
    return rows;
  }

  // The part whose units are the topics of the cases; none: there is no such part.
  std::optional<LayerId> tags() const {
    const Column* topics = of.cases.find(kTopicsColumn);
    for (LayerId id : model.ids(Role::visible)) {
      const Column* column = of.cases.find(model.layer(id).name);
      if (topics && column && column->units() == topics->units() && column->meaning.names == topics->meaning.names)
        return id;
    }
    return std::nullopt;
  }

  const MultimodalRecipe& recipe;
  const EnergyModel model;  // without its label layer
  const Subject& of;
};

}  // namespace deepboltz
