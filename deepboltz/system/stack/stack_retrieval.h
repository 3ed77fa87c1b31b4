// How well an autoencoder's codes find cases of the same class or topics among the others that are asked about: every
// case is a query, the other ones are searched (Hinton & Salakhutdinov 2006; Salakhutdinov & Hinton 2009).
#pragma once

#include "deepboltz/system/measure.h"

namespace deepboltz {

std::string no_stack_retrieval(const Subject& of);

// Codes of real values are ranked by the cosine; codes of bits, each 1 above its median over the training cases, by the
// Hamming distance, equal ones by number.
void measure_stack_retrieval(Context& ctx, const Subject& of, std::vector<Finding>& findings);
std::string says_stack_retrieval(const Subject& of, std::span<const Finding> found);

}  // namespace deepboltz
