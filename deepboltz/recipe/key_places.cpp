#include "deepboltz/recipe/key_places.h"

#include <fmt/format.h>

#include "deepboltz/base/error.h"

namespace deepboltz {

void KeyPlaces::given_in_line(const std::string& key, std::uint64_t line) {
  places_[key] = fmt::format("{}:{}", file_, line);
}

void KeyPlaces::refuse(const std::string& key, const std::string& message) const {
  if (overriding() && override_ == override_of(key)) throw InputError(fmt::format("{}: {}", override_, message));
  std::string above = key;
  while (!above.empty() && !places_.contains(above)) {
    const std::size_t end = above.find_last_of(".[");
    above.resize(end == std::string::npos ? 0 : end);
  }
  const auto place = places_.find(above);
  throw InputError(fmt::format("{}: {}: {}", place == places_.end() ? file_ : place->second, key, message));
}

void KeyPlaces::refuse_value(const std::string& key, std::uint64_t line, const std::string& message) const {
  if (overriding()) throw InputError(fmt::format("{}: {}", override_, message));
  throw InputError(fmt::format("{}:{}: {}: {}", file_, line, key, message));
}

}  // namespace deepboltz
