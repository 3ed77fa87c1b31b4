#include "deepboltz/system/multimodal/part_queries.h"

#include "deepboltz/learn/source.h"
#include "deepboltz/system/multimodal/subject_parts.h"
#include "deepboltz/task/one_versus_rest.h"
#include "deepboltz/task/part_distance.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kSemantic = 0x73656d;

}  // namespace

PartQueries ask_parts(Context& ctx, const Subject& of) {
  const SubjectParts subject(of);
  const std::vector<std::string> parts = parts_of(subject.model);
  const std::vector<std::uint32_t> rows = subject.complete_rows();
  if (rows.size() < 2) return {};
  const Cases cases = std::int64_t(rows.size()) == of.cases.count() ? of.cases : select_rows(of.cases, rows);
  const State stored = fixed_cases(ctx, subject.model, cases, 0, cases.count(), false);
  PartQueries out{.stored = cases.count(), .relevance = sharing_labels(topics_of(cases), topics_of(cases))};
  const std::vector<Tensor> base = visible_means(ctx, subject.model, of.sets.train);
  const int classes = int(classes_of(of.sets.train));
  std::vector<Tensor> codes, probabilities;
  for (const std::string& part : parts) {
    codes.push_back(subject.joint_means(ctx, cases, {.names = {part}}));
    if (classes < 2) continue;
    const Tensor seen = subject.joint_means(ctx, of.sets.train, {.names = {part}});
    const OneVersusRest fitted = fit_one_versus_rest(ctx, seen, topics_of(of.sets.train), classes,
                                                     {.key = of.key.fold(kSemantic), .report = of.report});
    probabilities.push_back(class_probabilities(ctx, fitted, codes.back()));
  }
  const auto add = [&](const std::string& way, const char* by, const Tensor& scores) {
    const RankingOptions options{.without_relevant = RankingOptions::WithoutRelevant::leave_out};
    out.rankings.push_back({way, by, rank_rows(ctx, scores, out.relevance, options)});
  };
  for (std::size_t a = 0; a < parts.size(); ++a)
    for (std::size_t b = 0; b < parts.size(); ++b) {
      if (a == b) continue;
      const std::string way = fmt::format("{}_to_{}", parts[a], parts[b]);
      const LayerId wanted = *subject.model.find(parts[b]);
      const Tensor predicted = subject.means(ctx, cases, {.names = {parts[a]}}, wanted);
      add(way, "predicted",
          part_fits(ctx, subject.model.layer(wanted).unit, predicted, stored.x(wanted),
                    base[std::size_t(wanted.index)]));
      add(way, "retrieval", cosines(ctx, codes[a], codes[b]));
      if (!probabilities.empty()) add(way, "semantic", cosines(ctx, probabilities[a], probabilities[b]));
    }
  return out;
}

std::string no_part_queries(const Subject& of) {
  if (part<EnergyModel>(of.system, "model").ids(Role::visible).size() < 2) return "there is one part only";
  if (of.sets.train.count() == 0) return "the training cases are not here";
  return topics_of(of.cases).empty() ? "the cases have no labels" : "";
}

}  // namespace deepboltz
