// Tags: values by hand, samples against pictures that are copied, and Corel5k by the tags' frequencies alone.
#include "deepboltz/task/tag_ranking.h"

#include <cstdlib>

#include "tests/io/refusal.h"
#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/io/file.h"
#include "deepboltz/io/mat.h"

namespace deepboltz {
namespace {

using testing::refusal;

TEST(TagRanking, IsWhatIsCountedByHand) {
  Context ctx;
  const Tensor scores = toy::matrix({{4, 3, 2, 1}, {1, 2, 3, 4}, {1, 4, 3, 2}, {9, 9, 9, 9}});
  const Labels wanted{{0, 2}, {0}, {}, {3, 1}};
  // The first two tags of the pictures: 0 1, 3 2, 1 2, 0 1.
  const TagRanking found = rank_tags(ctx, scores, wanted, {.given = 2});
  EXPECT_EQ(found.pictures, (std::vector<std::int64_t>{0, 1, 3}));
  EXPECT_NEAR(found.picture_to_tags[0], (1 + 2.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(found.picture_to_tags[1], 1.0 / 4, 1e-12);
  EXPECT_NEAR(found.picture_to_tags[2], (1.0 / 2 + 2.0 / 4) / 2, 1e-12);
  EXPECT_EQ(found.given_right, (std::vector<double>{0.5, 0, 0.5}));
  // Tag 0 orders 3 0 1 2, tag 1 3 2 0 1, tag 2 3 1 2 0, tag 3 3 1 2 0.
  EXPECT_EQ(found.tags, (std::vector<std::int64_t>{0, 1, 2, 3}));
  EXPECT_NEAR(found.tag_to_pictures.value, ((1.0 / 2 + 2.0 / 3) / 2 + 1 + 1.0 / 4 + 1) / 4, 1e-12);
  // Tag 0: given to 0 and 3, had by 0 and 1; tag 1: given to 0, 2, 3, had by 3; 2: to 1, 2, by 0; 3: to 1, by 3.
  EXPECT_NEAR(found.word_recall.value, (1.0 / 2 + 1 + 0 + 0) / 4, 1e-12);
  EXPECT_NEAR(found.word_precision.value, (1.0 / 2 + 1.0 / 3 + 0 + 0) / 4, 1e-12);
  const TagRanking some = rank_tags(ctx, scores, wanted, {.given = 2, .judged = {3, 1}});
  EXPECT_EQ(some.tags, (std::vector<std::int64_t>{1, 3}));
  EXPECT_NEAR(some.tag_to_pictures.value, 1, 1e-12);
  EXPECT_NEAR(some.word_recall.value, 1.0 / 2, 1e-12);
  EXPECT_EQ(some.picture_to_tags, found.picture_to_tags) << "pictures rank all tags";
}

struct Toy {
  Tensor scores;
  Labels wanted;
};

Toy toy_pictures(std::int64_t pictures, std::int64_t tags) {
  Toy toy{Tensor(DType::f64, pictures, tags), Labels(std::size_t(pictures))};
  for (std::int64_t p = 0; p < pictures; ++p)
    for (std::int64_t t = 0; t < tags; ++t) {
      const bool has = uniform(Key{2}, std::uint32_t(p), std::uint32_t(t)) < 0.1f * float(1 + t % 3);
      toy.scores.set(p, t, normal(Key{3}, std::uint32_t(p), std::uint32_t(t)) + (has ? 1 : 0));
      if (has) toy.wanted[std::size_t(p)].push_back(int(t));
    }
  return toy;
}

TEST(TagRanking, OfASampleIsThatOfCopiedPictures) {
  Context ctx(2);
  const Toy toy = toy_pictures(40, 8);
  const TagRankingOptions options{.given = 3, .judged = {0, 1, 2, 5, 6}, .samples = 4, .key = {7}};
  const TagRanking found = rank_tags(ctx, toy.scores, toy.wanted, options);
  for (std::size_t s = 0; s < 4; ++s) {
    const auto copies = drawn_copies(options.key.fold(s), 40);
    Toy copied{Tensor(DType::f64, 40, 8), {}};
    for (std::int64_t p = 0; p < 40; ++p)
      for (std::uint32_t copy = 0; copy < copies[std::size_t(p)]; ++copy) {
        for (std::int64_t t = 0; t < 8; ++t)
          copied.scores.set(std::int64_t(copied.wanted.size()), t, toy.scores.at(p, t));
        copied.wanted.push_back(toy.wanted[std::size_t(p)]);
      }
    const TagRanking own = rank_tags(ctx, copied.scores, copied.wanted, options);
    EXPECT_EQ(found.tag_to_pictures.samples[s], own.tag_to_pictures.value);
    EXPECT_EQ(found.word_recall.samples[s], own.word_recall.value);
    EXPECT_EQ(found.word_precision.samples[s], own.word_precision.value);
  }
}

// (pictures, tags) and the tags of each, of Mulan's split: rows 1 to 4,500 train.
Labels corel_tags() {
  const std::string file = std::string(std::getenv("DEEPBOLTZ_DATA")) + "/corel5k/Corel5k.mat";
  const Bytes bytes = read_file(file);
  for (const MatMatrix& part : parse_mat(bytes, file)) {
    if (part.name != "y") continue;
    Labels tags(std::size_t(part.array.shape[0]));
    const std::int64_t width = part.array.shape[1];
    for (std::int64_t i = 0; i < part.array.size(); ++i)
      if (part.array.real(i) != 0) tags[std::size_t(i / width)].push_back(int(i % width));
    return tags;
  }
  return {};
}

// What `dev/baselines/tags.py` prints for "frequency"; structured.md §6.3 has .216, .176, .019 and .003.
TEST(TagRanking, OfFrequenciesIsThatOfTheBaselineOnCorel) {
  if (!std::getenv("DEEPBOLTZ_DATA")) GTEST_SKIP() << "DEEPBOLTZ_DATA is not set";
  Context ctx(2);
  const Labels all = corel_tags();
  ASSERT_EQ(all.size(), 5'000u);
  const Labels wanted(all.begin() + 4'500, all.end());
  Tensor scores(DType::f64, 500, 374);
  std::vector<int> judged;
  for (int t = 0; t < 374; ++t) {
    const auto pictures = std::count_if(all.begin(), all.begin() + 4'500,
                                        [&](const auto& tags) { return std::ranges::find(tags, t) != tags.end(); });
    for (std::int64_t p = 0; p < 500; ++p) scores.set(p, t, double(pictures));
    if (pictures > 0) judged.push_back(t);
  }
  const TagRanking found = rank_tags(ctx, scores, wanted, {.judged = judged, .samples = 20});
  EXPECT_EQ(found.tags.size(), 260u);
  EXPECT_EQ(found.pictures.size(), 500u);
  EXPECT_NEAR(mean_estimate(found.picture_to_tags).value, 0.216342150796, 1e-12);
  EXPECT_NEAR(mean_estimate(found.given_right).value, 0.1756, 1e-12);
  EXPECT_NEAR(found.tag_to_pictures.value, 0.027956351845, 1e-12);
  EXPECT_NEAR(found.word_recall.value, 5.0 / 260, 1e-12);
  EXPECT_NEAR(found.word_precision.value, 0.1756 * 5 / 260, 1e-12);
}

TEST(TagRanking, DoesNotDependOnThreads) {
  const Toy toy = toy_pictures(600, 60);
  Context one(1), three(3);
  const TagRanking found = rank_tags(one, toy.scores, toy.wanted, {.samples = 20}),
                   same = rank_tags(three, toy.scores, toy.wanted, {.samples = 20});
  EXPECT_EQ(found.tag_to_pictures.samples, same.tag_to_pictures.samples);
  EXPECT_EQ(found.word_precision.samples, same.word_precision.samples);
  EXPECT_EQ(found.picture_to_tags, same.picture_to_tags);
}

TEST(TagRanking, RefusesWhatDoesNotFit) {
  Context ctx;
  const Tensor scores = toy::matrix({{1, 2}, {2, 1}});
  EXPECT_EQ(refusal([&] { rank_tags(ctx, scores, {{0}}, {.given = 1}); }),
            "tag ranking: the scores of 2 pictures, but the tags of 1");
  EXPECT_EQ(refusal([&] { rank_tags(ctx, scores, {{0}, {1}}, {}); }), "tag ranking: expected 1 to 2 tags given, got 5");
  EXPECT_EQ(refusal([&] {
              rank_tags(ctx, scores, {{0}, {1}}, {.given = 1, .judged = {2}});
            }),
            "tag ranking: expected judged tags of 0 to 1, got 2");
  EXPECT_EQ(refusal([&] {
              rank_tags(ctx, scores, {{0}, {}}, {.given = 1, .judged = {1}});
            }),
            "class ranking: no class has a case");
}

}  // namespace
}  // namespace deepboltz
