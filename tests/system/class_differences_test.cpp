// Differences between ways to see the cases are those of the same cases, samples and draws.
#include "deepboltz/system/multimodal/class_differences.h"

#include <map>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

std::map<std::string, Estimate> differences(const std::vector<ClassFigures>& figures) {
  std::vector<Finding> findings;
  add_class_differences(figures, findings);
  std::map<std::string, Estimate> all;
  for (const Finding& finding : findings) all[finding.name] = std::get<Estimate>(finding.value);
  return all;
}

const std::vector<ClassFigures> kFigures{
    {"both", {0, 0, 100, 0}, {0.9, {0.8, 1.0}}},
    {"image", {100, 0, 100, 0}, {0.5, {0.5, 0.7}}, {0.4, 0.2}},
    {"image_empty", {100, 100, 100, 0}, {0.4, {0.1, 0.3}}, {0.3, 0.1}},
    {"image_alone", {0, 0, 0, 0}, {0.6, {0.4, 0.9}}, {0.1, 0.3}},
};

TEST(ClassDifferences, AreFirstLessSecondPaired) {
  const auto found = differences(kFigures);
  const auto is = [&](const std::string& name, double value, double error) {
    ASSERT_TRUE(found.contains(name)) << name;
    EXPECT_NEAR(found.at(name).value, value, 1e-12) << name;
    EXPECT_NEAR(found.at(name).standard_error, error, 1e-12) << name;
  };
  is("error_percent/both_less_image", -25, 25);                               // −100 0 0 0
  is("error_percent/both_less_image_alone", 25, 25);                          // 0 0 100 0
  is("classification_map/both_less_image", 0.4, 0);                           // 0.3 and 0.3 of the samples
  is("classification_map/both_less_image_alone", 0.3, 0.3 / std::sqrt(2.0));  // 0.4 and 0.1
  is("few_labels/image_less_image_empty", 0.1, 0);                            // 0.1 and 0.1
  is("few_labels/image_less_image_alone", 0.1, 0.2);                          // 0.3 and −0.1
  is("few_labels/image_empty_less_image_alone", 0, 0.2);
  EXPECT_EQ(found.size(), 7u);
}

// Cases of several classes have no errors; a machine of one part is seen in one way.
TEST(ClassDifferences, AreOfWhatThereIs) {
  std::vector<ClassFigures> figures = kFigures;
  for (ClassFigures& figure : figures) figure.errors.clear();
  EXPECT_EQ(differences(figures).size(), 5u);
  figures.resize(1);
  EXPECT_TRUE(differences(figures).empty());
}

}  // namespace
}  // namespace deepboltz
