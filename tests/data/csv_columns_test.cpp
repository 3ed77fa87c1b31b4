// What the columns of a table are taken for.
#include "tests/io/refusal.h"
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "deepboltz/data/csv.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::refusal;

Dataset csv(std::string_view text, ReadOptions options = {}) { return parse_csv(as_bytes(text), "f.csv", options); }
std::string refused(std::string_view text, ReadOptions options = {}) {
  return refusal([&] { csv(text, options); });
}

std::vector<double> row(const Dataset& data, std::int64_t r) {
  std::vector<double> values;
  for (std::int64_t c = 0; c < data.units(); ++c) values.push_back(data.x.at(r, c) / 255);
  return values;
}

TEST(IndexColumn, WithoutANameIsNoUnit) {
  for (const char* text : {",a,b\n0,0,1\n1,1,1\n", "\"\",a,b\n1,0,1\n2,1,1\n", ",a,b\n7,0,1\n3,1,1\n",
                           "\ta\tb\nfirst\t0\t1\nsecond\t1\t1\n", "Unnamed: 0,a,b\n0,0,1\n1,1,1\n"}) {
    const Dataset data = csv(text);
    EXPECT_THAT(data.columns, ElementsAre("a", "b")) << text;
    EXPECT_THAT(row(data, 0), ElementsAre(0, 1)) << text;
    EXPECT_THAT(data.remarks, ElementsAre(HasSubstr("is no unit (id_column)"))) << text;
    EXPECT_EQ(data.case_names.size(), 2u) << text;
  }
  EXPECT_THAT(refused(",a\n0,1\n0,1\n"), HasSubstr("f.csv:1: column 1 has no name, and its values do not number"));
  EXPECT_EQ(csv(",a\n0,1\n0,1\n", {.id_column = "none"}).units(), 2);
}

TEST(IndexColumn, ThatIsCalledAsIdsAreNamesTheCases) {
  EXPECT_THAT(csv("Id,a\n7,0\n9,1\n").case_names, ElementsAre("7", "9"));
  EXPECT_THAT(csv("a,customer_id\n0,x1\n1,x2\n").case_names, ElementsAre("x1", "x2"));
  EXPECT_EQ(csv("acid,a\n0,0\n1,1\n").units(), 2);
  EXPECT_THAT(refused("userId,a\n7,0\n7,1\n"), HasSubstr("is called 'userId', and its values do not number"));
  EXPECT_THAT(csv("a,b\n0,k\n1,l\n", {.id_column = "b"}).case_names, ElementsAre("k", "l"));
  EXPECT_THAT(csv("0,k\n1,l\n", {.id_column = "-1"}).case_names, ElementsAre("k", "l"));
}

TEST(IndexColumn, WithoutAHeaderIsAskedFor) {
  std::string text;
  for (int i = 0; i < 12; ++i) text += fmt::format("{},{},1\n", i, i % 2);
  EXPECT_THAT(refused(text), HasSubstr("f.csv:1: column 1 counts the rows: is it an index? id_column = \"0\""));
  EXPECT_EQ(csv(text, {.id_column = "0"}).units(), 2);
  EXPECT_EQ(csv(text, {.id_column = "none"}).units(), 3);
}

TEST(LabelColumn, IsKnownByItsName) {
  for (const char* name : {"label", "Class", "TARGET", "species"}) {
    const Dataset data = csv(fmt::format("a,{},b\n0,x,1\n1,y,1\n", name));
    EXPECT_THAT(data.labels, ElementsAre(0, 1)) << name;
    EXPECT_THAT(data.class_names, ElementsAre("x", "y"));
    EXPECT_EQ(data.label_column, name);
    EXPECT_THAT(data.columns, ElementsAre("a", "b"));
    EXPECT_THAT(data.remarks, ElementsAre(HasSubstr("is taken for the label")));
  }
  EXPECT_EQ(csv("a,label\n0,1\n1,0\n", {.label_column = "none"}).units(), 2);
  EXPECT_THAT(refused("class,label,a\n0,1,1\n"), HasSubstr("are both called as labels are: label_column says which"));
  EXPECT_THAT(refused("a,target\n0.5,21.5\n", {.numbers = true}), HasSubstr("has the number 21.5: label_column"));
}

TEST(FirstLine, WithAGapIsACaseAndNoHeader) {
  for (const char* gap : {"?", "", "NA", "nan", "NULL"})
    EXPECT_THAT(refused(fmt::format("0,{},1\n0,1,1\n", gap)), HasSubstr("f.csv:1: column 2: a missing value")) << gap;
  EXPECT_THAT(refused("a,b\n0,1\n,1\n"), HasSubstr("f.csv:3: column 1 'a': a missing value, ''"));
}

TEST(FirstLine, WithWordsWhereTheSecondHasThemIsACase) {
  EXPECT_THAT(refused("5.1,3.5,setosa\n4.9,3.0,setosa\n", {.numbers = true}),
              HasSubstr("f.csv:1: column 3: 'setosa' is not a number; a column of words is a label"));
  EXPECT_EQ(csv("5.1,3.5,setosa\n4.9,3.0,setosa\n", {.label_column = "-1", .numbers = true}).cases(), 2);
  EXPECT_EQ(csv("a,b,3\n0,1,1\n").cases(), 1);
}

TEST(FirstLine, ThatCountsTheColumnsHasTheirNames) {
  EXPECT_EQ(csv("0,1,2,3,4,5,6,7\n0,0,0,0,0,0,0,1\n").cases(), 1);
  EXPECT_EQ(csv(",0,1\n0,0,1\n1,1,1\n").units(), 2);
  const Dataset small = csv("0,1,2\n0,1,1\n");  // three numbers may be a case
  EXPECT_EQ(small.cases(), 2);
  EXPECT_THAT(small.remarks[0], HasSubstr("is read as a case"));
}

TEST(Columns, AreMatchedByName) {
  const std::vector<std::string> known{"a", "b", "c"};
  const Dataset moved = csv("c,a,b\n1,0,0\n", {.columns = known});
  EXPECT_THAT(row(moved, 0), ElementsAre(0, 0, 1));
  EXPECT_THAT(moved.columns, ElementsAre("a", "b", "c"));
  EXPECT_THAT(moved.remarks, ElementsAre(HasSubstr("matched by name")));
  EXPECT_THAT(csv("a,b,c\n1,0,0\n", {.columns = known}).remarks, IsEmpty());
  EXPECT_THAT(row(csv("0,0,1\n", {.columns = known}), 0), ElementsAre(0, 0, 1));
  EXPECT_EQ(csv("c,class,a,b\n1,x,0,0\n", {.columns = known}).label_column, "class");
  EXPECT_THAT(refused("a,b,d\n1,0,0\n", {.columns = known}),
              HasSubstr("column 3 'd' is none of the training data's columns: a, b, c"));
  EXPECT_THAT(refused("a,b\n1,0\n", {.columns = known}), HasSubstr("there is no column 'c'"));
  EXPECT_THAT(refused("b,a,a\n1,0,0\n", {.columns = {"a", "a", "b"}}), HasSubstr("some have one name"));
  EXPECT_EQ(csv("label,b\n1,0\n", {.columns = {"b", "label"}}).units(), 2);  // a unit stays one
}

TEST(Columns, HaveNamesInUtf8) {
  EXPECT_THAT(csv("caf\xE9,b\n1,0\n").columns, ElementsAre("café", "b"));
  EXPECT_THAT(csv("class,b\n\xE9t\xE9,0\nhiver,1\n").class_names, ElementsAre("hiver", "été"));
  const std::string wide(
      "\xFF\xFE"
      "a\0,\0b\0\n\0001\0,\0000\0\n\0",
      18);
  EXPECT_THAT(csv(wide).columns, ElementsAre("a", "b"));
}

TEST(Columns, OfTheFirstRulesAreUnits) { EXPECT_EQ(csv(",a,label\n0,1,1\n", {.rules = kFirstRules}).units(), 3); }

}  // namespace
}  // namespace deepboltz
