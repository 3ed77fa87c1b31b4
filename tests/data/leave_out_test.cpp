#include "deepboltz/data/leave_out.h"

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/data/part_cases.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;

// A case a number, with a document of that word.
Cases said(const std::vector<int>& numbers, const std::vector<std::string>& speakers, const std::vector<int>& groups,
           const std::vector<std::string>& group_names) {
  Cases cases;
  cases.origin.name = "set";
  Tensor x(DType::f32, std::int64_t(numbers.size()), 2);
  SparseRows words;
  words.cols = 20;
  for (std::size_t r = 0; r < numbers.size(); ++r) {
    x.set(std::int64_t(r), 1, numbers[r]);
    words.column.push_back(std::uint32_t(numbers[r]));
    words.value.push_back(float(numbers[r]) / 2);
    words.end_row();
    cases.names.push_back(std::to_string(numbers[r]));
  }
  cases.columns.push_back(dense_part("sound", std::move(x)));
  cases.columns.push_back(sparse_part("text", std::move(words)));
  cases.columns.push_back(label_part(groups, group_names));
  cases.columns.back().name = kGroupColumn;
  cases.columns.push_back(source_part(speakers));
  return finished(std::move(cases));
}

class LeaveOut : public ::testing::Test {
 protected:
  Cases train_ = said({3, 1, 4, 1, 5}, {"Bo", "Al", "Bo", "Bo", "Al"}, {0, 1, 2, 2, 1}, {"a", "b", "c"}),
        test_ = said({9, 2}, {"Al", "Bo"}, {1, 0}, {"d", "e"});
};

std::vector<double> sounds(const Cases& cases) {
  std::vector<double> all;
  each_value(cases.at("sound"), [&](std::int64_t, std::int64_t i, double x) {
    if (i == 1) all.push_back(x);
  });
  return all;
}

TEST_F(LeaveOut, TheCasesOfTheSourceAreTestedAndAllOthersLearntFrom) {
  leave_out("Al", train_, test_);
  EXPECT_THAT(sounds(train_), ElementsAre(3, 4, 1, 2));
  EXPECT_THAT(sounds(test_), ElementsAre(1, 5, 9));
  EXPECT_THAT(test_.names, ElementsAre("1", "5", "9"));
  EXPECT_THAT(test_.at("text").sparse().column, ElementsAre(1, 5, 9));
  EXPECT_THAT(test_.at("text").sparse().value, ElementsAre(0.5F, 2.5F, 4.5F));
  EXPECT_NE(train_.origin.sha256, test_.origin.sha256);
}

TEST_F(LeaveOut, GroupsOfBothSidesStayApart) {
  const Cases all = appended(train_, test_);
  EXPECT_THAT(all.at(kGroupColumn).sparse().column, ElementsAre(0, 1, 2, 2, 1, 4, 3));
  EXPECT_THAT(all.at(kGroupColumn).meaning.names, ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(LeaveOut, CasesThatLackAPartStillLackIt) {
  test_.columns[0].known = {0, 1};
  leave_out("Al", train_, test_);
  EXPECT_THAT(test_.at("sound").known, ElementsAre(1, 1, 0));
  EXPECT_THAT(train_.at("sound").known, ElementsAre(1, 1, 1, 1));
}

TEST_F(LeaveOut, RefusesASourceThatIsNotThere) {
  EXPECT_EQ(refusal([&] { leave_out("Cy", train_, test_); }), "data.leave_out: expected one of Al, Bo, got 'Cy'");
}

TEST_F(LeaveOut, RefusesCasesThatDoNotSayWhereTheyComeFrom) {
  train_.columns.pop_back();
  EXPECT_EQ(refusal([&] { leave_out("Al", train_, test_); }),
            "data.leave_out: the cases of 'set' do not say where they come from");
}

TEST_F(LeaveOut, RefusesPartsOfOtherWidths) {
  test_.columns[0] = dense_part("sound", Tensor(DType::f32, 2, 3));
  EXPECT_THAT(refusal([&] { leave_out("Al", train_, test_); }), HasSubstr("the columns 'sound' and 'sound' differ"));
}

}  // namespace
}  // namespace deepboltz
