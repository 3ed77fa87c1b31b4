// Compares ways of doing one thing in the same run, turn by turn, so that a change of the machine's mood meets all of
// them alike.
#pragma once

#include <functional>
#include <vector>

namespace deepboltz::bench {

// The seconds that one call of each way takes: the best of its turns. In a turn a way is called once to warm up, after
// a pause in which other libraries' threads stop spinning, and then for at least `turn_seconds`.
std::vector<double> alternate(const std::vector<std::function<void()>>& ways, int turns = 7,
                              double turn_seconds = 0.02);

}  // namespace deepboltz::bench
