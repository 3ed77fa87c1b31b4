// What the kinds of a schedule are called in a recipe, in the order of Schedule::Kind.
#pragma once

#include <array>
#include <string_view>

namespace deepboltz {

inline constexpr std::array<std::string_view, 5> kScheduleNames{"constant", "step", "linear", "geometric",
                                                                "per-update"};

}  // namespace deepboltz
