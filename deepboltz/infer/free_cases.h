// Which cases have free units in a layer. Where a layer is known in some cases, what it sends in them never changes,
// and only the others cost products. Batches are sorted so that these stand together (learn/shown_parts.h).
#pragma once

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// `count` cases in a row from `first` on.
struct CaseRange {
  std::int64_t first = 0, count = 0;

  template <class AnyMatrix> AnyMatrix of(const AnyMatrix& rows) const { return rows.slice(first, count); }
};

// The cases that are in both.
CaseRange common_cases(const CaseRange& a, const CaseRange& b);

// The shortest range that has all cases in which a unit of the layer is free, or a word of a document.
CaseRange free_cases(const EnergyModel& model, LayerId layer, const State& state);

}  // namespace deepboltz
