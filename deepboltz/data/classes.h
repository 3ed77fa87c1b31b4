// Which classes cases have: those that occur, by number or by name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"

namespace deepboltz {

// Labels by number: the classes are those that occur, ascending. Where they are not 0 … K − 1 their numbers become
// their names. InputError: more than 65,536 classes.
void set_classes(std::span<const std::int64_t> numbers, const ReadOptions& options, Dataset& data);

// The same cases, their classes numbered as those of `known` are, by name, and behind them the ones that it does not
// have. A class without a name is called by its number.
Dataset with_classes_of(const Dataset& known, Dataset data);

// "cat, dog, 3 more"
std::string list_of(const std::vector<std::string>& names);

}  // namespace deepboltz
