#include "deepboltz/system/multimodal/part_measures.h"

#include <cmath>

#include "deepboltz/learn/source.h"
#include "deepboltz/model/field.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/system/multimodal/part_queries.h"
#include "deepboltz/system/multimodal/subject_parts.h"
#include "deepboltz/task/part_distance.h"

namespace deepboltz {
namespace {

std::string no_training_cases(const Subject& of) {
  return of.sets.train.count() == 0 ? "the training cases are not here" : "";
}

std::string no_retrieval(const Subject& of) {
  const std::string why = no_part_queries(of);
  return why.empty() ? "" : "retrieval: " + why;
}

// Over the cases that have the part, and words in it.
Estimate mean_distance(const Unit& unit, ConstMatrix x, ConstMatrix means, const Column& column) {
  std::vector<double> there;
  const std::vector<double> all = part_distances(unit, x, means);
  for (std::int64_t r = 0; r < x.rows; ++r)
    if (column.is_known(r) && !std::isnan(all[std::size_t(r)])) there.push_back(all[std::size_t(r)]);
  return mean_estimate(there);
}

// How far each part is from what all parts, and from what the others, say of it.
void measure_parts(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const SubjectParts subject(of);
  const std::vector<Tensor> base = visible_means(ctx, subject.model, of.sets.train);
  const State truth = fixed_cases(ctx, subject.model, of.cases, 0, of.cases.count(), false);
  State all = state_given(ctx, subject.model, of.cases, 0, of.cases.count(), {});
  bottom_up(ctx, subject.model, all);
  mean_field(ctx, subject.model, subject.recipe.evaluate.mean_field, all);
  for (const std::string& name : parts_of(subject.model)) {
    const LayerId id = *subject.model.find(name);
    const Unit& unit = subject.model.layer(id).unit;
    const Column& column = of.cases.at(name);
    Tensor back(subject.model.precision(), of.cases.count(), subject.model.layer(id).units);
    mean_layer(ctx, subject.model, id, all, {}, back);
    findings.push_back({"reconstruction/" + name, mean_distance(unit, truth.x(id), back, column)});
    const auto others = other_parts(subject.model, name);
    if (!others.empty())
      findings.push_back(
          {"inferred/" + name,
           mean_distance(unit, truth.x(id), subject.means(ctx, of.cases, {.names = others}, id), column)});
    findings.push_back({"floor/" + name, mean_distance(unit, truth.x(id), base[std::size_t(id.index)], column)});
  }
}

std::string says_parts(const Subject& of, std::span<const Finding> found) {
  std::string text;
  for (const std::string& name : parts_of(part<EnergyModel>(of.system, "model"))) {
    const Estimate *inferred = find_estimate(found, "inferred/" + name), *floor = find_estimate(found, "floor/" + name);
    if (inferred == nullptr || floor == nullptr) continue;
    text += fmt::format("{}part '{}' inferred from the others: {}; training means {}", text.empty() ? "" : "\n", name,
                        with_error(inferred->value, inferred->standard_error),
                        with_error(floor->value, floor->standard_error));
  }
  return text;
}

std::string says_retrieval(const Subject&, std::span<const Finding> found) {
  std::string text;
  for (const Finding& finding : found) {
    if (!finding.name.starts_with("predicted_map/")) continue;
    const std::string way = finding.name.substr(finding.name.find('/') + 1);
    const Estimate *predicted = find_estimate(found, finding.name),
                   *codes = find_estimate(found, "retrieval_map/" + way);
    const auto random = std::ranges::find(found, "random_map", &Finding::name);
    text += fmt::format("{}{} average precision: {} by prediction, {} by codes; random {:.3f}",
                        text.empty() ? "" : "\n", way, with_error(predicted->value, predicted->standard_error),
                        with_error(codes->value, codes->standard_error),
                        random == found.end() ? 0 : std::get<double>(random->value));
  }
  return text;
}

constexpr Measure kMeasures[] = {
    {.word = "parts", .run = measure_parts, .refusal = no_training_cases, .says = says_parts},
    {.word = "information", .run = measure_information, .refusal = no_information, .says = says_information},
    {.word = "retrieval", .run = measure_part_retrieval, .refusal = no_retrieval, .says = says_retrieval},
    {.word = "tags", .run = measure_tags, .refusal = no_tags},
    {.word = "classes", .run = measure_classes, .refusal = no_classes},
    {.word = "layers", .run = measure_layers, .refusal = no_classes, .by_default = layers_by_default},
};

}  // namespace

std::span<const Measure> multimodal_measures() { return kMeasures; }

}  // namespace deepboltz
