// Asks a system the questions of its kind.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

// The measures that `only` names, or, where it is empty, all that apply and are asked by default. InputError: `only`
// names one that does not apply, or that this kind does not have.
std::vector<Finding> evaluate(Context& ctx, const Kind& kind, const Subject& subject, const std::string& only);

// What was found, a sentence for each measure that has one to say.
std::vector<std::string> sentences(const Kind& kind, const Subject& subject, std::span<const Finding> findings);

// The words of --only: those of every kind of the table.
std::vector<std::string> measure_words(std::span<const Kind> table);

}  // namespace deepboltz
