#include "deepboltz/learn/tempered_chains.h"

#include <algorithm>

#include "deepboltz/sample/barrier.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"
#include "deepboltz/sample/length_exchange.h"
#include "deepboltz/sample/simulated_tempering.h"
#include "deepboltz/sample/tempered_transitions.h"
#include "deepboltz/sample/trajectory_tempering.h"

namespace deepboltz {
namespace {

using Kind = ChainSampler::Kind;

int last_block(const EnergyModel& model) { return model.blocks() - 1; }

ParallelTempering parallel(const EnergyModel& model, const TemperedChains& tempered, int rounds) {
  return {.ladder = tempered.ladder, .base = &tempered.base, .summed = last_block(model), .rounds = rounds};
}

SimulatedTempering simulated(const EnergyModel& model, const TemperedChains& tempered) {
  constexpr double kLeastGain = 0.01;  // nats an update: the weights follow a model that moves
  return {.ladder = tempered.ladder, .base = &tempered.base, .summed = last_block(model), .least_gain = kLeastGain};
}

// Independent units with the base rates: the model without its connections.
EnergyModel independent(const EnergyModel& model, const std::vector<Tensor>& base) {
  EnergyModel machine = model.clone();
  for (LayerId id : machine.ids()) {
    machine.layer(id).bias = base[std::size_t(id.index)].clone();
    machine.layer(id).offset = {};
  }
  for (Connection& c : machine.connections()) c.weight = Tensor(model.precision(), c.weight.rows(), c.weight.cols());
  return machine;
}

// The machine, but the first, whose neighbours would swap most without it, goes.
void drop_machine(TemperedChains& tempered) {
  std::size_t least = 1;
  const auto ease = [&](std::size_t m) { return tempered.accepted[m - 1] * tempered.accepted[m]; };
  for (std::size_t m = 2; m < tempered.machines.size(); ++m)
    if (ease(m) > ease(least)) least = m;
  const auto at = std::ptrdiff_t(least);
  tempered.accepted[least - 1] = ease(least);
  tempered.accepted.erase(tempered.accepted.begin() + at);
  tempered.machines.erase(tempered.machines.begin() + at);
  tempered.machine_chains.erase(tempered.machine_chains.begin() + at);
}

void follow_trajectory(Context& ctx, const EnergyModel& model, const Negative& negative, int sweeps, Key key,
                       State& chains, TemperedChains& tempered) {
  if (tempered.accepted.back() < negative.sampler.least_acceptance) {
    tempered.machines.push_back(model.clone());
    tempered.machine_chains.push_back(chains.clone());
    tempered.accepted.push_back(1);
    if (int(tempered.machines.size()) >= negative.sampler.levels) drop_machine(tempered);
    tempered.record = {};
  }
  std::vector<const Target*> machines;
  std::vector<State*> states;
  for (std::size_t m = 0; m < tempered.machines.size(); ++m) {
    machines.push_back(&tempered.machines[m]);
    states.push_back(&tempered.machine_chains[m]);
  }
  machines.push_back(&model);
  states.push_back(&chains);
  SwapRecord record;
  advance(ctx, TrajectoryTempering{machines, last_block(model), sweeps}, key, states, tempered.round, record);
  tempered.record.begin(record.attempts.size());
  for (std::size_t i = 0; i < record.attempts.size(); ++i) {
    tempered.record.rejection[i] += record.rejection[i];
    tempered.record.attempts[i] += record.attempts[i];
    if (record.attempts[i] == 0) continue;
    // The machines stand still and their acceptance is averaged; the model moves on, and only the newest tells.
    constexpr double kMemory = 0.95;
    const double memory = i + 1 < record.attempts.size() ? kMemory : 0;
    tempered.accepted[i] = memory * tempered.accepted[i] + (1 - memory) * (1 - record.mean_rejection()[i]);
  }
}

}  // namespace

TemperedChains make_tempered_chains(Context& ctx, const EnergyModel& model, const Negative& negative) {
  TemperedChains tempered;
  const ChainSampler& sampler = negative.sampler;
  if (sampler.kind == Kind::gibbs) return tempered;
  for (const Layer& layer : model.layers()) tempered.base.emplace_back(model.precision(), 1, layer.units);
  if (sampler.kind != Kind::trajectory && sampler.kind != Kind::length_exchange)
    tempered.ladder = even_levels(sampler.levels, sampler.lowest);
  start_tempered_chains(ctx, model, negative, {}, model.make_state(ctx, negative.chains), tempered);
  return tempered;
}

void start_tempered_chains(Context& ctx, const EnergyModel& model, const Negative& negative, Key key,
                           const State& chains, TemperedChains& tempered) {
  const Kind kind = negative.sampler.kind;
  if (kind == Kind::parallel_tempering) {
    const std::int64_t levels = negative.sampler.levels;
    tempered.replicas = start_replicas(ctx, model, parallel(model, tempered, 1), chains.cases, key);
    for (std::int64_t c = 0; c < chains.cases; ++c)
      copy_row(chains, c, tempered.replicas.rows, c * levels + levels - 1);
  } else if (kind == Kind::cast) {
    tempered.replicas = start_particles(ctx, model, simulated(model, tempered), chains.cases, key);
  } else if (kind == Kind::trajectory) {
    tempered.machines.clear();
    tempered.machine_chains.clear();
    tempered.machines.push_back(independent(model, tempered.base));
    tempered.machine_chains.push_back(model.make_state(ctx, chains.cases));
    draw_base(ctx, model, &tempered.base, key, tempered.machine_chains[0]);
    tempered.accepted.assign(1, 1.0);
  }
}

void begin_epoch(const Negative& negative, TemperedChains& tempered) {
  const bool tried = std::ranges::all_of(tempered.record.attempts, [](double tries) { return tries > 0; });
  if (negative.sampler.kind == Kind::parallel_tempering && tried && !tempered.record.attempts.empty())
    tempered.ladder = respace_ladder(tempered.ladder, tempered.record.mean_rejection(), int(tempered.ladder.size()));
  tempered.record = {};
}

bool move_chains(Context& ctx, const EnergyModel& model, const Negative& negative, int sweeps, std::int64_t update,
                 Key key, State& chains, TemperedChains& tempered) {
  switch (negative.sampler.kind) {
    case Kind::gibbs:
      return false;
    case Kind::parallel_tempering:
      if (update % negative.sampler.every != 0) return false;
      give_coldest(chains, negative.sampler.levels, tempered.replicas);
      advance(ctx, model, parallel(model, tempered, sweeps), key, tempered.replicas, tempered.record);
      take_coldest(tempered.replicas, negative.sampler.levels, chains);
      return true;
    case Kind::tempered_transitions:
      if (update % negative.sampler.every == 0)
        advance(ctx, model,
                TemperedTransitions{.ladder = tempered.ladder, .base = &tempered.base, .summed = last_block(model)},
                key, chains, tempered.record);
      return false;
    case Kind::cast:
      advance(ctx, model, simulated(model, tempered), key, tempered.replicas, tempered.record);
      exchange(tempered.replicas, negative.sampler.levels, chains);
      return false;
    case Kind::trajectory:
      if (update % negative.sampler.every != 0) return false;
      follow_trajectory(ctx, model, negative, sweeps, key, chains, tempered);
      return true;
    case Kind::length_exchange:
      if (update % negative.sampler.every != 0) return false;
      advance(
          ctx, model,
          LengthExchange{.levels = negative.sampler.levels, .words = model.block(model.visible()), .rounds = sweeps},
          key, chains, tempered.round, tempered.record);
      return true;
  }
  return false;
}

}  // namespace deepboltz
