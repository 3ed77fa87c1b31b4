// One field of a recipe: its key, where its value stands, what it may be, what it means.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "deepboltz/learn/schedule.h"
#include "deepboltz/unit/unit.h"

namespace deepboltz {

// The numbers that a field, or each number of a list, may take.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool above_low = false;   // low itself is excluded
  bool below_high = false;  // high itself is excluded

  bool hold(double x) const { return (above_low ? x > low : x >= low) && (below_high ? x < high : x <= high); }
};

inline constexpr Bounds kAny{};
inline constexpr Bounds kFromZero{.low = 0};
inline constexpr Bounds kFromOne{.low = 1};
inline constexpr Bounds kAboveZero{.low = 0, .above_low = true};
inline constexpr Bounds kZeroToOne{.low = 0, .high = 1};
inline constexpr Bounds kZeroToBelowOne{.low = 0, .high = 1, .below_high = true};
inline constexpr Bounds kAboveZeroToOne{.low = 0, .high = 1, .above_low = true};

// One of several names.
struct Choice {
  std::vector<std::string_view> names;
  std::function<std::size_t()> get;
  std::function<void(std::size_t)> set;
};

// A list of numbers that is not stored as one. `set` returns false where the length does not fit what is there.
struct NumberList {
  std::function<std::vector<double>()> get;
  std::function<bool(const std::vector<double>&)> set;
};

using Slot = std::variant<bool*, int*, std::int64_t*, std::uint64_t*, double*, std::string*, std::vector<std::int64_t>*,
                          std::vector<double>*, Schedule*, Unit*, Choice, NumberList>;

struct Field {
  std::string key;  // "train.rate", "pretrain.stage[0].rate"
  Slot slot;        // points into the recipe that the list of fields was made for
  Bounds bounds;    // of numbers
  std::string meaning;
};

std::string describe(const Bounds& bounds);  // "from 1", "above 0", "from 0 to below 1"; empty for any number
std::string expected(const Field& field);    // "a whole number from 1", "one of none, sample"
std::string toml(const Field& field);        // its value, as it stands in a recipe

}  // namespace deepboltz
