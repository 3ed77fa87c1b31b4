// How well scores find the cases of each class: every class ranks all cases (task/ranking.h). The figures are means
// over the classes, with the error of drawing the cases (task/bootstrap.h). A case that a sample has twice takes two
// ranks, one after the other. A class that has no case in a sample is left out of its mean, and so is a sample in which
// no class has a case.
#pragma once

#include "deepboltz/task/bootstrap.h"
#include "deepboltz/task/ranking.h"

namespace deepboltz {

struct ClassRankingOptions {
  std::int64_t rank = 50;       // of the two precisions
  int samples = 200;            // of the cases, for the errors
  RankingOptions ranking = {};  // classes without cases; their names
  Key key = {};                 // of the samples
};

struct ClassRanking {
  std::vector<std::int64_t> classes;      // those that have cases, ascending
  std::vector<double> average_precision;  // a number each
  Bootstrapped mean_average_precision, precision, published_precision;
};

// scores: (cases, classes) f32 or f64; labels: a list of classes a case.    InputError: shapes that do not fit, labels
// outside of the classes, a rank that is not below the number of cases, a class without cases where it is not left out
ClassRanking rank_classes(Context& ctx, ConstMatrix scores, const Labels& labels, const ClassRankingOptions& options);

}  // namespace deepboltz
