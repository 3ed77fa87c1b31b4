// One declared value of a recipe: its key, where it stands, what it may be, what it means. A declaration gives the keys
// of TOML files, the reference of the command, and later Python's keyword arguments and docstrings.
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

// A whole number that a recipe leaves open, so that it is chosen by the data; out of every setting's bounds. Other
// numbers, and the start of a schedule, are open where they are NaN.
inline constexpr std::int64_t kOpen = -1;

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

struct Setting {
  std::string key;  // "train.rate", "pretrain.stage[0].rate"
  Slot slot;        // points into the recipe that the list of settings was made for
  Bounds bounds;    // of numbers
  std::string meaning;
  bool decides = false;               // a choice: which further settings there are depends on it
  bool path = false;                  // a text that names a file
  bool number_too = false;            // a text that may be written as a whole number
  std::function<void()> before = {};  // sets what a text means that was written before there was the key; empty: the
                                      // default
};

// A table of a recipe that may be left out. Its settings exist once it is there.
struct OptionalTable {
  std::string key;
  std::function<bool()> there;
  std::function<void()> make;
};

// A list of tables: [[pretrain.stage]].
struct TableList {
  std::string key;
  std::size_t most;
  std::function<std::size_t()> count;
  std::function<void(std::size_t)> resize;
};

// What a recipe has, as far as it is there, in the order in which it is written.
struct Settings {
  std::vector<Setting> values;
  std::vector<OptionalTable> tables;
  std::vector<TableList> lists;
};

bool is_open(const Setting& setting);
std::string describe(const Bounds& bounds);    // "from 1", "above 0", "from 0 to below 1"; empty for any number
std::string expected(const Setting& setting);  // "a whole number from 1", "one of none, sample"

}  // namespace deepboltz
