#include <set>

#include "deepboltz/system/multimodal/part_measures.h"
#include "deepboltz/system/multimodal/subject_parts.h"
#include "deepboltz/task/class_ranking.h"
#include "deepboltz/task/one_versus_rest.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kFit = 0x6c61796572, kSamples = 0x73616d70;

// The layers that a part is read from: the part itself, the hidden layers above it in the order of their numbers, and
// the joint layer.
std::vector<LayerId> way_up(const SubjectParts& subject, LayerId part) {
  std::set<LayerId> above{part};
  for (std::size_t grown = 0; grown != above.size();) {
    grown = above.size();
    for (const Connection& c : subject.model.connections())
      if (above.contains(c.lower) && subject.model.layer(c.upper).role == Role::hidden) above.insert(c.upper);
  }
  above.erase(part);
  above.erase(subject.joint());
  std::vector<LayerId> layers{part};
  layers.insert(layers.end(), above.begin(), above.end());
  layers.push_back(subject.joint());
  return layers;
}

}  // namespace

bool layers_by_default(const Subject& of) { return static_cast<const MultimodalRecipe&>(of.recipe).evaluate.layers; }

void measure_layers(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const SubjectParts subject(of);
  const auto labels = topics_of(of.sets.train), asked = topics_of(of.cases);
  const int classes = int(classes_of(of.sets.train));
  const ClassRankingOptions ranking{.rank = std::min<std::int64_t>(50, of.cases.count() - 1),
                                    .ranking = {.without_relevant = RankingOptions::WithoutRelevant::leave_out},
                                    .key = of.key.fold(kSamples)};
  for (const std::string& part : parts_of(subject.model)) {
    const std::vector<LayerId> layers = way_up(subject, *subject.model.find(part));
    const auto seen = [&](const Cases& cases) {
      return means_given(ctx, subject.model, cases, {.names = {part}}, layers,
                         {.mean_field = subject.recipe.evaluate.mean_field, .report = of.report});
    };
    const std::vector<Tensor> train = seen(of.sets.train), cases = seen(of.cases);
    std::optional<Bootstrapped> below;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const OneVersusRest fitted =
          fit_one_versus_rest(ctx, train[l], labels, classes, {.key = of.key.fold(kFit), .report = of.report});
      const Bootstrapped map =
          rank_classes(ctx, class_scores(ctx, fitted, cases[l]), asked, ranking).mean_average_precision;
      const std::string name = l + 1 < layers.size() ? subject.model.layer(layers[l]).name : part + "_joint";
      findings.push_back({"layer_map/" + name, estimate_of(map)});
      if (below) findings.push_back({"layer_map/" + name + "_less_below", estimate_of(difference(map, *below))});
      below = map;
    }
  }
}

}  // namespace deepboltz
