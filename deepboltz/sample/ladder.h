// Ladders of inverse temperatures, from the hottest to 1 (the model).
#pragma once

#include <vector>

namespace deepboltz {

// 0, 1/steps, …, 1.    steps ≥ 1
std::vector<double> uniform_ladder(int steps);

// The spacing of Salakhutdinov & Murray's released RBM code: of 14,500 steps 500 to 0.5, 4,000 to 0.9, 10,000 to 1;
// other numbers of steps in the same proportion.
std::vector<double> three_part_ladder(int steps);

// InputError unless strictly increasing from 0 to 1.
void require_ladder(const std::vector<double>& ladder);

// So many temperatures, evenly from `lowest` to 1.    levels ≥ 2, 0 ≤ lowest < 1
std::vector<double> even_levels(int levels, double lowest);

// InputError unless strictly increasing, from 0 or above to 1: what samplers climb. One level, of 1, is a ladder too.
void require_levels(const std::vector<double>& ladder);

}  // namespace deepboltz
