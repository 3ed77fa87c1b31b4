#include "deepboltz/cli/estimate_json.h"

#include <cmath>

namespace deepboltz {

nlohmann::json to_json(const Estimate& estimate) {
  const auto finite = [](double x) { return std::isfinite(x) ? nlohmann::json(x) : nlohmann::json(nullptr); };
  nlohmann::json out{{"value", finite(estimate.value)},
                     {"standard_error", finite(estimate.standard_error)},
                     {"lower", finite(estimate.lower)},
                     {"upper", finite(estimate.upper)},
                     {"runs", estimate.runs}};
  if (estimate.ess > 0) out["ess"] = estimate.ess;
  if (!estimate.warning.empty()) out["warning"] = estimate.warning;
  return out;
}

}  // namespace deepboltz
