#include <algorithm>

#include "deepboltz/system/multimodal/part_measures.h"
#include "deepboltz/system/multimodal/part_queries.h"
#include "deepboltz/system/multimodal/subject_parts.h"
#include "deepboltz/task/tag_ranking.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kTags = 0x74616773;

double share_of_relevant(const Relevance& relevance, std::int64_t stored) {
  double sum = 0;
  for (const std::vector<int>& of_query : relevance) sum += double(of_query.size()) / double(stored);
  return sum / double(relevance.size());
}

}  // namespace

void measure_part_retrieval(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const PartQueries queries = ask_parts(ctx, of);
  for (const PartRanking& asked : queries.rankings)
    findings.push_back({asked.by + "_map/" + asked.way, mean_estimate(average_precisions(asked.rankings))});
  if (!queries.rankings.empty())
    findings.push_back({"random_map", share_of_relevant(queries.relevance, queries.stored)});
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
