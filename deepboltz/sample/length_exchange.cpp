#include "deepboltz/sample/length_exchange.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kSwap, kSweep };

void require_levels(int levels) {
  require(levels >= 2, "length exchange: expected at least two levels, got {}", levels);
}

// By length, every ladder takes one of as many neighbours as there are ladders.
class Ladders {
 public:
  Ladders(const State& chains, int levels) : order_(std::size_t(chains.cases)) {
    count_ = std::max<std::size_t>(1, order_.size() / std::size_t(levels));
    std::iota(order_.begin(), order_.end(), std::size_t(0));
    const auto lengths = chains.lengths();
    std::ranges::stable_sort(order_, {}, [&](std::size_t row) { return lengths[row]; });
  }

  std::size_t rungs() const { return (order_.size() + count_ - 1) / count_; }

  // Calls f(below, above, rung) for the rows of the rungs rung and rung + 1 of every ladder, rung = first, first + 2, …
  template <class F> void each_pair(std::size_t first, F&& f) const {
    for (std::size_t rung = first; rung + 1 < rungs(); rung += 2)
      for (std::size_t at = rung * count_; at < (rung + 1) * count_ && at + count_ < order_.size(); ++at)
        f(order_[at], order_[at + count_], rung);
  }

 private:
  std::vector<std::size_t> order_;  // rows, the shortest document first
  std::size_t count_;               // of ladders
};

}  // namespace

State start_lengths(Context& ctx, const Target& target, int levels, double length, std::int64_t documents, Key key) {
  require_levels(levels);
  State rows = target.make_state(ctx, documents * levels);
  const auto lengths = rows.lengths();
  for (std::size_t r = 0; r < lengths.size(); ++r)
    lengths[r] = std::round(std::pow(length, double(r % std::size_t(levels)) / (levels - 1)));
  draw_base(ctx, target, nullptr, key, rows);
  return rows;
}

void advance(Context& ctx, const Target& target, const LengthExchange& how, Key key, State& chains, std::int64_t& round,
             SwapRecord& record) {
  require(!chains.lengths().empty(), "length exchange: it is for documents, and these chains have no lengths");
  require_levels(how.levels);
  const Ladders ladders(chains, how.levels);
  const auto lengths = chains.lengths();
  record.begin(ladders.rungs() - 1);
  std::vector<double> own(std::size_t(chains.cases)), partner(own.size());
  for (int r = 0; r < how.rounds; ++r, ++round) {
    const Key now = key.fold(std::uint64_t(r));
    const auto first = std::size_t(round % 2);
    const auto swap_lengths = [&](std::size_t a, std::size_t b, std::size_t) { std::swap(lengths[a], lengths[b]); };
    target.log_weight(ctx, chains, {.sent = how.sent}, how.words, own);
    ladders.each_pair(first, swap_lengths);
    target.log_weight(ctx, chains, {.sent = how.sent}, how.words, partner);
    ladders.each_pair(first, swap_lengths);
    ladders.each_pair(first, [&](std::size_t below, std::size_t above, std::size_t rung) {
      const double log_a = partner[below] - own[below] + partner[above] - own[above];
      record.rejection[rung] += log_a < 0 ? -std::expm1(log_a) : 0;
      ++record.attempts[rung];
      const double u = double(uniform(now.fold(kSwap), std::uint32_t(below), 0));
      if (std::log(u) < log_a) swap_rows(chains, std::int64_t(below), chains, std::int64_t(above));
    });
    tempered_sweep(ctx, target, {.sent = how.sent}, how.words, Order::forward, now.fold(kSweep), chains);
  }
}

}  // namespace deepboltz
