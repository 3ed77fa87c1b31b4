// Every data set that has a name, of whatever kind of cases, for lists and messages.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "deepboltz/data/locate.h"

namespace deepboltz {

struct ListedData {
  std::string name, description;
  std::vector<std::pair<std::string, std::int64_t>> sizes;  // "train", 60000, …
  std::string place;  // "here", "to be fetched", "to be copied", "drawn by the program"
};
std::vector<ListedData> listed_data(const DataPlaces& places);

// InputError where there is no data set of cases with that name: what to do, or the nearest name.
const struct NamedData& require_named_cases(const std::string& name);

}  // namespace deepboltz
