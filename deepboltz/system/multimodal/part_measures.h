// What an evaluation asks of a machine of several parts.
#pragma once

#include "deepboltz/system/measure.h"

namespace deepboltz {

// parts, information, retrieval, tags, classes
std::span<const Measure> multimodal_measures();

// Cases of one class, or of a shared topic, are relevant to each other: each part as a query for each other part. Of
// the cases that have all parts.
//
//   predicted_map    the stored cases ranked by how well their part fits what the query says of it
//   (task/part_distance.h) retrieval_map    by the cosine of the joint layer's means, inferred from either part alone
//   semantic_map     by the cosine of class probabilities, by logistic regressions on those means of the training cases
//   random_map       the share of relevant cases
void measure_part_retrieval(Context& ctx, const Subject& of, std::vector<Finding>& findings);

// Of a part whose units are the topics of the cases: from the other parts, mean average precision of ranking the cases
// for each tag, of ranking the tags for each case, precision of the first five; beside what the tags' frequencies
// reach.
void measure_tags(Context& ctx, const Subject& of, std::vector<Finding>& findings);
std::string no_tags(const Subject& of);

// Mean average precision of ranking the cases for each class, and the precision of the first 50, by logistic
// regressions on the means of the joint layer:
//
//   both            all parts given
//   PART            that part given, the others inferred, in training as in the test (GenText)
//   PART_empty      that part given, the others taken to be empty (ZeroText)
//   PART_alone      by the top layer of its own pathway, which hears no other
//
// and the same, but for the first, with a tenth of the labels (few_labels/…): means over ten draws, with the errors of
// drawing the labels. Where every case has one class: the share of cases whose likeliest class is another
// (error_percent/…), what that is above the share with all parts given, paired over the cases (errors_above_both/…),
// and the share of a classifier that learnt from part A and is tested on part B, each part's features standardised by
// themselves (error_percent/A_tested_on_B).
//
// Where cases belong to groups, groups are classified: by the means of equal slices (task/pool_groups.h).
void measure_classes(Context& ctx, const Subject& of, std::vector<Finding>& findings);
std::string no_classes(const Subject& of);

}  // namespace deepboltz
