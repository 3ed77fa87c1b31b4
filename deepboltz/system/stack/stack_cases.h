// What the networks of a stack see of cases: rows of states, bytes as they are; of documents their counts, sparse, and
// beside them their lengths.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/model/energy_model.h"
#include "deepboltz/stack/examples.h"

namespace deepboltz {

// A model of the visible layer alone: its units, and how data become their states.
EnergyModel visible_only(const EnergyModel& model);

class StackCases {
 public:
  StackCases() = default;
  // `visible`: of visible_only().
  StackCases(Context& ctx, const EnergyModel& visible, const Cases& cases);

  Examples inputs() const;      // without targets
  Examples to_itself() const;   // the targets are the first input
  Examples to_classes() const;  // the targets are the classes

 private:
  Rows rows_;
  std::shared_ptr<const SparseRows> words_;
  Tensor lengths_;  // (cases, 1)
  std::vector<std::uint32_t> labels_;
};

}  // namespace deepboltz
