// An estimate as JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "deepboltz/estimate/estimate.h"

namespace deepboltz {

// {"value", "standard_error", "lower", "upper", "runs", "ess"?, "warning"?}; an end that does not exist is null.
nlohmann::json to_json(const Estimate& estimate);

}  // namespace deepboltz
