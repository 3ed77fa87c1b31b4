#include "deepboltz/system/multimodal/part_measures.h"

#include <cmath>

#include "deepboltz/estimate/conditional_log_p.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/field.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/multimodal/subject_parts.h"
#include "deepboltz/task/part_distance.h"

namespace deepboltz {
namespace {

std::string one_part(const Subject& of) {
  const auto& model = part<EnergyModel>(of.system, "model");
  return model.ids(Role::visible).size() < 2 ? "there is one part only" : "";
}

std::string no_information(const Subject& of) {
  for (const PathwayRecipe& pathway : static_cast<const MultimodalRecipe&>(of.recipe).pathways)
    if (pathway.rescale > 0)
      return fmt::format("information: the documents of '{}' are scaled to {} words, and log p is of whole counts",
                         pathway.name, pathway.rescale);
  const std::string why = one_part(of);
  return why.empty() ? "" : "information: " + why;
}

std::string no_training_cases(const Subject& of) {
  return of.sets.train.count() == 0 ? "the training cases are not here" : "";
}

std::string no_retrieval(const Subject& of) {
  if (const std::string why = one_part(of); !why.empty()) return "retrieval: " + why;
  if (const std::string why = no_training_cases(of); !why.empty()) return "retrieval: " + why;
  return topics_of(of.cases).empty() ? "retrieval: the cases have no labels" : "";
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

// log p(part | others) − log p(part), nats: of counts a word, else a case. Cases are drawn by key.
void measure_information(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  constexpr std::uint64_t kCases = 0x6361736573, kPart = 0x70617274;
  const SubjectParts subject(of);
  const EnergyModel& model = part<EnergyModel>(of.system, "model");
  const std::vector<std::uint32_t> complete = subject.complete_rows();
  const auto order = permutation(of.key.fold(kCases), std::uint32_t(complete.size()));
  std::vector<std::uint32_t> rows;
  const std::size_t most = std::size_t(subject.recipe.evaluate.information_cases);
  for (std::size_t i = 0; i < std::min(order.size(), most); ++i) rows.push_back(complete[order[i]]);
  if (rows.size() < 2) return;
  const Cases some = select_rows(of.cases, rows);
  const State state = fixed_cases(ctx, model, some, 0, some.count(), false);
  const std::vector<Tensor> base =
      base_rates(model, visible_means(ctx, model, of.sets.train), double(of.sets.train.count()));
  AisOptions options{.runs = int(subject.recipe.evaluate.ais_runs), .base = &base, .report = of.report};
  for (std::int64_t k = 0; k <= subject.recipe.evaluate.ais_steps; ++k)
    options.ladder.push_back(double(k) / double(subject.recipe.evaluate.ais_steps));
  std::uint64_t number = 0;
  for (LayerId id : model.ids(Role::visible)) {
    options.key = of.key.fold(kPart).fold(number++);
    const bool counts = std::holds_alternative<Counts>(model.layer(id).unit);
    std::vector<double> values;
    double doubtful = 0;
    const std::vector<Estimate> all = information_in_others(ctx, model, state, id, options);
    for (std::size_t n = 0; n < all.size(); ++n) {
      const double words = counts ? state.lengths(id)[n] : 1;
      if (words < 1) continue;
      values.push_back(all[n].value / words);
      doubtful += all[n].warning.empty() ? 0 : 1;
    }
    if (values.size() < 2) continue;
    Estimate mean = mean_estimate(values);
    if (doubtful > 0)
      mean.warning =
          fmt::format("the annealing of {} of {} cases is doubtful; take more evaluate.ais_steps or ais_runs",
                      int(doubtful), values.size());
    findings.push_back({fmt::format("information_{}/{}", counts ? "nats_a_word" : "nats", model.layer(id).name), mean});
  }
}

std::string says_information(const Subject& of, std::span<const Finding> found) {
  std::string text;
  for (const std::string& name : parts_of(part<EnergyModel>(of.system, "model")))
    for (const char* unit : {"nats_a_word", "nats"}) {
      const Estimate* one = find_estimate(found, fmt::format("information_{}/{}", unit, name));
      if (one == nullptr) continue;
      text += fmt::format("{}what the other parts say of '{}': {} {}", text.empty() ? "" : "\n", name,
                          with_error(one->value, one->standard_error),
                          unit == std::string("nats") ? "nats a case" : "nats a word");
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
