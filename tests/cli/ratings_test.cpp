// A recommender as a user meets it: train, resume, evaluate, recommend, plot; that it never learns from what is held
// out; and wrong input.
#include <algorithm>

#include "tests/cli/command.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/rng/draw.h"

namespace deepboltz::test {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t kUsers = 80, kFilms = 30;

std::string recipe(const std::string& cases, const std::string& more = "") {
  return "[ratings]\nname = \"file\"\ntrain = \"r.csv\"\nfilms = \"f.csv\"\ncases = \"" + cases +
         "\"\nhidden = 6\nepochs = 12\nbatch = 10\nrate = 0.01\ncheckpoint_every = 1\n" + more;
}

struct Line {
  std::uint32_t user, film;
  int rating;
};

// Users of two tastes, films of two kinds.
std::vector<Line> some_ratings() {
  std::vector<Line> lines;
  for (std::uint32_t u = 0; u < kUsers; ++u)
    for (std::uint32_t f = 0; f < kFilms; ++f)
      if (uniform(Key{1}, u, f) < 0.6f)
        lines.push_back({u + 1, f + 100, (u % 2 == f % 2 ? 4 : 1) + int(below(Key{2}, u * kFilms + f, 2))});
  return lines;
}

std::string csv(const std::vector<Line>& lines) {
  std::string text = "userId,movieId,rating,timestamp\n";
  for (const Line& l : lines) text += fmt::format("{},{},{},0\n", l.user, l.film, l.rating);
  return text;
}

void write_data(const Folder& folder) {
  folder.write("r.csv", csv(some_ratings()));
  std::string films = "movieId,title,genres\n";
  for (std::uint32_t f = 0; f < kFilms; ++f)
    films += fmt::format("{},Film {},{}\n", f + 100, f, f % 2 ? "Odd" : "Even");
  folder.write("f.csv", films);
}

class Recommender : public testing::TestWithParam<std::string> {
 protected:
  Folder folder;
  void SetUp() override {
    write_data(folder);
    folder.write("recipe.toml", recipe(GetParam()));
  }
  nlohmann::json json(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out, nullptr, false);
  }
};
INSTANTIATE_TEST_SUITE_P(Cases, Recommender, testing::Values("user", "item"));

TEST_P(Recommender, IsTrainedMeasuredAndAsked) {
  ASSERT_EQ(folder.run({"train", "recipe.toml", "--out", "run"}).code, 0);
  const auto measured = json({"evaluate", "run"});
  const auto value = [&](const char* name) { return measured[name]["value"].get<double>(); };
  // A taste known, ½ is what is left to chance; biases see only the mean over both.
  EXPECT_LT(value("rmse"), 0.65);
  EXPECT_NEAR(value("rmse_mean_field"), value("rmse"), 0.05);
  EXPECT_GT(value("rmse_bias"), 1.4);
  EXPECT_LT(value("rmse_factorisation"), 0.65);
  EXPECT_GT(measured["rmse"]["standard_error"].get<double>(), 0);

  const auto list =
      json({"recommend", "run", "--user", "2", "--count", "4", "--least-ratings", "1"})["recommendations"];
  EXPECT_THAT(folder.run({"recommend", "run", "--user", "2", "--least-ratings", "500"}).err,
              HasSubstr("has 500 ratings; ask for fewer with --least-ratings"));
  ASSERT_EQ(list.size(), 4u);
  for (const auto& r : list) {
    EXPECT_EQ(r["genres"][0], "Odd");  // what user 2 likes, who is the second
    ASSERT_FALSE(r["reasons"].empty());
    for (const auto& reason : r["reasons"]) {
      EXPECT_GT(reason["weight"].get<double>(), 0);
      if (GetParam() == "item") {
        EXPECT_GE(reason["rating"].get<double>(), 3);
      }
    }
  }
  const Outcome plot = folder.run({"plot", "run"});
  EXPECT_EQ(plot.code, 0) << plot.err;
  EXPECT_THAT(plot.out, HasSubstr("Film "));
  EXPECT_THAT(folder.read("run/pictures/units.html"), HasSubstr("Odd"));
  EXPECT_EQ(folder.run({"inspect", "run"}).code, 0);
}

// What one run came to.
struct Result {
  std::string model, metrics, list, score;
};

Result result_of(Folder& folder) {
  EXPECT_EQ(folder.run({"train", "recipe.toml", "--out", "run", "--overwrite"}).code, 0);
  return {folder.read("run/model.safetensors"), folder.read("run/metrics.csv"),
          folder.run({"recommend", "run", "--user", "2", "--json", "--least-ratings", "1"}).out,
          folder.run({"evaluate", "run"}).out};
}

// Every held-out rating turned into its opposite in the file: the same bytes. Which pairs are held out is known where a
// run is told so, and there alone.
TEST_P(Recommender, NeverLearnsFromWhatIsHeldOut) {
  std::vector<Line> train, test;
  for (const Line& l : some_ratings()) (uniform(Key{3}, l.user, l.film) < 0.2f ? test : train).push_back(l);
  std::vector<Line> flipped = test;
  for (Line& l : flipped) l.rating = 6 - l.rating;
  const std::vector<Line> fewer(test.begin() + std::ptrdiff_t(test.size() / 2), test.end());
  folder.write("r.csv", csv(train));
  for (const bool told : {false, true}) {
    folder.write("recipe.toml",
                 recipe(GetParam(), std::string("test = \"t.csv\"\n") + (told ? "transductive = true\n" : "")));
    folder.write("t.csv", csv(test));
    const Result first = result_of(folder);
    EXPECT_THAT(first.score, HasSubstr(told ? "transductive" : "the training ratings alone"));
    folder.write("t.csv", csv(flipped));
    const Result second = result_of(folder);
    EXPECT_TRUE(second.model == first.model);
    EXPECT_EQ(second.metrics, first.metrics);
    EXPECT_EQ(second.list, first.list);
    EXPECT_NE(second.score, first.score);  // the score alone sees them
    folder.write("t.csv", csv(fewer));
    EXPECT_EQ(result_of(folder).model == first.model, !told);
  }
}

TEST_P(Recommender, StoppedAndResumedIsTheSameAsNever) {
  for (const std::string how : {"method = \"pseudo-likelihood\"\n", "method = \"contrastive-divergence\"\n",
                                "factors = 2\n", "transductive = true\n"}) {
    folder.write("recipe.toml", recipe(GetParam(), how));
    ASSERT_EQ(folder.run({"train", "recipe.toml", "--out", "run", "--overwrite"}).code, 0);
    const std::string model = folder.read("run/model.safetensors"), metrics = folder.read("run/metrics.csv");
    Process process = folder.start({"train", "recipe.toml", "--out", "run", "--overwrite", "--threads", "1"});
    while (!std::filesystem::exists(folder / "run/checkpoint.safetensors") &&
           !std::filesystem::exists(folder / "run/model.safetensors")) {
    }
    process.send(2);
    const Outcome stopped = process.wait();
    EXPECT_TRUE(stopped.code == 130 || stopped.code == 0) << stopped.err;
    ASSERT_EQ(folder.run({"resume", "run"}).code, 0);
    EXPECT_TRUE(folder.read("run/model.safetensors") == model);
    EXPECT_EQ(folder.read("run/metrics.csv"), metrics);
  }
}

TEST_P(Recommender, KnowsSomeoneNewByFewRatingsOrNone) {
  folder.write("recipe.toml", recipe(GetParam()));
  ASSERT_EQ(folder.run({"train", "recipe.toml", "--out", "run"}).code, 0);
  const auto list = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"recommend", "run", "--count", "3", "--least-ratings", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  };
  folder.write("mine.txt", "Film 1,5\nFilm 3,5\nFilm 5\t4\n");
  const std::string by_file = list({"--ratings", "mine.txt"});
  EXPECT_EQ(list({"--rating", "Film 1,5", "--rating", "Film 3,5", "--rating", "Film 5,4"}), by_file);
  const std::string unknown = list({});
  EXPECT_NE(unknown, by_file);
  EXPECT_THAT(unknown, HasSubstr("Film "));
  EXPECT_EQ(unknown.find("because"), std::string::npos);
}

// Who sees a film tells a taste here: the even see even films, and three ratings in four are missing.
TEST(RecommenderOfTheSeen, LearnsFromWhatWasSeenAndNotRated) {
  Folder folder;
  write_data(folder);
  std::vector<Line> rated;
  std::string seen = "userId,movieId\n";
  for (std::uint32_t u = 0; u < kUsers; ++u)
    for (std::uint32_t f = 0; f < kFilms; ++f) {
      if (uniform(Key{4}, u, f) > (u % 2 == f % 4 / 2 ? 0.9f : 0.1f)) continue;
      if (uniform(Key{5}, u, f) < 0.25f || u == 0 || f == 0)
        rated.push_back({u + 1, f + 100, (u % 2 == f % 2 ? 4 : 1) + int(below(Key{2}, u * kFilms + f, 2))});
      else
        seen += fmt::format("{},{}\n", u + 1, f + 100);
    }
  folder.write("r.csv", csv(rated));
  folder.write("s.csv", seen);
  folder.write("recipe.toml", recipe("user", "seen = \"s.csv\"\nseen_l2 = 0\n"));
  ASSERT_EQ(
      folder.run({"train", "recipe.toml", "--out", "told", "--set", "ratings.rate=0.03", "--set", "ratings.epochs=60"})
          .code,
      0);
  const Outcome score = folder.run({"evaluate", "told"});
  EXPECT_THAT(score.out, HasSubstr("what else was seen"));
  const auto list = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"recommend", "told", "--count", "3", "--least-ratings", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  };
  // Films 2 and 6 are what odd users see, 0 and 4 what even ones do: no rating, and the taste is known.
  const std::string odd = list({"--rating", "Film 2,seen", "--rating", "Film 6,seen", "--rating", "Film 3,seen"}),
                    even = list({"--rating", "Film 0,seen", "--rating", "Film 4,seen", "--rating", "Film 5,seen"});
  EXPECT_THAT(odd, HasSubstr("because you have seen"));
  EXPECT_NE(odd.substr(0, odd.find('\n')), even.substr(0, even.find('\n')));
  EXPECT_EQ(folder.run({"plot", "told"}).code, 0);
  EXPECT_EQ(folder.run({"inspect", "told"}).code, 0);
}

TEST(RecommenderOfOneself, GivesReasonsAndNamesWhatIsWrong) {
  Folder folder;
  write_data(folder);
  folder.write("recipe.toml", recipe("user"));
  ASSERT_EQ(folder.run({"train", "recipe.toml", "--out", "run"}).code, 0);
  folder.write("mine.txt", "Film 1,5\nFilm 3,5\nFilm 5\t4\n");
  const Outcome list =
      folder.run({"recommend", "run", "--ratings", "mine.txt", "--count", "3", "--least-ratings", "1"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("because you gave"));
  folder.write("mine.txt", "Film 1,5\nFilm 77,5\n");
  const Outcome wrong = folder.run({"recommend", "run", "--ratings", "mine.txt"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("mine.txt:2: there is no film 'Film 77'"));
}

TEST(RecommenderErrors, NameThePlace) {
  Folder folder;
  write_data(folder);
  folder.write("recipe.toml", recipe("user"));
  const auto refused = [&](const std::vector<std::string>& arguments, const char* message, int code = 2) {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, code) << outcome.out;
    EXPECT_THAT(outcome.err, HasSubstr(message));
  };
  refused({"train", "recipe.toml", "--set", "ratings.hiden=3"}, "the nearest known one is \"ratings.hidden\"");
  refused({"train", "recipe.toml", "--set", "train.epochs=3"}, "unknown key");
  refused({"train", "recipe.toml", "--set", "ratings.step=0.3"}, "the scale of ratings");
  refused({"train", "recipe.toml", "--set", "ratings.split=u1"}, "published splits are of movielens-100k");
  refused({"train", "recipe.toml", "--set", "ratings.sweeps=3"}, "\"pseudo-likelihood\" draws nothing");
  refused({"train", "recipe.toml", "--set", "ratings.train=none.csv"}, "none.csv", 3);
  refused({"train", "recipe.toml", "--set", "ratings.seen_l2=0.1"}, "tells what was seen");
  refused({"train", "recipe.toml", "--set", "ratings.seen=none.csv"}, "none.csv", 3);
  folder.write("s.csv", "userId,movieId\n400,100\n");
  refused({"train", "recipe.toml", "--set", "ratings.seen=s.csv"}, "s.csv:2: user 400 has no ratings");
  folder.write("r.csv", csv({{1, 2, 3}, {1, 2, 4}}));
  refused({"train", "recipe.toml"}, "r.csv:3: the pair of user 1 and item 2 comes twice, before in line 2");
  folder.write("r.csv", csv({{1, 2, 9}}));
  refused({"train", "recipe.toml"}, "r.csv:2: the rating '9' is not on the scale");
  write_data(folder);
  ASSERT_EQ(folder.run({"train", "recipe.toml", "--out", "run"}).code, 0);
  refused({"recommend", "run", "--user", "4000"}, "has no user 4000");
  refused({"recommend", "run", "--user", "1", "--rating", "Film 1,5"}, "exclude each other");
  refused({"recommend", "run", "--rating", "Film 1,5", "--rating", "Film 2,9"}, "--rating:2: the rating '9' is not on");
  refused({"complete", "run"}, "is not for a system of kind 'ratings'; it has the verbs recommend, ");
  refused({"classify", "run"}, "is not for a system of kind 'ratings'; it has the verbs recommend, ");
  folder.write("r.csv", csv({{1, 2, 3}, {1, 3, 4}, {2, 3, 4}, {2, 2, 1}}));
  refused({"evaluate", "run"}, "the ratings are not those that it was trained on");
  folder.write("item.toml", recipe("item"));
  write_data(folder);
  ASSERT_EQ(folder.run({"train", "item.toml", "--out", "items"}).code, 0);
}

}  // namespace
}  // namespace deepboltz::test
