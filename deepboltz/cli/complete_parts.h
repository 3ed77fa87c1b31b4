// complete --given PART=WHAT --want PART: what some parts of cases say of another.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/cli/given_cases.h"

namespace deepboltz {

struct PartCompletion {
  std::vector<std::string> given;
  std::string want, out;
  std::int64_t top = 10;  // words
  int draw = 0;           // > 0: that many looks at chains, `every` sweeps from one to the next
  int every = 50;
  bool mean_field = false;  // the answer is mean field's, not that of chains
  int burn_in = 1'000, sweeps = 1'000, chains = 10;
};

void add_part_options(CLI::App& verb, PartCompletion& options);

void complete_parts(Session& session, const std::string& model, const CaseOptions& cases,
                    const PartCompletion& options);

}  // namespace deepboltz
