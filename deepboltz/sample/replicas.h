// Rows of one batch at different temperatures of a ladder: one product serves all of them. Swaps exchange levels, not
// states.
#pragma once

#include "deepboltz/model/target.h"

namespace deepboltz {

struct Replicas {
  State rows;
  std::vector<int> level;  // of each row: its place on the ladder
  std::vector<int> trip;   // of each row: 0 at first, 1 since it was at the bottom, 2 since it then was at the top
  std::vector<double> log_weight;  // simulated tempering: log g of each level (Wang & Landau 2001); else empty
  std::int64_t round = 0;          // rounds behind it; even ones try the pairs (0, 1), (2, 3), …, odd ones the others
  SentMemory sent;                 // of the rows
};

// Sums of what moves over a ladder did, a pair of neighbouring levels each; records of several rounds add up.
struct SwapRecord {
  std::vector<double> rejection;  // Σ 1 − min(1, A), of the pair (i, i + 1)
  std::vector<double> attempts;
  std::int64_t round_trips = 0;  // bottom, top and bottom again, over all rows

  void begin(std::size_t pairs);               // makes room; keeps what is there if it has this number of pairs
  std::vector<double> mean_rejection() const;  // a pair; 1 where nothing was attempted
  double acceptance() const;                   // over all attempts; 0 without any
};

// The round trip of a row that is at `level` now: counted when it is back at the bottom.
void note_trip(int level, int top, int& trip, SwapRecord& record);

// Row `to` of `target` ← row `from` of `source`, in every layer.
void copy_row(const State& source, std::int64_t from, State& target, std::int64_t to);
void swap_rows(State& a, std::int64_t row_a, State& b, std::int64_t row_b);

}  // namespace deepboltz
