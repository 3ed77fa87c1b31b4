// What evaluate asks of a belief net.
#pragma once

#include "deepboltz/system/measure.h"

namespace deepboltz {

// The bound on log p, and the importance estimate, which is nearer: both with the log Z of the top that can be quoted.
void measure_net_likelihood(Context& ctx, const Subject& of, std::vector<Finding>& findings);
std::string says_net_likelihood(const Subject& of, std::span<const Finding> found);

// Errors of the top's label layer and of the fine-tuned classifier, beside that of the most frequent class.
void measure_net_error(Context& ctx, const Subject& of, std::vector<Finding>& findings);
std::string says_net_error(const Subject& of, std::span<const Finding> found);

}  // namespace deepboltz
