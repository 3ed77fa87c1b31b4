// Ratings and titles in every format, what is refused, and what a split may depend on.
#include "deepboltz/data/ratings.h"

#include <cstdlib>
#include <fstream>
#include <set>

#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/data/own_ratings.h"
#include "deepboltz/data/rating_cases.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

template <class F> std::string refusal(F&& f) {
  try {
    f();
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(Ratings, OfEveryFormatAreTheSame) {
  const std::vector<std::string> texts{"7\t3\t5\t881250949\n1\t9\t2\t0\n", "7::3::5::978824268\r\n1::9::2::0\r\n",
                                       "userId,movieId,rating,timestamp\n7,3,5.0,1\n1,9,2.0,2\n", "7\t3\t5\n1\t9\t2"};
  for (std::string text : texts)
    for (const bool packed : {false, true}) {
      const Bytes plain(text.begin(), text.end());
      const auto ratings = parse_ratings(packed ? gzip(plain) : plain, "f", {});
      ASSERT_EQ(ratings.size(), 2u) << text;
      EXPECT_EQ(ratings[0].user, 7u);
      EXPECT_EQ(ratings[0].item, 3u);
      EXPECT_EQ(ratings[0].level, 4);
      EXPECT_EQ(ratings[1].level, 1);
    }
}

TEST(Ratings, OfHalfStarsHaveTenLevels) {
  const RatingScale half{0.5, 5, 0.5};
  EXPECT_EQ(half.levels(), 10);
  for (std::int64_t k = 0; k < 10; ++k) EXPECT_EQ(half.level(half.value(k)), k);
  EXPECT_FALSE(half.level(0.75));
  EXPECT_FALSE(half.level(5.5));
  EXPECT_FALSE(half.level(std::nan("")));
  EXPECT_EQ(parse_ratings(as_bytes("userId,movieId,rating\n1,2,3.5\n"), "f", half)[0].level, 6);
}

TEST(Ratings, RefuseWithFileAndLine) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "f:1: the file is empty"},
      {"\n\n", "f:1: the file is empty"},
      {"1\t2\t3\t4\n1\t2\t6\t4\n", "f:2: the rating '6' is not on the scale 1, 2, … 5"},
      {"1\t2\t3.5\t4\n", "f:1: the rating '3.5' is not on the scale"},
      {"1\t2\tnan\t4\n", "f:1: the rating 'nan' is not on the scale"},
      {"1\t2\t\t4\n", "f:1: the rating '' is not on the scale"},
      {"1\t2\n", "f:1: expected user, item, rating and perhaps a time, got 2 columns"},
      {"1\t2\t3\t4\t5\n", "f:1: expected user, item, rating"},
      {"1\t2\t3\t4\n1\t3\t3\n", "f:2: expected 4 columns, got 3"},
      {"1\t2\t3\t4\n\n1\t3\t3\t4\n", "f:2: expected 4 columns, got 1"},
      {"x::2::3::4\n", "f:1: the user 'x' is not a whole number"},
      {"1::-2::3::4\n", "f:1: the item '-2' is not a whole number"},
      {"1::99999999999::3::4\n", "f:1: the item '99999999999' is not a whole number"},
      {"1::2::3::late\n", "f:1: the time 'late' is not a whole number"},
      {"userId,movieId,rating,timestamp\n", "f:1: there are no ratings"},
      {"userId,movieId,stars\n1,2,3\n", "f:1: column 3: expected 'rating', got 'stars'"},
      {"userId,movieId,rating,timestamp,tag\n1,2,3,4,5\n", "f:1: expected the columns"},
      {"1,2,3\n", "f:1: column 1: expected 'userId', got '1'"},
  };
  for (const auto& [text, message] : wrong)
    EXPECT_THAT(refusal([&] { parse_ratings(as_bytes(text), "f", {}); }), StartsWith(message)) << text;
  const auto twice = parse_ratings(as_bytes("1\t2\t3\t4\n5\t2\t3\t4\n1\t2\t4\t4\n"), "f", {});
  EXPECT_EQ(refusal([&] { require_distinct(twice, "f"); }),
            "f:3: the pair of user 1 and item 2 comes twice, before in line 1");
  for (const RatingScale& scale : {RatingScale{1, 1, 1}, RatingScale{1, 5, 0}, RatingScale{1, 5, 0.3},
                                   RatingScale{5, 1, 1}, RatingScale{0, 1000, 1}})
    EXPECT_THROW(require_scale(scale), InputError);
}

// Any change of a byte is read or refused with a line, never more.
TEST(Ratings, SurviveDamage) {
  const std::string text = "userId,movieId,rating,timestamp\n7,3,5.0,1\n1,9,2.0,2\n3,3,1,4\n";
  for (std::uint32_t i = 0; i < 3'000; ++i) {
    std::string damaged = text;
    damaged[below(Key{1}, i, damaged.size())] = char(below(Key{2}, i, 256));
    if (i % 3 == 0) damaged.resize(below(Key{3}, i, damaged.size() + 1));
    try {
      parse_ratings(as_bytes(damaged), "f", {});
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), StartsWith("f:"));
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
}

TEST(Films, OfEveryFormatAreTheSame) {
  const std::string flags = "|0|0|1|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0";
  for (const std::string& text :
       {std::string("5::Léon, or: X::Adventure|Comedy\n"), std::string("5::L\xE9on, or: X::Adventure|Comedy\n"),
        "5|L\xE9on, or: X|01-Jan-1995||http://x" + flags + "\n",
        std::string("movieId,title,genres\n5,\"Léon, or: X\",Adventure|Comedy\n")}) {
    const auto films = parse_films(as_bytes(text), "f");
    ASSERT_EQ(films.size(), 1u) << text;
    EXPECT_EQ(films[0].number, 5u);
    EXPECT_EQ(films[0].title, "Léon, or: X");
    EXPECT_THAT(films[0].genres, ::testing::ElementsAre("Adventure", "Comedy"));
  }
  EXPECT_EQ(parse_films(as_bytes("movieId,title,genres\n1,\"He said \"\"no\"\"\",(no genres listed)\n"), "f")[0].title,
            "He said \"no\"");
}

TEST(Films, RefuseWithFileAndLine) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "f:1: the file is empty"},
      {"movieId,title,genres\n", "f:1: there are no films"},
      {"1::A::X\n1::B::X\n", "f:2: film 1 comes twice"},
      {"a::A::X\n", "f:1: expected NUMBER::TITLE::GENRES"},
      {"1::A\n", "f:1: expected NUMBER::TITLE::GENRES"},
      {"1::::X\n", "f:1: a film without a title"},
      {"1|A|b|c|d|0\n", "f:1: expected 24 cells, got 6"},
      {"movieId,title,genres\n1,A, B,X\n", "f:2: a title with a comma needs quotes"},
      {"movieId,title,genres\n1\n", "f:2: expected movieId,title,genres"},
  };
  for (const auto& [text, message] : wrong)
    EXPECT_THAT(refusal([&] { parse_films(as_bytes(text), "f"); }), StartsWith(message)) << text;
}

// ---- splits

struct Line {
  std::uint32_t user, item;
  int rating;
};

std::vector<Line> some_lines() {
  std::vector<Line> lines;
  for (std::uint32_t u = 0; u < 30; ++u)
    for (std::uint32_t i = 0; i < 20; ++i)
      if (uniform(Key{4}, u, i) < 0.5f) lines.push_back({u * 3 + 1, i * 2 + 5, int(1 + below(Key{5}, u * 20 + i, 5))});
  return lines;
}

void write(const std::filesystem::path& file, const std::vector<Line>& lines) {
  std::ofstream out(file);
  for (const Line& l : lines) out << l.user << '\t' << l.item << '\t' << l.rating << "\t0\n";
}

RatingData load(const std::filesystem::path& file, Key key) {
  RatingPlan plan;
  plan.name = "file";
  plan.ratings = file.string();
  plan.test_share = 0.2;
  plan.key = key;
  return load_ratings(plan, {});
}

std::set<std::pair<std::uint32_t, std::uint32_t>> pairs(const std::vector<Rating>& ratings) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> out;
  for (const Rating& r : ratings) out.emplace(r.user, r.item);
  return out;
}

TEST(RatingSplit, TakesItsSharesAndLosesNothing) {
  const TempFolder folder;
  const auto lines = some_lines();
  write(folder / "r", lines);
  const RatingData data = load(folder / "r", Key{1});
  EXPECT_EQ(data.test.size(), std::size_t(std::llround(0.2 * double(lines.size()))));
  EXPECT_EQ(data.validation.size(), std::size_t(std::llround(0.1 * double(lines.size() - data.test.size()))));
  auto all = pairs(data.train);
  all.merge(pairs(data.validation));
  all.merge(pairs(data.test));
  EXPECT_EQ(all.size(), lines.size());
  EXPECT_NE(pairs(data.test), pairs(load(folder / "r", Key{2}).test));
  const SparseRows users = rating_rows(data, data.train, RatingCase::user),
                   items = rating_rows(data, data.train, RatingCase::item);
  require_sparse_rows(users, "users");
  require_sparse_rows(items, "items");
  EXPECT_EQ(users.rows(), 30);
  EXPECT_EQ(items.rows(), 20);
  for (const Rating& r : data.train) {
    EXPECT_THAT(users.row(r.user), ::testing::Contains(r.item * 5 + r.level));
    EXPECT_THAT(items.row(r.item), ::testing::Contains(r.user * 5 + r.level));
  }
}

TEST(RatingSplit, DependsOnNeitherTheOrderOfTheFileNorTheRatings) {
  const TempFolder folder;
  auto lines = some_lines();
  write(folder / "a", lines);
  const RatingData a = load(folder / "a", Key{3});
  std::ranges::reverse(lines);
  for (Line& l : lines) l.rating = 6 - l.rating;
  write(folder / "b", lines);
  EXPECT_EQ(pairs(a.test), pairs(load(folder / "b", Key{3}).test));
}

TEST(RatingSplit, HeldOutRatingsAreNotInTheHash) {
  const TempFolder folder;
  auto lines = some_lines();
  write(folder / "a", lines);
  const RatingData a = load(folder / "a", Key{3});
  const auto test = pairs(a.test);
  for (Line& l : lines)
    if (test.contains({(l.user - 1) / 3, (l.item - 5) / 2})) l.rating = 6 - l.rating;
  write(folder / "b", lines);
  EXPECT_EQ(a.sha256, load(folder / "b", Key{3}).sha256);
  for (Line& l : lines) l.rating = 6 - l.rating;
  write(folder / "b", lines);
  EXPECT_NE(a.sha256, load(folder / "b", Key{3}).sha256);
}

TEST(RatingSplit, RefusesAPairInBothFiles) {
  const TempFolder folder;
  write(folder / "train", {{1, 2, 3}, {1, 3, 3}});
  write(folder / "test", {{1, 3, 4}});
  RatingPlan plan;
  plan.name = "file";
  plan.ratings = (folder / "train").string();
  plan.test = (folder / "test").string();
  EXPECT_THAT(refusal([&] { load_ratings(plan, {}); }), HasSubstr("test:1: the pair of user 1 and item 3 comes twice"));
}

// ---- what was seen

TEST(Seen, PairsOfEveryFormatAreTheSame) {
  for (const std::string& text :
       {std::string("7\t3\n1\t9\n"), std::string("7::3\r\n1::9"), std::string("userId,movieId\n7,3\n1,9\n")})
    for (const bool packed : {false, true}) {
      const Bytes plain(text.begin(), text.end());
      const auto seen = parse_seen(packed ? gzip(plain) : plain, "f");
      ASSERT_EQ(seen.size(), 2u) << text;
      EXPECT_EQ(seen[0].user, 7u);
      EXPECT_EQ(seen[0].item, 3u);
      EXPECT_EQ(seen[1].user, 1u);
    }
}

TEST(Seen, RefuseWithFileAndLine) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "f:1: the file is empty"},
      {"userId,movieId\n", "f:1: there are no pairs of user and item"},
      {"userId,movieId,rating\n1,2,3\n", "f:1: expected the columns userId,movieId alone"},
      {"userId,item\n1,2\n", "f:1: column 2: expected 'movieId', got 'item'"},
      {"1\t2\t3\t0\n", "f:1: expected user and item alone, since a rating here would not be learnt from, got 4"},
      {"1\t2\n1\t2\t3\n", "f:2: expected 2 columns, got 3"},
      {"1\t2\n1\n", "f:2: expected 2 columns, got 1"},
      {"1\tx\n", "f:1: the item 'x' is not a whole number"},
  };
  for (const auto& [text, message] : wrong)
    EXPECT_THAT(refusal([&] { parse_seen(as_bytes(text), "f"); }), StartsWith(message)) << text;
}

RatingPlan told_plan(const TempFolder& folder) {
  write(folder / "train", {{1, 2, 3}, {1, 3, 3}, {4, 3, 5}});
  write(folder / "test", {{4, 2, 4}});
  RatingPlan plan;
  plan.name = "file";
  plan.ratings = (folder / "train").string();
  plan.test = (folder / "test").string();
  plan.validation_share = 0;
  return plan;
}

TEST(Seen, IsWhatTheFileTellsAndTheHeldOutPairs) {
  const TempFolder folder;
  RatingPlan plan = told_plan(folder);
  const RatingData plain = load_ratings(plan, {});
  EXPECT_FALSE(plain.tells_seen);
  EXPECT_EQ(rating_cases(plain, plain.train, RatingCase::user).seen.cols, 0);
  plan.transductive = true;
  const RatingData told = load_ratings(plan, {});
  EXPECT_NE(told.sha256, plain.sha256);
  const RatingCases users = rating_cases(told, told.train, RatingCase::user),
                    items = rating_cases(told, told.train, RatingCase::item);
  EXPECT_THAT(users.seen.row(0), ::testing::ElementsAre(0, 1));  // user 1 rated both
  EXPECT_THAT(users.seen.row(1), ::testing::ElementsAre(0, 1));  // user 4 rated item 3, and will be asked for item 2
  EXPECT_THAT(items.seen.row(0), ::testing::ElementsAre(0, 1));
  EXPECT_EQ(users.ratings.entries(), 3);
  plan.transductive = false;
  std::ofstream(folder / "seen") << "4\t2\n";
  plan.seen = (folder / "seen").string();
  EXPECT_EQ(load_ratings(plan, {}).sha256, told.sha256);
  plan.transductive = true;
  EXPECT_EQ(load_ratings(plan, {}).seen.size(), 1u);
}

TEST(Seen, IsTheSameInAnyOrderOfTheFile) {
  const TempFolder folder;
  RatingPlan plan = told_plan(folder);
  write(folder / "train", {{1, 2, 3}, {1, 3, 3}, {4, 3, 5}, {5, 3, 1}});
  plan.seen = (folder / "seen").string();
  std::ofstream(folder / "seen") << "4\t2\n5\t2\n";
  const RatingData one = load_ratings(plan, {});
  std::ofstream(folder / "seen") << "5\t2\n4\t2\n";
  const RatingData other = load_ratings(plan, {});
  EXPECT_EQ(one.sha256, other.sha256);
  for (const RatingCase of : {RatingCase::user, RatingCase::item})
    EXPECT_EQ(rating_cases(one, one.train, of).seen.column, rating_cases(other, other.train, of).seen.column);
}

TEST(Seen, RefusesPairsThatItCannotUse) {
  const TempFolder folder;
  RatingPlan plan = told_plan(folder);
  plan.seen = (folder / "seen").string();
  const std::pair<const char*, const char*> wrong[] = {
      {"4\t2\n1\t3\n", "seen:2: expected pairs without a rating, and user 1 rated item 3 in line 2 of the ratings"},
      {"9\t2\n", "seen:1: user 9 has no ratings"},
      {"4\t9\n", "seen:1: item 9 has no ratings"},
      {"4\t2\n4\t2\n", "seen:2: the pair of user 4 and item 2 comes twice, before in line 1"},
  };
  for (const auto& [text, message] : wrong) {
    std::ofstream(folder / "seen") << text;
    EXPECT_THAT(refusal([&] { load_ratings(plan, {}); }), HasSubstr(message)) << text;
  }
}

TEST(OwnRatings, AreFoundByTitleOrNumber) {
  RatingData data;
  data.items = {3, 8, 20};
  data.films = {{3, "A, B (1990)", {}}, {8, "8", {}}, {20, "The C", {}}};
  const auto mine = parse_own_ratings(as_bytes("The C\t4\nA, B (1990),5\n"), "f", data);
  ASSERT_EQ(mine.ratings.size(), 2u);
  EXPECT_EQ(mine.ratings[0].item, 0u);
  EXPECT_EQ(mine.ratings[0].level, 4);
  EXPECT_EQ(mine.ratings[1].item, 2u);
  EXPECT_TRUE(mine.seen.empty());
  EXPECT_EQ(parse_own_ratings(as_bytes("3,1\n"), "f", data).ratings[0].item, 0u);
  const auto seen = parse_own_ratings(as_bytes("The C,seen\n3,seen\n8\t2\n"), "f", data);
  EXPECT_THAT(seen.seen, ::testing::ElementsAre(0, 2));
  EXPECT_EQ(seen.ratings.size(), 1u);
  const std::pair<const char*, const char*> wrong[] = {
      {"", "f:1: there are no ratings"},
      {"The C\n", "f:1: expected a film, a tab or a comma, and a rating, got 'The C'"},
      {"the c,4\n", "f:1: there is no film 'the c'; did you mean 'The C'?"},
      {"4,4\n", "f:1: there is no film '4'"},
      {"3,9\n", "f:1: the rating '9' is not on the scale"},
      {"3,seen \n", "f:1: the rating 'seen ' is not on the scale"},
      {"3,seen\n3,2\n", "f:2: the film '3' comes twice, before in line 1"},
      {"3,2\nA, B (1990),2\n", "f:2: the film 'A, B (1990)' comes twice, before in line 1"},
  };
  for (const auto& [text, message] : wrong)
    EXPECT_THAT(refusal([&] { parse_own_ratings(as_bytes(text), "f", data); }), StartsWith(message)) << text;
}

// Nothing is taken silently for another film.
TEST(OwnRatings, OfATitleThatSeveralFilmsHaveAskForTheNumber) {
  RatingData data;
  data.items = {1, 2, 5, 7, 300};
  data.films = {
      {1, "Twice told", {}}, {2, "Twice told", {}}, {5, "300", {}}, {7, "Twice told (1950)", {}}, {300, "Other", {}}};
  const auto own = [&](const char* text) { return parse_own_ratings(as_bytes(text), "f", data); };
  const std::pair<const char*, const char*> wrong[] = {
      {"Other,1\nTwice told,4\n", "f:2: 'Twice told' is the title of several films; give the number of one: 1, 2"},
      {"Twice told\tseen\n", "f:1: 'Twice told' is the title of several films; give the number of one: 1, 2"},
      {"300,4\n", "f:1: '300' is the number of 'Other' and the title of film 5; give that title, or the other number"},
      {"Twice,4\n", "f:1: there is no film 'Twice'; did you mean 'Twice told', 'Twice told', 'Twice told (1950)'?"},
      {"2,3\n1,3\n2,4\n", "f:3: the film '2' comes twice, before in line 1"},
  };
  for (const auto& [text, message] : wrong) EXPECT_THAT(refusal([&] { own(text); }), StartsWith(message)) << text;
  EXPECT_EQ(own("Twice told (1950),4\n").ratings[0].item, 3u);
  EXPECT_EQ(own("2,4\n").ratings[0].item, 1u);
  EXPECT_EQ(own("5,4\n").ratings[0].item, 2u);
  EXPECT_EQ(own("Other,4\n").ratings[0].item, 4u);
  EXPECT_EQ(title_of(data, 1), "Twice told [2]");
  EXPECT_EQ(title_of(data, 3), "Twice told (1950)");
}

// ---- the public files, where they are

class MovieLens : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("DEEPBOLTZ_DATA") == nullptr) GTEST_SKIP() << "DEEPBOLTZ_DATA is not set";
  }
  RatingData get(const std::string& name, const std::string& split) const {
    RatingPlan plan;
    plan.name = name;
    plan.split = split;
    return load_ratings(plan, data_places(read_environment()));
  }
};

TEST_F(MovieLens, HasTheSizesOfItsDescription) {
  for (const NamedRatings& named : named_ratings()) {
    const RatingData data = get(std::string(named.name), "random");
    EXPECT_EQ(std::int64_t(data.users.size()), named.users);
    EXPECT_EQ(std::int64_t(data.items.size()), named.items);
    EXPECT_EQ(std::int64_t(data.train.size() + data.validation.size() + data.test.size()), named.ratings);
    EXPECT_EQ(data.films[0].title, "Toy Story (1995)");
    EXPECT_THAT(data.films[0].genres, ::testing::Contains("Animation"));
  }
}

TEST_F(MovieLens, HasThePublishedSplits) {
  for (const char* split : {"u1", "u5"}) {
    const RatingData data = get("movielens-100k", split);
    EXPECT_EQ(data.test.size(), 20'000u);
    EXPECT_EQ(data.train.size() + data.validation.size(), 80'000u);
  }
  EXPECT_EQ(get("movielens-100k", "ua").test.size(), 9'430u);  // ten a user
}

}  // namespace
}  // namespace deepboltz::testing
