#include "deepboltz/data/like_training.h"

#include "deepboltz/data/classes.h"
#include "deepboltz/io/malformed.h"

namespace deepboltz {

ReadOptions options_like(const Dataset& train, ReadOptions options) {
  options.keep = train.vocabulary;
  if (options.rules == kFirstRules) return options;
  options.columns = train.columns;
  options.known_scale = train.scale;
  return options;
}

Dataset made_like(const Dataset& train, Dataset data) {
  data = with_classes_of(train, std::move(data));
  require(data.units() == train.units(), "{}: cases of {} units, but the training data '{}' have {}",
          printable(data.name, 4096), data.units(), train.name, train.units());
  return data;
}

}  // namespace deepboltz
