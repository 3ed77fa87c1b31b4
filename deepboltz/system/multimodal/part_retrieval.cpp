#include <algorithm>

#include "deepboltz/learn/source.h"
#include "deepboltz/system/multimodal/part_measures.h"
#include "deepboltz/system/multimodal/subject_parts.h"
#include "deepboltz/task/one_versus_rest.h"
#include "deepboltz/task/part_distance.h"
#include "deepboltz/task/tag_ranking.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kSemantic = 0x73656d, kTags = 0x74616773;

Estimate mean_average_precision(Context& ctx, const Tensor& scores, const Relevance& relevance) {
  const RankingOptions options{.without_relevant = RankingOptions::WithoutRelevant::leave_out};
  return mean_estimate(average_precisions(rank_rows(ctx, scores, relevance, options)));
}

double share_of_relevant(const Relevance& relevance, std::int64_t stored) {
  double sum = 0;
  for (const std::vector<int>& of_query : relevance) sum += double(of_query.size()) / double(stored);
  return sum / double(relevance.size());
}

}  // namespace

void measure_part_retrieval(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const SubjectParts subject(of);
  const std::vector<std::string> parts = parts_of(subject.model);
  const std::vector<std::uint32_t> rows = subject.complete_rows();
  if (rows.size() < 2) return;
  const Cases cases = std::int64_t(rows.size()) == of.cases.count() ? of.cases : select_rows(of.cases, rows);
  const State stored = fixed_cases(ctx, subject.model, cases, 0, cases.count(), false);
  const Relevance relevance = sharing_labels(topics_of(cases), topics_of(cases));
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
  for (std::size_t a = 0; a < parts.size(); ++a)
    for (std::size_t b = 0; b < parts.size(); ++b) {
      if (a == b) continue;
      const std::string way = fmt::format("{}_to_{}", parts[a], parts[b]);
      const LayerId wanted = *subject.model.find(parts[b]);
      const Tensor predicted = subject.means(ctx, cases, {.names = {parts[a]}}, wanted);
      const Tensor fits = part_fits(ctx, subject.model.layer(wanted).unit, predicted, stored.x(wanted),
                                    base[std::size_t(wanted.index)]);
      findings.push_back({"predicted_map/" + way, mean_average_precision(ctx, fits, relevance)});
      findings.push_back(
          {"retrieval_map/" + way, mean_average_precision(ctx, cosines(ctx, codes[a], codes[b]), relevance)});
      if (!probabilities.empty())
        findings.push_back({"semantic_map/" + way,
                            mean_average_precision(ctx, cosines(ctx, probabilities[a], probabilities[b]), relevance)});
    }
  findings.push_back({"random_map", share_of_relevant(relevance, cases.count())});
}

std::string no_tags(const Subject& of) {
  const Column* topics = of.cases.find(kTopicsColumn);
  if (topics == nullptr) return "tags: the cases have no topics";
  const SubjectParts subject(of);
  if (!subject.tags()) return "tags: no part has the topics of the cases as its units";
  return subject.model.ids(Role::visible).size() < 2 ? "tags: there is no other part" : "";
}

void measure_tags(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const SubjectParts subject(of);
  const LayerId tags = *subject.tags();
  const Tensor scores =
      subject.means(ctx, of.cases, {.names = other_parts(subject.model, subject.model.layer(tags).name)}, tags);
  TagRankingOptions options{.key = of.key.fold(kTags)};
  std::vector<double> frequency(std::size_t(scores.cols()), 0.0);
  for (const std::vector<int>& of_case : topics_of(of.sets.train))
    for (const int tag : of_case) ++frequency[std::size_t(tag)];
  Tensor frequencies(scores.dtype(), scores.rows(), scores.cols());
  for (std::int64_t tag = 0; tag < scores.cols(); ++tag) {
    if (frequency[std::size_t(tag)] > 0) options.judged.push_back(int(tag));  // that training has seen
    for (std::int64_t r = 0; r < scores.rows(); ++r) frequencies.set(r, tag, frequency[std::size_t(tag)]);
  }
  for (const auto& [suffix, x] : {std::pair<std::string, const Tensor*>{"", &scores}, {"_frequency", &frequencies}}) {
    const TagRanking found = rank_tags(ctx, *x, topics_of(of.cases), options);
    findings.push_back({"tag_to_image_map" + suffix, estimate_of(found.tag_to_pictures)});
    findings.push_back({"image_to_tags_map" + suffix, mean_estimate(found.picture_to_tags)});
    findings.push_back({"precision_at_5" + suffix, mean_estimate(found.given_right)});
    findings.push_back({"word_recall" + suffix, estimate_of(found.word_recall)});
    findings.push_back({"word_precision" + suffix, estimate_of(found.word_precision)});
  }
}

}  // namespace deepboltz
