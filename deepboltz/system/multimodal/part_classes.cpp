#include <algorithm>
#include <set>

#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/multimodal/class_differences.h"
#include "deepboltz/system/multimodal/part_measures.h"
#include "deepboltz/system/multimodal/subject_parts.h"
#include "deepboltz/task/class_ranking.h"
#include "deepboltz/task/one_versus_rest.h"
#include "deepboltz/task/paired_difference.h"
#include "deepboltz/task/pool_groups.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kFit = 0x636c73, kDraws = 0x6c6162656c73, kSamples = 0x73616d70;
constexpr int kFewDraws = 10;
constexpr std::int64_t kFewShare = 10;  // a tenth of the labels is kept

struct Features {
  std::string name;
  Tensor train, cases;  // of groups, where the cases have them
};

// The parts that a layer hears from below, by the numbers of their layers.
std::set<int> heard(const EnergyModel& model, LayerId layer) {
  if (model.layer(layer).role == Role::visible) return {layer.index};
  std::set<int> parts;
  for (const Connection& c : model.connections())
    if (c.upper == layer) parts.merge(heard(model, c.lower));
  return parts;
}

// The machine without the layers that hear several parts.
EnergyModel pathways_alone(const EnergyModel& model) {
  EnergyModel apart = model.clone();
  for (LayerId id : model.ids(Role::hidden))
    if (heard(model, id).size() > 1) apart = without_layer(apart, *apart.find(model.layer(id).name));
  return apart;
}

// The highest layer that hears that part alone; its visible layer where no hidden one does.
LayerId top_of(const EnergyModel& apart, const std::string& part) {
  LayerId top = *apart.find(part);
  for (LayerId id : apart.ids(Role::hidden))
    if (heard(apart, id) == std::set{apart.find(part)->index}) top = id;
  return top;
}

std::vector<Features> all_features(Context& ctx, const SubjectParts& subject) {
  const Subject& of = subject.of;
  std::vector<Features> all;
  const Groups train = groups_of(of.sets.train), asked = groups_of(of.cases);
  const bool grouped = of.cases.find(kGroupColumn) != nullptr;
  const auto pooled = [&](Tensor rows, const Groups& groups) {
    return grouped ? pool_groups(ctx, rows, groups, subject.recipe.evaluate.slices) : std::move(rows);
  };
  const auto add = [&](std::string name, const GivenParts& given) {
    all.push_back({std::move(name), pooled(subject.joint_means(ctx, of.sets.train, given), train),
                   pooled(subject.joint_means(ctx, of.cases, given), asked)});
  };
  add("both", {});
  if (parts_of(subject.model).size() < 2) return all;
  const EnergyModel apart = pathways_alone(subject.model);
  for (const std::string& name : parts_of(subject.model)) {
    add(name, {.names = {name}});
    add(name + "_empty", {.names = {name}, .absent = Absent::empty});
    const LayerId top = top_of(apart, name);
    const auto alone = [&](const Cases& cases) {
      return std::move(means_given(ctx, apart, cases, {.names = {name}}, {&top, 1},
                                   {.mean_field = subject.recipe.evaluate.mean_field, .report = of.report})
                           .front());
    };
    all.push_back({name + "_alone", pooled(alone(of.sets.train), train), pooled(alone(of.cases), asked)});
  }
  return all;
}

// One case in `share`, of each class in its share, drawn by the key; ascending.
std::vector<std::uint32_t> few_of_each(const std::vector<std::vector<int>>& labels, int classes, std::int64_t share,
                                       Key key) {
  std::vector<std::uint32_t> chosen;
  for (int k = 0; k < classes; ++k) {
    std::vector<std::uint32_t> of_class;
    for (std::uint32_t r = 0; r < labels.size(); ++r)
      if (!labels[r].empty() && labels[r].front() == k) of_class.push_back(r);
    const auto order = permutation(key.fold(std::uint64_t(k)), std::uint32_t(of_class.size()));
    const std::size_t count = std::max<std::size_t>(2, (of_class.size() + std::size_t(share) / 2) / std::size_t(share));
    for (std::size_t i = 0; i < std::min(count, of_class.size()); ++i) chosen.push_back(of_class[order[i]]);
  }
  std::ranges::sort(chosen);
  return chosen;
}

bool one_class_each(const std::vector<std::vector<int>>& labels) {
  return std::ranges::all_of(labels, [](const std::vector<int>& of_case) { return of_case.size() == 1; });
}

// 100 for each case whose greatest score is another class than its own, else 0: the mean is the errors in percent.
std::vector<double> errors_of(const Tensor& scores, const std::vector<std::vector<int>>& labels) {
  std::vector<double> wrong;
  for (std::int64_t r = 0; r < scores.rows(); ++r) {
    std::int64_t best = 0;
    for (std::int64_t k = 1; k < scores.cols(); ++k)
      if (scores.at(r, k) > scores.at(r, best)) best = k;
    wrong.push_back(best != labels[std::size_t(r)].front() ? 100 : 0);
  }
  return wrong;
}

// Learnt from the features of one part, with the means and deviations that those of another part have in training.
OneVersusRest scaled_as(const OneVersusRest& learnt, const OneVersusRest& other) {
  return {.mean = other.mean.clone(),
          .deviation = other.deviation.clone(),
          .network = learnt.network.clone(),
          .exclusive = learnt.exclusive};
}

Tensor rows_of(const Tensor& from, const std::vector<std::uint32_t>& rows) {
  Tensor out(from.dtype(), std::int64_t(rows.size()), from.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::int64_t j = 0; j < from.cols(); ++j) out.set(std::int64_t(i), j, from.at(rows[i], j));
  return out;
}

}  // namespace

std::string no_classes(const Subject& of) {
  if (of.sets.train.count() == 0) return "classes: the training cases are not here";
  return classes_of(of.sets.train) < 2 || topics_of(of.cases).empty() ? "classes: the cases have no labels" : "";
}

void measure_classes(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const SubjectParts subject(of);
  const auto labels = topics_of(of.sets.train, groups_of(of.sets.train)),
             asked = topics_of(of.cases, groups_of(of.cases));
  const int classes = int(classes_of(of.sets.train));
  const ClassRankingOptions ranking{.rank = std::min<std::int64_t>(50, std::int64_t(asked.size()) - 1),
                                    .ranking = {.without_relevant = RankingOptions::WithoutRelevant::leave_out},
                                    .key = of.key.fold(kSamples)};
  const auto fitted = [&](const Tensor& x, const std::vector<std::vector<int>>& y) {
    return fit_one_versus_rest(ctx, x, y, classes, {.key = of.key.fold(kFit), .report = of.report});
  };
  const std::vector<Features> all = all_features(ctx, subject);
  std::vector<ClassFigures> figures;
  std::vector<OneVersusRest> learnt;
  for (const Features& features : all) {
    learnt.push_back(fitted(features.train, labels));
    const Tensor scores = class_scores(ctx, learnt.back(), features.cases);
    const ClassRanking found = rank_classes(ctx, scores, asked, ranking);
    ClassFigures& figure = figures.emplace_back(features.name);
    if (one_class_each(asked)) figure.errors = errors_of(scores, asked);
    figure.map = found.mean_average_precision;
    if (!figure.errors.empty()) findings.push_back({"error_percent/" + features.name, mean_estimate(figure.errors)});
    findings.push_back({"classification_map/" + features.name, estimate_of(found.mean_average_precision)});
    findings.push_back({"precision_at_50/" + features.name, estimate_of(found.precision)});
    findings.push_back({"prec50_published/" + features.name, estimate_of(found.published_precision)});
  }
  const auto is_part = [&](const std::string& name) { return subject.model.find(name).has_value(); };
  for (std::size_t a = 0; one_class_each(asked) && a < all.size(); ++a)
    for (std::size_t b = 0; b < all.size(); ++b)
      if (a != b && is_part(all[a].name) && is_part(all[b].name))
        findings.push_back(
            {fmt::format("error_percent/{}_tested_on_{}", all[a].name, all[b].name),
             mean_estimate(errors_of(class_scores(ctx, scaled_as(learnt[a], learnt[b]), all[b].cases), asked))});
  for (std::size_t f = 0; f < all.size(); ++f) {
    const Features& features = all[f];
    if (features.name == "both") continue;
    std::vector<double>& maps = figures[f].few_labels;
    for (int draw = 0; draw < kFewDraws; ++draw) {
      const auto few = few_of_each(labels, classes, kFewShare, of.key.fold(kDraws).fold(std::uint64_t(draw)));
      std::vector<std::vector<int>> known;
      for (const std::uint32_t r : few) known.push_back(labels[r]);
      const Tensor scores = class_scores(ctx, fitted(rows_of(features.train, few), known), features.cases);
      maps.push_back(rank_classes(ctx, scores, asked, ranking).mean_average_precision.value);
    }
    findings.push_back({"few_labels/" + features.name, mean_estimate(maps)});
  }
  add_class_differences(figures, findings);
}

}  // namespace deepboltz
