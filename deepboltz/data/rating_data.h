// The ratings of an experiment: who and what there is, and which ratings are for learning, for choosing, for the score.
//
// A random split is drawn over ratings, by a key, from their order by user and item: not from the order of the file,
// and not from the ratings themselves. What is held out enters nothing but the score; even the hash leaves it out.
//
// What was seen, with no rating, may be told beside the ratings: by a file, or as the pairs that are held out, their
// ratings left out (the setting of the Netflix prize, whose contestants knew which pairs they would be asked for).
#pragma once

#include <string>
#include <vector>

#include "deepboltz/data/films.h"
#include "deepboltz/data/locate.h"
#include "deepboltz/data/ratings.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

struct RatingPlan {
  std::string name = "movielens-1m";  // movielens-1m, movielens-100k, or "file"
  std::string ratings, test, films;   // paths, for "file"; no test: a random split
  std::string seen;                   // path: who saw what without a rating that is known
  bool transductive = false;          // the held-out pairs count as seen
  std::string split = "random";       // of movielens-100k also u1 … u5, ua, ub: the published ones
  RatingScale scale;                  // of files
  double test_share = 0.1;            // of all ratings, of a random split
  double validation_share = 0.1;      // of the rest …
  bool use_validation = false;        // … held out, or trained on after all
  Key key = {};

  bool tells_seen() const { return transductive || !seen.empty(); }
};

struct RatingData {
  std::string name;
  RatingScale scale;
  std::vector<std::uint32_t> users, items;      // their numbers in the files, ascending; ratings hold places in these
  std::vector<Film> films;                      // one an item; "item 7" where no file says more
  std::vector<Rating> train, validation, test;  // by user, then by item
  bool tells_seen = false;                      // whether it is known what was seen beside train …
  std::vector<SeenPair> seen;                   // … and what; by user, then by item
  std::string sha256;                           // of what may be learnt from: train, validation, users, items, seen
};

// InputError: malformed files, a pair of user and item in both files, no rating left in a part that is asked for; a
// pair seen of a user or item without ratings, or that is rated in the file to learn from. FileError: a file is not
// there.
RatingData load_ratings(const RatingPlan& plan, const DataPlaces& places);

// The sets that have a name, for lists and messages.
struct NamedRatings {
  std::string_view name, description;
  std::int64_t users, items, ratings;
};
std::span<const NamedRatings> named_ratings();
// FileError: a file of the plan is not there.
void locate_ratings(const RatingPlan& plan, const DataPlaces& places);

// The title of an item, with its number where others have the same title.
std::string title_of(const RatingData& data, std::uint32_t item);

}  // namespace deepboltz
