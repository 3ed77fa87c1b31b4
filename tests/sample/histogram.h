// How far the joint states of many independent chains are from an enumerated distribution, and how far chance alone
// puts them.
#pragma once

#include <unordered_map>

#include "tests/model/brute_force.h"

namespace deepboltz::testing {

// The values of a joint state, from −1 to 3, as the digits of a number (a hash above 26 columns).
inline std::uint64_t code_of(const Joint& x) {
  std::uint64_t code = 1;
  for (const auto& layer : x)
    for (double value : layer) code = 5 * code + std::uint64_t(value + 1);
  return code;
}

inline std::uint64_t code_of(const State& state, std::int64_t row) {
  std::uint64_t code = 1;
  for (const Tensor& layer : state.layers)
    visit_real(layer.dtype(), [&](auto real) {
      const auto* x = layer.as<decltype(real)>().row(row);
      for (std::int64_t u = 0; u < layer.cols(); ++u) code = 5 * code + std::uint64_t(x[u] + 1);
    });
  return code;
}

// ½ Σ |frequency − p|
inline double total_variation(const State& chains, const std::vector<Joint>& states, const std::vector<double>& p) {
  std::unordered_map<std::uint64_t, std::size_t> index;
  for (std::size_t s = 0; s < states.size(); ++s) index.emplace(code_of(states[s]), s);
  std::vector<double> seen(states.size(), 0.0);
  double elsewhere = 0;
  for (std::int64_t r = 0; r < chains.cases; ++r) {
    const auto found = index.find(code_of(chains, r));
    if (found == index.end())
      elsewhere += 1 / double(chains.cases);
    else
      seen[found->second] += 1 / double(chains.cases);
  }
  double distance = elsewhere;
  for (std::size_t s = 0; s < states.size(); ++s) distance += std::abs(seen[s] - p[s]);
  return distance / 2;
}

// What the total variation of `draws` independent draws stays below but for one time in 10⁹: its mean is at most
// ½ Σ √(p(1−p)/draws) (Jensen), and as one draw moves it by 1/draws at most, it exceeds its mean by t with probability
// exp(−2·draws·t²) at most (McDiarmid 1989).
inline double total_variation_floor(const std::vector<double>& p, std::int64_t draws) {
  double mean = 0;
  for (double q : p) mean += 0.5 * std::sqrt(std::max(0.0, q * (1 - q)) / double(draws));
  return mean + std::sqrt(std::log(1e9) / (2 * double(draws)));
}

}  // namespace deepboltz::testing
