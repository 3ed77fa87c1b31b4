#include "deepboltz/task/pool_groups.h"

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/data/part_cases.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Cases 0 … 5 of groups 1, 0, 1, 1, 3, 1, with these labels.
Cases six(const std::vector<int>& labels = {4, 2, 4, 4, 2, 4}) {
  Cases cases;
  Tensor numbers(DType::f64, 6, 1);
  cases.columns.push_back(dense_part("sound", std::move(numbers)));
  cases.columns.push_back(label_part(labels, {"a", "b", "c", "d", "e"}));
  cases.columns.push_back(label_part(std::vector<int>{1, 0, 1, 1, 3, 1}, {"v", "w", "x", "y"}));
  cases.columns.back().name = kGroupColumn;
  return cases;
}

Tensor column(const std::vector<double>& numbers, DType dtype = DType::f64) {
  Tensor x(dtype, std::int64_t(numbers.size()), 1);
  for (std::size_t r = 0; r < numbers.size(); ++r) x.set(std::int64_t(r), 0, numbers[r]);
  return x;
}

TEST(PoolGroups, GroupsAreInTheOrderOfTheirFirstCase) {
  const Groups groups = groups_of(six());
  EXPECT_THAT(groups, ElementsAre(ElementsAre(0, 2, 3, 5), ElementsAre(1), ElementsAre(4)));
  EXPECT_THAT(topics_of(six(), groups), ElementsAre(ElementsAre(4), ElementsAre(2), ElementsAre(2)));
}

TEST(PoolGroups, WithoutGroupsEachCaseIsItsOwn) {
  Cases cases = six();
  cases.columns.pop_back();
  Context ctx;
  const Tensor x = column({3, 1, 4, 1, 5, 9}), pooled = pool_groups(ctx, x, groups_of(cases), 1);
  ASSERT_EQ(pooled.rows(), 6);
  for (std::int64_t r = 0; r < 6; ++r) EXPECT_EQ(pooled.at(r, 0), x.at(r, 0));
}

TEST(PoolGroups, OneSliceIsTheMean) {
  Context ctx;
  const Tensor pooled = pool_groups(ctx, column({3, 1, 4, 1, 5, 9}), groups_of(six()), 1);
  EXPECT_NEAR(pooled.at(0, 0), (3 + 4 + 1 + 9) / 4.0, 1e-15);
  EXPECT_EQ(pooled.at(1, 0), 1);
  EXPECT_EQ(pooled.at(2, 0), 5);
}

// Four rows in three slices: 0 … 1⅓ has rows 0 and 1, 1⅓ … 2⅔ rows 1 and 2, 2⅔ … 4 rows 2 and 3.
TEST(PoolGroups, ARowOnABorderIsInBothSlices) {
  Context ctx;
  const Tensor pooled = pool_groups(ctx, column({3, 1, 4, 1, 5, 9}), groups_of(six()), 3);
  ASSERT_EQ(pooled.cols(), 3);
  EXPECT_EQ(pooled.at(0, 0), 3.5);
  EXPECT_EQ(pooled.at(0, 1), 2.5);
  EXPECT_EQ(pooled.at(0, 2), 5);
  for (std::int64_t s = 0; s < 3; ++s) EXPECT_EQ(pooled.at(1, s), 1);  // fewer rows than slices
}

// Equal slices of equal size: their mean is that of the group, for every number of rows that they divide.
TEST(PoolGroups, SlicesThatDivideTheRowsShareThemOut) {
  Context ctx;
  for (int slices = 1; slices <= 7; ++slices)
    for (int times = 1; times <= 5; ++times) {
      Groups group(1);
      Tensor x(DType::f64, slices * times, 2);
      double sum = 0;
      for (std::uint32_t r = 0; r < std::uint32_t(slices * times); ++r) {
        group[0].push_back(r);
        x.set(r, 1, double(r * r));
        sum += double(r * r);
      }
      const Tensor pooled = pool_groups(ctx, x, group, slices);
      double all = 0;
      for (std::int64_t s = 0; s < slices; ++s) all += pooled.at(0, 2 * s + 1);
      EXPECT_NEAR(all / slices, sum / (slices * times), 1e-12 * (1 + sum));
    }
}

TEST(PoolGroups, AreTheSameOnAnyNumberOfThreads) {
  Tensor x(DType::f32, 4'000, 30);
  for (std::int64_t r = 0; r < x.rows(); ++r)
    for (std::int64_t j = 0; j < x.cols(); ++j) x.set(r, j, 1.0 / double(1 + r + 7 * j));
  Groups groups(900);
  for (std::uint32_t r = 0; r < 4'000; ++r) groups[r * 7 % 900].push_back(r);
  Context one(1);
  const Tensor expected = pool_groups(one, x, groups, 4);
  for (int threads = 2; threads <= 3; ++threads) {
    Context other(threads);
    const Tensor found = pool_groups(other, x, groups, 4);
    for (std::int64_t r = 0; r < found.rows(); ++r)
      for (std::int64_t j = 0; j < found.cols(); ++j) ASSERT_EQ(found.at(r, j), expected.at(r, j));
  }
}

TEST(PoolGroups, RefusesAGroupOfTwoClassesAndACaseWithoutGroup) {
  EXPECT_THAT(testing::refusal([&] {
                const Cases cases = six({4, 2, 4, 3, 2, 4});
                (void)topics_of(cases, groups_of(cases));
              }),
              HasSubstr("cases 0 and 3 are of one group, but of other classes"));
  EXPECT_THAT(testing::refusal([&] {
                Cases cases = six();
                cases.columns.back().x = ones(4, {{1}, {0}, {}, {1}, {3}, {1}});
                (void)groups_of(cases);
              }),
              HasSubstr("case 2 is in 0 groups; expected one"));
}

}  // namespace
}  // namespace deepboltz
