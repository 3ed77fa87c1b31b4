// What an evaluation asks of a machine of several parts.
#pragma once

#include "deepboltz/system/measure.h"

namespace deepboltz {

// parts, information, retrieval, tags, classes, layers
std::span<const Measure> multimodal_measures();

// log p of each part, and of it given the others, both by annealing in both directions: how much better the others let
// it be told. Of counts nats a word (in their order, with the length given), else nats a case. Cases are drawn by key,
// and documents that the recipe scales are words drawn from them (whole_documents.h).
//
//   information_…/PART            log p(part | others) − log p(part); the middle of _least and _most, of which one
//                                 errs to either side
//   log_p_…/PART_given_others     log p(part | others)
//   log_p_…/PART_alone            log p(part)
void measure_information(Context& ctx, const Subject& of, std::vector<Finding>& findings);
std::string no_information(const Subject& of);
std::string says_information(const Subject& of, std::span<const Finding> found);

// Cases of one class, or of a shared topic, are relevant to each other: predicted_map, retrieval_map and semantic_map
// of the rankings of part_queries.h; random_map, the share of relevant cases.
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
// (error_percent/…),
// and the share of a classifier that learnt from part A and is tested on part B, each part's features standardised by
// themselves (error_percent/A_tested_on_B).
//
// Where cases belong to groups, groups are classified: by the means of equal slices (task/pool_groups.h).
void measure_classes(Context& ctx, const Subject& of, std::vector<Finding>& findings);
std::string no_classes(const Subject& of);

// Mean average precision of classes layer by layer: the part itself, the hidden layers of its pathway, the joint layer,
// each inferred from that part alone (layer_map/PART, …/PART1, …, …/PART_joint). _less_below: less that of the layer
// below it, over the same bootstrap samples.
void measure_layers(Context& ctx, const Subject& of, std::vector<Finding>& findings);
bool layers_by_default(const Subject& of);

}  // namespace deepboltz
