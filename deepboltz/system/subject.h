// What is measured and drawn: a trained system, the cases of its run, and those of them that are asked about.
#pragma once

#include <filesystem>

#include "deepboltz/base/report.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/system/system.h"
#include "deepboltz/system/system_recipe.h"

namespace deepboltz {

struct Subject {
  const System& system;  // as --math made it
  const SystemRecipe& recipe;
  const CaseSets& sets;
  const Cases& cases;
  Share share = Share::test;            // which `cases` are
  const std::filesystem::path& folder;  // of the run; empty: a model file alone
  Key key = {};
  double budget = 0;   // minutes for more work, where a likelihood cannot be trusted at first
  Report report = {};  // false stops with Interrupted
};

}  // namespace deepboltz
