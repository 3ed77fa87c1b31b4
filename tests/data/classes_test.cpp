// The classes are those that occur, by number or by name.
#include "deepboltz/data/classes.h"

#include <gmock/gmock.h>

#include "deepboltz/data/csv.h"
#include "deepboltz/data/libsvm.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Dataset labelled(const std::vector<std::int64_t>& numbers, const ReadOptions& options = {}) {
  Dataset data{.name = "d", .x = Tensor(DType::u8, std::int64_t(numbers.size()), 1)};
  set_classes(numbers, options, data);
  return finished(std::move(data));
}

TEST(Classes, AreThoseThatOccur) {
  const Dataset from_one = labelled({1, 3, 2, 1}), far = labelled({7, 65'535, 7}), usual = labelled({1, 0, 1});
  EXPECT_EQ(from_one.classes, 3);
  EXPECT_THAT(from_one.labels, ElementsAre(0, 2, 1, 0));
  EXPECT_THAT(from_one.class_names, ElementsAre("1", "2", "3"));
  EXPECT_EQ(far.classes, 2);  // memory in proportion to them
  EXPECT_THAT(far.class_names, ElementsAre("7", "65535"));
  EXPECT_THAT(usual.labels, ElementsAre(1, 0, 1));
  EXPECT_THAT(usual.class_names, IsEmpty());
  EXPECT_EQ(labelled({1, 3}, {.rules = kFirstRules}).classes, 4);
}

TEST(Classes, OfLaterFilesAreMatchedByNumberOrName) {
  const Dataset from_one = labelled({1, 3, 2}), from_zero = labelled({0, 1, 2, 3});
  EXPECT_THAT(with_classes_of(from_one, labelled({3, 1})).labels, ElementsAre(2, 0));
  EXPECT_THAT(with_classes_of(from_zero, labelled({3, 1})).labels, ElementsAre(3, 1));
  EXPECT_THAT(with_classes_of(from_one, labelled({0, 1})).class_names, ElementsAre("1", "2", "3", "0"));
  Dataset words = labelled({0, 1});
  words.class_names = {"cat", "dog"};
  const Dataset numbered = with_classes_of(words, labelled({1, 0}));
  EXPECT_THAT(numbered.labels, ElementsAre(1, 0));
  EXPECT_EQ(numbered.remarks.size(), 1u);
}

}  // namespace
}  // namespace deepboltz
