#include "deepboltz/data/listed_data.h"

#include <algorithm>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/data/named_data.h"
#include "deepboltz/data/part_data.h"
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

// Cases in one column or in parts.
template <class Set> ListedData set_of_files(const Set& data, const DataPlaces& places) {
  const auto locate_files = [&] {
    for (const PublicFile& file : data.files) locate(file, places);
  };
  const bool can_be_fetched = std::ranges::none_of(data.files, &std::string::empty, &PublicFile::url);
  return {.name = std::string(data.name),
          .description = std::string(data.description),
          .sizes = {{"train", data.train_cases}, {"test", data.test_cases}},
          .place = data.files.empty() ? "drawn by the program" : place(can_be_fetched, locate_files)};
}

}  // namespace

std::vector<ListedData> listed_data(const DataPlaces& places) {
  std::vector<ListedData> all;
  for (const NamedData& data : named_data()) all.push_back(set_of_files(data, places));
  for (const PartData& data : part_data()) all.push_back(set_of_files(data, places));
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
  require(find_part_data(name) == nullptr, "data: {} has several parts, where cases of one part are expected", name);
  std::vector<std::string> known;
  for (const NamedData& data : named_data()) known.emplace_back(data.name);
  throw InputError(
      fmt::format("data: there is no data set \"{}\"; the nearest one is \"{}\"", name, nearest_word(name, known)));
}

}  // namespace deepboltz
