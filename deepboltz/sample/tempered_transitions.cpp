#include "deepboltz/sample/tempered_transitions.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kHeat, kTop, kCool, kAccept };

}  // namespace

void advance(Context& ctx, const Target& target, const TemperedTransitions& how, Key key, State& chains,
             SwapRecord& record) {
  require_levels(how.ladder);
  require(how.summed >= 0 && how.summed < target.blocks(), "tempered transitions: there is no block {}", how.summed);
  const std::size_t cases = std::size_t(chains.cases), top = how.ladder.size() - 1;
  record.begin(1);
  record.attempts[0] += double(cases);
  if (top == 0) return;
  const std::uint64_t summed = std::uint64_t(how.summed);
  SentMemory sent;
  ScratchScope scope(ctx);
  std::vector<Matrix> before;
  for (const Tensor& x : chains.layers) {
    before.push_back(scope.matrix(x.dtype(), chains.cases, x.cols()));
    std::memcpy(before.back().data, x.data(), std::size_t(chains.cases * x.cols()) * size_of(x.dtype()));
  }
  std::vector<double> log_a(cases, 0.0), change(cases), here(cases, how.ladder[top]), there(cases);
  const auto move = [&](std::size_t level, Key sweep, Order order, bool last) {
    std::ranges::fill(there, how.ladder[level]);
    target.log_weight_change(ctx, chains, {here, how.base}, {there, how.base, &sent}, how.summed, sweep.fold(summed),
                             change);
    for (std::size_t r = 0; r < cases; ++r) log_a[r] += change[r];
    std::swap(here, there);
    if (!last) finish_sweep(ctx, target, {here, how.base, &sent}, how.summed, order, sweep, chains);
  };
  for (std::size_t level = top; level-- > 0;) move(level, key.fold(kHeat).fold(level), Order::forward, false);
  tempered_sweep(ctx, target, {here, how.base, &sent}, how.summed, Order::backward, key.fold(kTop), chains);
  for (std::size_t level = 1; level <= top; ++level)
    move(level, key.fold(kCool).fold(level), Order::backward, level == top);
  for (std::int64_t r = 0; r < chains.cases; ++r) {
    record.rejection[0] += log_a[std::size_t(r)] < 0 ? -std::expm1(log_a[std::size_t(r)]) : 0;
    const double u = double(uniform(key.fold(kAccept), std::uint32_t(chains.first_case + r), 0));
    if (std::log(u) < log_a[std::size_t(r)]) continue;
    for (std::size_t l = 0; l < before.size(); ++l) {
      const std::size_t bytes = std::size_t(before[l].cols) * size_of(before[l].dtype);
      std::memcpy(chains.layers[l].data() + std::size_t(r) * bytes, before[l].slice(r, 1).data, bytes);
    }
  }
}

}  // namespace deepboltz
