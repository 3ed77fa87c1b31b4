// Tables with a column of texts: a document a case.
#include "tests/io/refusal.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/data/csv.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;

Dataset csv(std::string_view text, const ReadOptions& options) { return parse_csv(as_bytes(text), "f.csv", options); }

const char* const kTable =
    "file,words,size,class\n"
    "b.png,\"fox, wolf and fox\",3,wild\n"
    "a.png,the,1,tame\n"
    "c.png,\"Dog dog\",x,tame\n";

TEST(CsvTexts, AreDocumentsWithNamesAndClasses) {
  const Dataset data = csv(kTable, {.id_column = "file", .text_column = "words", .keep_empty = true});
  EXPECT_EQ(data.cases(), 3);
  EXPECT_THAT(data.vocabulary, ElementsAre("dog", "fox", "wolf"));
  EXPECT_THAT(data.case_names, ElementsAre("b.png", "a.png", "c.png"));
  EXPECT_THAT(data.labels, ElementsAre(1, 0, 0));
  EXPECT_THAT(data.class_names, ElementsAre("tame", "wild"));
  const Tensor x = to_dense(data.counts, DType::f32);
  EXPECT_THAT(std::vector<float>(x.view().as<float>().data, x.view().as<float>().data + 9),
              ElementsAre(0, 2, 1, 0, 0, 0, 2, 0, 0));
  EXPECT_THAT(data.remarks, ElementsAre(HasSubstr("taken for the label"), HasSubstr("column 3 'size' is left out")));
}

TEST(CsvTexts, WithoutWordsAreLeftOutWithTheirNamesAndClasses) {
  const Dataset data = csv(kTable, {.id_column = "file", .text_column = "1"});
  EXPECT_EQ(data.empty_documents, 1);
  EXPECT_THAT(data.case_names, ElementsAre("b.png", "c.png"));
  EXPECT_THAT(data.labels, ElementsAre(1, 0));
}

TEST(CsvTexts, OfLaterFilesHaveTheWordsOfTraining) {
  const ReadOptions like{
      .id_column = "0", .text_column = "words", .keep = {"wolf", "cat"}, .units = 2, .like_training = true};
  const Dataset data = csv("file,words\nx,wolf fox wolf\n", like);
  EXPECT_THAT(data.case_names, ElementsAre("x"));
  EXPECT_EQ(data.counts.value, std::vector<float>{2});
  EXPECT_THAT(data.vocabulary, ElementsAre("wolf", "cat"));
}

TEST(CsvTexts, RefuseColumnsThatAreNotThere) {
  EXPECT_EQ(refusal([] { csv(kTable, {.text_column = "word"}); }),
            "f.csv:1: no column 'word': expected a name of the header row, or a number from -4 to 3");
  EXPECT_EQ(refusal([] { csv(kTable, {.id_column = "words", .text_column = "words"}); }),
            "f.csv:1: column 2 is the text, and the label or the id as well");
  EXPECT_EQ(refusal([] { csv("words\n", {.text_column = "words"}); }), "f.csv:1: there are no cases");
  EXPECT_EQ(
      refusal([] { csv("a,b\n0,1\n", {.words = 5}); }),
      "f.csv:1: words is for documents, and the file is read as a table of numbers; text_column says which column "
      "has texts");
}

}  // namespace
}  // namespace deepboltz
