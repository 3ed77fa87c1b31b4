// What an evaluation measured, as evaluation.json has it: keys are the names of the members, absent ones are left out.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "deepboltz/recipe/completion_experiment.h"
#include "deepboltz/recipe/evaluate.h"

namespace deepboltz {

void put(nlohmann::json& out, const Likelihood& measured);
void put(nlohmann::json& out, const TestError& measured);  // in percent
void put(nlohmann::json& out, const Retrieval& found, const RetrieveOptions& options);
nlohmann::json to_json(const std::vector<CompletionResult>& results);

}  // namespace deepboltz
