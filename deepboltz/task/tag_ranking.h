// Tags for pictures and pictures for tags, by scores of every tag for every picture:
//
//   tag to pictures    a tag ranks the pictures; mean average precision over the judged tags
//   picture to tags    a picture ranks all tags; mean average precision and precision over the pictures that have tags
//   words              every picture gets its first tags; a tag's recall is the share of its pictures that get it, its
//                      precision the share of the pictures getting it that have it, 0 where none gets it; means over
//                      the judged tags, Duygulu et al. (2002)
//
// Equal scores are ordered by number. Means over tags have the error of drawing the pictures (task/bootstrap.h); tags
// that no picture of a sample has are left out of it.
#pragma once

#include "deepboltz/task/bootstrap.h"
#include "deepboltz/task/ranking.h"

namespace deepboltz {

struct TagRankingOptions {
  std::int64_t given = 5;        // tags that every picture gets
  std::vector<int> judged = {};  // over which means are taken, of those that pictures have; empty: all
  int samples = 200;             // of the pictures, for the errors
  Key key = {};                  // of the samples
};

struct TagRanking {
  std::vector<std::int64_t> tags;  // judged, ascending
  Bootstrapped tag_to_pictures, word_recall, word_precision;
  std::vector<std::int64_t> pictures;                // that have tags, ascending
  std::vector<double> picture_to_tags, given_right;  // of each: average precision; share of right ones among the given
};

// scores: (pictures, tags) f32 or f64; wanted: the tags of each picture.    InputError: shapes that do not fit, numbers
// of tags that do not exist, more tags given than there are, no judged tag that a picture has
TagRanking rank_tags(Context& ctx, ConstMatrix scores, const Labels& wanted, const TagRankingOptions& options);

}  // namespace deepboltz
