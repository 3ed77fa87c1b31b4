#include "deepboltz/data/part_cases.h"

#include <set>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

// Two pictures of 1 × 2 and what is said of them.
Cases pair_of_parts() {
  Tensor x(DType::f32, 2, 2);
  x.set(0, 0, 0.25), x.set(1, 1, 1);
  SparseRows words;
  words.cols = 3;
  words.column = {2, 0};
  words.value = {4, 1};
  words.end_row();
  Cases cases;
  cases.origin.name = "pair";
  words.first = {0, 1, 2};
  cases.columns.push_back(dense_part(kImagePart, std::move(x), {.height = 1, .width = 2}));
  cases.columns.push_back(sparse_part(kTextPart, std::move(words), {.names = {"a", "b", "c"}}));
  cases.columns.push_back(label_part(std::vector{1, 0}, {"no", "yes"}));
  cases.names = {"first", "second"};
  return cases;
}

TEST(PartCases, TheHashIsOfAllThatIsLearntFrom) {
  std::set<std::string> seen{finished(pair_of_parts()).origin.sha256};
  const auto changed = [&](auto&& change) {
    Cases cases = pair_of_parts();
    change(cases);
    return finished(std::move(cases)).origin.sha256;
  };
  EXPECT_TRUE(seen.insert(changed([](Cases& c) { c.columns[0].name = "video"; })).second);
  EXPECT_TRUE(seen.insert(changed([](Cases& c) { c.columns[1].known = {1, 1}; })).second);
  EXPECT_TRUE(seen.insert(changed([](Cases& c) { c.columns[1].known = {1, 0}; })).second);
  EXPECT_TRUE(seen.insert(changed([](Cases& c) { std::swap(c.columns[0], c.columns[1]); })).second);
  EXPECT_TRUE(seen.insert(changed([](Cases& c) {
                    c.columns[2] = label_part(std::vector{1, 1}, {"no", "yes"});
                  }))
                  .second);
  EXPECT_TRUE(seen.insert(changed([](Cases& c) { c.columns.pop_back(); })).second);
  EXPECT_TRUE(seen.insert(changed([](Cases& c) { c.weights = {1, 0.5F}; })).second);
  EXPECT_TRUE(seen.insert(changed([](Cases& c) {
                    auto words = std::make_shared<SparseRows>(c.columns[1].sparse());
                    words->value[0] = 5;
                    c.columns[1].x = std::move(words);
                  }))
                  .second);
  EXPECT_FALSE(seen.insert(changed([](Cases& c) { c.columns[1].meaning.names[0] = "z"; })).second);
  EXPECT_FALSE(seen.insert(changed([](Cases& c) { c.names[0] = "z"; })).second);
  EXPECT_FALSE(seen.insert(changed([](Cases& c) { c.origin.name = "z"; })).second);
}

TEST(PartCases, PartsThatDoNotFitAreRefusedByName) {
  const auto with = [](auto&& change) {
    Cases cases = pair_of_parts();
    change(cases);
    return refusal([&] { finished(std::move(cases)); });
  };
  EXPECT_EQ(with([](Cases&) {}), "");
  EXPECT_EQ(with([](Cases& c) { c.columns.clear(); }), "pair: there are no cases");
  EXPECT_EQ(with([](Cases& c) {
              c.columns[1].x = std::make_shared<const SparseRows>(SparseRows{3, {0, 0}, {}, {}});
            }),
            "pair: the part 'text' has 1 cases, 'image' has 2");
  EXPECT_EQ(with([](Cases& c) { c.columns[1].name = "image"; }), "pair: two parts are called 'image'");
  EXPECT_EQ(with([](Cases& c) { c.columns[1].meaning.names.pop_back(); }),
            "pair: the part 'text' has 3 units, but 2 names");
  EXPECT_EQ(with([](Cases& c) { c.columns[0].meaning.channels = 3; }),
            "pair: the part 'image' has 2 units, but pictures of 1 × 2 × 3");
  EXPECT_EQ(with([](Cases& c) { c.columns[1].known = {1}; }),
            "pair: the part 'text' has 2 cases, but it is known of 1 whether they have it");
  EXPECT_EQ(with([](Cases& c) { c.names.pop_back(); }), "pair: 2 cases, but 1 names");
  EXPECT_THAT(with([](Cases& c) {
                c.columns[1].x = std::make_shared<const SparseRows>(SparseRows{3, {0, 1, 2}, {3, 0}, {}});
              }),
              HasSubstr("text: "));
}

TEST(PartCases, BytesAreShownAsBitsAndOtherNumbersAsTheyAre) {
  EXPECT_EQ(dense_part("a", Tensor(DType::u8, 1, 1)).binarise, Binarisation::each_time);
  EXPECT_EQ(dense_part("a", Tensor(DType::f32, 1, 1)).binarise, Binarisation::none);
}

}  // namespace
}  // namespace deepboltz
