// A question that an evaluation can ask of a system, and what it finds.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "deepboltz/estimate/estimate.h"
#include "deepboltz/system/subject.h"

namespace deepboltz {

// One figure. Its name is its key in evaluation.json; "perplexity/documents" stands within "perplexity", and
// "completion/0/mask" in the first element of a list.
struct Finding {
  std::string name;
  std::variant<Estimate, double, std::int64_t, std::string> value;
};

// The estimate of that name; null: there is none.
const Estimate* find_estimate(std::span<const Finding> findings, std::string_view name);
// The text of that name; empty: there is none.
std::string find_text(std::span<const Finding> findings, std::string_view name);

struct Measure {
  std::string_view word;  // of --only
  void (*run)(Context&, const Subject&, std::vector<Finding>&);
  std::string (*refusal)(const Subject&) = nullptr;  // why it does not apply; empty, or null: it does
  bool (*by_default)(const Subject&) = nullptr;      // whether it is asked without --only; null: it is
  // The answer in one sentence with its unit, for people; empty, or null: none.
  std::string (*says)(const Subject&, std::span<const Finding>) = nullptr;
};

}  // namespace deepboltz
