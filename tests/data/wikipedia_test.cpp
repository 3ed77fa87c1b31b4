// Sets of parts from files, made up and small: what is read, and what is refused.
#include "deepboltz/data/wikipedia.h"

#include <cmath>
#include <cstring>
#include <map>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/data/corel.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/mat.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::refusal;

using Numbers = std::vector<std::vector<double>>;

// A MAT-file of f64 matrices, rows by name.
Bytes mat_of(const std::map<std::string, Numbers>& matrices) {
  std::vector<MatMatrix> all;
  for (const auto& [name, rows] : matrices) {
    MatMatrix matrix{name, {{'f', 8}, true, {std::int64_t(rows.size()), std::int64_t(rows[0].size())}, {}, 0}, {}};
    for (std::size_t c = 0; c < rows[0].size(); ++c)
      for (const auto& row : rows) {
        std::uint64_t word;
        std::memcpy(&word, &row[c], 8);
        append_little(matrix.unpacked, word, 8);
      }
    all.push_back(std::move(matrix));
    all.back().array.values = all.back().unpacked;
  }
  for (MatMatrix& matrix : all) matrix.array.values = matrix.unpacked;
  return make_mat(all);
}

// Two training and one test article: counts of three words, weighed over all three documents.
class Wikipedia : public ::testing::Test {
 protected:
  static Numbers weigh(const Numbers& counts, const std::vector<double>& with, double documents) {
    Numbers x = counts;
    for (auto& row : x)
      for (std::size_t w = 0; w < row.size(); ++w) row[w] *= 0.1 * (std::log((1 + documents) / (1 + with[w])) + 1);
    return x;
  }

  Cases read(Share share) {
    write_file(folder_ / "f.mat", mat_of(matrices_));
    write_file(folder_ / "train", as_bytes(train_));
    write_file(folder_ / "test", as_bytes(test_));
    write_file(folder_ / "categories", as_bytes(std::string_view("art\nmusic\n")));
    return read_wikipedia({folder_ / "f.mat", folder_ / "train", folder_ / "test", folder_ / "categories"}, share);
  }
  std::string refused() {
    return refusal([&] { read(Share::train); });
  }

  testing::TempFolder folder_;
  std::vector<double> with_ = {3, 1, 2};  // documents with each word
  std::map<std::string, Numbers> matrices_ = {{"T_tfidf_tr", weigh({{1, 0, 7}, {3, 1, 0}}, with_, 3)},
                                              {"T_tfidf_te", weigh({{2, 0, 1}}, with_, 3)},
                                              {"I_tr", {{0.25, 0.75}, {1, 0}}},
                                              {"I_te", {{0.4, 0.6}}},
                                              {"T_tr", {{0.1, 0.9}, {0.5, 0.5}}},
                                              {"T_te", {{0.3, 0.7}}}};
  std::string train_ = "a-1\tpa\t2\nb-1\tpb\t1\n", test_ = "c-1\tpc\t1\n";
};

TEST_F(Wikipedia, PartsAreCountsTopicsAndCategories) {
  const Cases train = read(Share::train);
  const SparseRows &text = train.at("text").sparse(), &image = train.at("image").sparse();
  EXPECT_THAT(text.column, ElementsAre(0, 2, 0, 1));
  EXPECT_THAT(text.value, ElementsAre(1, 7, 3, 1));
  EXPECT_THAT(image.column, ElementsAre(0, 1, 0));
  EXPECT_THAT(image.value, ElementsAre(1, 3, 1));
  EXPECT_EQ(train.at("lda").rows().as<float>()(0, 1), 0.9F);
  EXPECT_THAT(labels_of(train), ElementsAre(1, 0));
  EXPECT_THAT(train.at(kLabelColumn).meaning.names, ElementsAre("art", "music"));
  EXPECT_THAT(train.names, ElementsAre("a-1", "b-1"));
}

TEST_F(Wikipedia, WhatDoesNotFitIsRefusedWithItsPlace) {
  train_ = "a-1\tpa\t2\nb-1\tpb\t3\n";
  EXPECT_THAT(refused(), EndsWith("train:2: expected a category from 1 to 2, got '3'"));
  train_ = "a-1\tpa\t2\nb-1\tpb\n";
  EXPECT_THAT(refused(), EndsWith("train:2: expected a category from 1 to 2, got ''"));
  train_ = "a-1\tpa\t2\nb-1\tpb\t1\tx\n";
  EXPECT_THAT(refused(), EndsWith("train:2: expected a text, a picture and the number of a category"));
  train_ = "a-1\tpa\t2\n";
  EXPECT_THAT(refused(), EndsWith("f.mat[I_tr]: 2 rows, but the list has 1 pairs"));
  train_ = "a-1\tpa\t2\nb-1\tpb\t1\n";
  matrices_["T_tfidf_tr"][1][0] *= 1.1;
  EXPECT_THAT(refused(), HasSubstr("f.mat[T_tfidf_tr]: document 1, word 0: expected a whole number"));
  matrices_["T_tfidf_tr"][1][0] = NAN;
  EXPECT_THAT(refused(), HasSubstr("f.mat[T_tfidf_tr]: byte "));
  matrices_["T_tfidf_te"] = {{1, 1}};
  matrices_["T_tfidf_tr"][1][0] = 0;
  EXPECT_THAT(refused(), EndsWith("f.mat[T_tfidf_tr]: 3 words, but the test documents have 2"));
  matrices_["I_tr"][0][1] = 0.6;
  EXPECT_THAT(refused(), HasSubstr("f.mat[I_tr]: document 0, word 1: expected a whole number"));
  matrices_.erase("I_tr");
  EXPECT_THAT(refused(), HasSubstr("there is no matrix of numbers 'I_tr'; there are I_te (1 × 2)"));
}

TEST(Corel, TagsAreReadByName) {
  EXPECT_THAT(parse_tags("<labels>\n<label name=\"city\"></label><label name=\"sky\"/>\n<label name=\"sun\">", "t"),
              ElementsAre("city", "sky", "sun"));
  EXPECT_EQ(refusal([] { parse_tags("\n<label name=\"city>", "t"); }), "t:2: the name of a label is not closed by \"");
  EXPECT_EQ(refusal([] { parse_tags("<label name=\"\">", "t"); }), "t:1: expected the name of a label, got none");
  EXPECT_EQ(refusal([] { parse_tags("<label name=\"a\">\n<label name=\"a\">", "t"); }),
            "t:2: the label 'a' comes twice");
}

TEST(Corel, OtherNumbersAndSizesAreRefused) {
  testing::TempFolder folder;
  write_file(folder / "t.xml", as_bytes(std::string_view("<label name=\"city\"><label name=\"sky\">")));
  const auto with = [&](const Numbers& x, const Numbers& y) {
    write_file(folder / "f.mat", mat_of({{"X", x}, {"y", y}}));
    return refusal([&] { read_corel(folder / "f.mat", folder / "t.xml", Share::train); });
  };
  EXPECT_EQ(with({{0, 1, 1}, {1, 0, 0}}, {{1, 0}, {1, 1}}), "");
  EXPECT_THAT(with({{0, 1, 1}, {1, 0, 2}}, {{1, 0}, {1, 1}}), HasSubstr("f.mat[X]: byte "));
  EXPECT_THAT(with({{0, 1, 1}, {1, 0, 2}}, {{1, 0}, {1, 1}}), HasSubstr(": expected 0 or 1, got 2"));
  EXPECT_THAT(with({{0, 1, 1}}, {{1, 0}, {1, 1}}), HasSubstr(": the tags of 2 pictures, but there are 1"));
  EXPECT_THAT(with({{0, 1, 1}}, {{1, 0, 1}}), HasSubstr(": 3 tags, but "));
}

}  // namespace
}  // namespace deepboltz
