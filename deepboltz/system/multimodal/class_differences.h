// How much better a machine of several parts classifies when it sees its cases in one way than in another, on the same
// cases and with the same draws of labels: what is hard for both ways does not count.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "deepboltz/system/measure.h"
#include "deepboltz/task/bootstrap.h"

namespace deepboltz {

// What is found of one way to see the cases: both, PART, PART_empty, PART_alone (part_measures.h).
struct ClassFigures {
  std::string name;
  std::vector<double> errors = {};      // a number a case: 100 or 0; none where a case may have several classes
  Bootstrapped map = {};                // under a key that all ways share
  std::vector<double> few_labels = {};  // MAP of each draw of labels; none of "both"
};

// FIGURE/FIRST_less_SECOND, first − second with its paired error:
//
//   error_percent, classification_map    both less PART, and less PART_alone    over cases, over bootstrap samples
//   few_labels                           PART less PART_empty, PART less PART_alone, PART_empty less PART_alone
//                                                                                over draws of labels
void add_class_differences(std::span<const ClassFigures> figures, std::vector<Finding>& findings);

}  // namespace deepboltz
