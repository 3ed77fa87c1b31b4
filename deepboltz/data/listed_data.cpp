#include "deepboltz/data/listed_data.h"

#include <algorithm>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/data/named_data.h"
#include "deepboltz/data/rating_data.h"

namespace deepboltz {
namespace {

template <class Locate> std::string place(bool can_be_fetched, Locate&& locate_all) {
  try {
    locate_all();
  } catch (const FileError&) {
    return can_be_fetched ? "to be fetched" : "to be copied";
  }
  return "here";
}

}  // namespace

std::vector<ListedData> listed_data(const DataPlaces& places) {
  std::vector<ListedData> all;
  for (const NamedData& data : named_data()) {
    const auto locate_files = [&] {
      for (const PublicFile& file : data.files) locate(file, places);
    };
    const bool can_be_fetched = std::ranges::none_of(data.files, &std::string::empty, &PublicFile::url);
    all.push_back({.name = std::string(data.name),
                   .description = std::string(data.description),
                   .sizes = {{"train", data.train_cases}, {"test", data.test_cases}},
                   .place = data.files.empty() ? "drawn by the program" : place(can_be_fetched, locate_files)});
  }
  for (const NamedRatings& ratings : named_ratings()) {
    RatingPlan plan;
    plan.name = ratings.name;
    all.push_back({.name = std::string(ratings.name),
                   .description = std::string(ratings.description),
                   .sizes = {{"users", ratings.users}, {"items", ratings.items}, {"ratings", ratings.ratings}},
                   .place = place(false, [&] { locate_ratings(plan, places); })});
  }
  return all;
}

const NamedData& require_named_cases(const std::string& name) {
  if (const NamedData* found = find_named_data(name)) return *found;
  for (const NamedRatings& ratings : named_ratings())
    require(name != ratings.name,
            "data: {} are ratings, not cases: copy them from grouplens.org into DEEPBOLTZ_DATA, and train "
            "recipes/movielens-1m-user.toml",
            name);
  std::vector<std::string> known;
  for (const NamedData& data : named_data()) known.emplace_back(data.name);
  throw InputError(
      fmt::format("data: there is no data set \"{}\"; the nearest one is \"{}\"", name, nearest_word(name, known)));
}

}  // namespace deepboltz
