#include "deepboltz/data/rating_data.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "deepboltz/io/sha256.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

namespace fs = std::filesystem;

enum Use : std::uint64_t { kTest, kValidation };

constexpr NamedRatings kNamed[] = {
    {"movielens-1m", "stars for films, 1 to 5 (Harper & Konstan 2015)", 6'040, 3'706, 1'000'209},
    {"movielens-100k", "stars for films, 1 to 5 (Harper & Konstan 2015)", 943, 1'682, 100'000},
};
constexpr std::string_view kPublishedSplits[] = {"u1", "u2", "u3", "u4", "u5", "ua", "ub"};

struct Files {
  fs::path ratings, test, films;  // empty: there is none
};

// The first of several places; the error is that of the first.
fs::path locate_one(const std::vector<std::string>& names, const DataPlaces& places) {
  for (const std::string& name : names) {
    try {
      return locate({name, "", "", 0}, places);
    } catch (const FileError&) {
      if (name == names.back()) break;
    }
  }
  return locate({names.front(), "", "", 0}, places);
}

// As unpacked from the authors' archive, or packed one by one.
fs::path locate_in(const std::string& folder, const std::string& archive, const std::string& file,
                   const DataPlaces& places) {
  return locate_one({folder + "/" + file + ".gz", folder + "/" + file, archive + "/" + file}, places);
}

Files find_files(const RatingPlan& plan, const DataPlaces& places) {
  if (plan.name == "file") return {plan.ratings, plan.test, plan.films};
  if (plan.name == "movielens-1m") {
    require(plan.split == "random",
            "ratings.split: movielens-1m has no published splits; expected \"random\", got \"{}\"", plan.split);
    return {locate_in("movielens_1m", "ml-1m", "ratings.dat", places),
            {},
            locate_in("movielens_1m", "ml-1m", "movies.dat", places)};
  }
  require(plan.name == "movielens-100k",
          "there are no ratings called '{}'; there are movielens-1m, movielens-100k, or \"file\"", plan.name);
  const auto in = [&](const std::string& file) { return locate_in("movielens_100k", "ml-100k", file, places); };
  if (plan.split == "random") return {in("u.data"), {}, in("u.item")};
  require(std::ranges::find(kPublishedSplits, plan.split) != std::end(kPublishedSplits),
          "ratings.split: expected random, u1 to u5, ua or ub, got \"{}\"", plan.split);
  return {in(plan.split + ".base"), in(plan.split + ".test"), in("u.item")};
}

std::vector<std::uint32_t> numbers_of(std::span<const Rating> ratings, std::uint32_t Rating::*member) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(ratings.size());
  for (const Rating& r : ratings) numbers.push_back(r.*member);
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

std::uint32_t place_of(std::uint32_t number, const std::vector<std::uint32_t>& numbers) {
  return std::uint32_t(std::ranges::lower_bound(numbers, number) - numbers.begin());
}

template <class Record> std::uint64_t pair_of(const Record& r) { return std::uint64_t(r.user) << 32 | r.item; }

// Numbers of the file become places in the lists of users and items; by user, then by item.
template <class Record> void place(const RatingData& data, std::vector<Record>& records) {
  for (Record& r : records) {
    r.user = place_of(r.user, data.users);
    r.item = place_of(r.item, data.items);
  }
  std::ranges::sort(records, {}, pair_of<Record>);
}

// Pairs with numbers of the file, by data whose ratings to learn from, `rated`, have numbers of the file too.
std::vector<SeenPair> seen_in_file(const std::string& file, const RatingData& data, std::span<const Rating> rated) {
  std::vector<SeenPair> seen = read_seen(file);
  require_distinct(seen, file);
  std::unordered_map<std::uint64_t, std::uint32_t> lines;
  for (const Rating& r : rated) lines.emplace(pair_of(r), r.line);
  for (const SeenPair& s : seen) {
    require_line(std::ranges::binary_search(data.users, s.user), file, s.line, "user {} has no ratings", s.user);
    require_line(std::ranges::binary_search(data.items, s.item), file, s.line, "item {} has no ratings", s.item);
    const auto known = lines.find(pair_of(s));
    require_line(known == lines.end(), file, s.line,
                 "expected pairs without a rating, and user {} rated item {} in line {} of the ratings", s.user, s.item,
                 known == lines.end() ? 0 : known->second);
  }
  return seen;
}

void add_pairs(std::span<const Rating> held_out, std::vector<SeenPair>& seen) {
  for (const Rating& r : held_out) seen.push_back({.user = r.user, .item = r.item, .line = r.line});
  std::ranges::sort(seen, {}, pair_of<SeenPair>);
  const auto [twice, end] = std::ranges::unique(seen, {}, pair_of<SeenPair>);
  seen.erase(twice, end);
}

// Takes a share of the ratings out, drawn by the key.
std::vector<Rating> draw_share(double share, Key key, std::vector<Rating>& from) {
  const auto order = permutation(key, std::uint32_t(from.size()));
  const auto count = std::size_t(std::llround(share * double(from.size())));
  std::vector<bool> taken(from.size(), false);
  for (std::size_t i = 0; i < count; ++i) taken[order[i]] = true;
  std::vector<Rating> out, rest;
  for (std::size_t i = 0; i < from.size(); ++i) (taken[i] ? out : rest).push_back(from[i]);
  from = std::move(rest);
  return out;
}

std::vector<Film> films_of(const std::vector<std::uint32_t>& items, const fs::path& file) {
  std::unordered_map<std::uint32_t, Film> known;
  if (!file.empty())
    for (Film& film : read_films(file)) known.emplace(film.number, std::move(film));
  std::vector<Film> films;
  for (const std::uint32_t item : items) {
    const auto found = known.find(item);
    films.push_back(found != known.end() ? found->second : Film{item, fmt::format("item {}", item), {}});
  }
  return films;
}

std::string hash_of(const RatingData& data) {
  Bytes bytes;
  const auto add = [&](std::uint64_t number) { append_little(bytes, number, 4); };
  for (const auto* numbers : {&data.users, &data.items}) {
    add(numbers->size());
    for (const std::uint32_t number : *numbers) add(number);
  }
  for (const auto* part : {&data.train, &data.validation}) {
    add(part->size());
    for (const Rating& r : *part) {
      add(r.user);
      add(r.item);
      add(r.level);
    }
  }
  if (data.tells_seen) {
    add(data.seen.size());
    for (const SeenPair& s : data.seen) {
      add(s.user);
      add(s.item);
    }
  }
  return sha256(bytes);
}

}  // namespace

std::span<const NamedRatings> named_ratings() { return kNamed; }

void locate_ratings(const RatingPlan& plan, const DataPlaces& places) { find_files(plan, places); }

RatingData load_ratings(const RatingPlan& plan, const DataPlaces& places) {
  const Files files = find_files(plan, places);
  RatingData data;
  data.name = plan.name;
  data.scale = plan.scale;
  if (plan.split != "random") data.name += "/" + plan.split;
  std::vector<Rating> all = read_ratings(files.ratings, plan.scale);
  require_distinct(all, files.ratings.string());
  if (!files.test.empty()) {
    data.test = read_ratings(files.test, plan.scale);
    std::vector<Rating> both = all;
    both.insert(both.end(), data.test.begin(), data.test.end());
    require_distinct(both, files.test.string());
    all.insert(all.end(), data.test.begin(), data.test.end());
  }
  data.users = numbers_of(all, &Rating::user);
  data.items = numbers_of(all, &Rating::item);
  data.films = films_of(data.items, files.films);
  all.resize(all.size() - data.test.size());
  data.train = std::move(all);
  data.tells_seen = plan.tells_seen();
  if (!plan.seen.empty()) data.seen = seen_in_file(plan.seen, data, data.train);
  place(data, data.seen);
  place(data, data.train);
  place(data, data.test);
  if (files.test.empty()) data.test = draw_share(plan.test_share, plan.key.fold(kTest), data.train);
  if (!plan.use_validation) data.validation = draw_share(plan.validation_share, plan.key.fold(kValidation), data.train);
  if (plan.transductive)
    for (const auto* held_out : {&data.validation, &data.test}) add_pairs(*held_out, data.seen);
  require(!data.train.empty(), "{}: no ratings are left to learn from", data.name);
  data.sha256 = hash_of(data);
  return data;
}

std::string title_of(const RatingData& data, std::uint32_t item) {
  const std::string& title = data.films[item].title;
  const bool only = std::ranges::count(data.films, title, &Film::title) == 1;
  return only ? title : fmt::format("{} [{}]", title, data.items[item]);
}

}  // namespace deepboltz
