#include "deepboltz/model/energy_model.h"

#include <algorithm>
#include <deque>
#include <ranges>

#include "deepboltz/model/field.h"
#include "deepboltz/model/length.h"

namespace deepboltz {

EnergyModel::EnergyModel(DType precision) : precision_(precision) { DEEPBOLTZ_ASSERT(precision != DType::u8); }

LayerId EnergyModel::add(std::string name, Unit unit, std::int64_t units, Role role) {
  require(!name.empty() && name.find_first_of(" \t\n/") == std::string::npos,
          "add: a layer's name must be one word without '/', got '{}'", name);
  require(!find(name), "add: there is a layer '{}' already", name);
  require(units >= 1, "add: '{}' needs at least one unit, got {}", name, units);
  require(group_size(unit) >= 1 && units % group_size(unit) == 0,
          "add: '{}' has {} units, which {} classes do not divide", name, units, group_size(unit));
  const auto stretched = [](const Unit& u) {
    const auto* counts = std::get_if<Counts>(&u);
    return counts != nullptr && counts->extra > 0;
  };
  for (const Layer& l : layers_)
    require(!std::holds_alternative<Counts>(unit) || !std::holds_alternative<Counts>(l.unit) ||
                (!stretched(unit) && !stretched(l.unit)),
            "add: '{}' and '{}' both count words; extra words are for a machine with one such layer", l.name, name);
  layers_.push_back({{std::move(name), unit, units, role}, Tensor(precision_, 1, units), {}, {}, {}, {}, 1});
  colour();
  return {int(layers_.size()) - 1};
}

int EnergyModel::connect(LayerId lower, LayerId upper) {
  const auto known = [&](LayerId id) { return id.index >= 0 && id.index < int(layers_.size()); };
  require(known(lower) && known(upper), "connect: unknown layer");
  return connect(lower, upper, Tensor(precision_, layer(lower).units, layer(upper).units));
}

int EnergyModel::connect(LayerId lower, LayerId upper, Tensor weight) {
  const auto known = [&](LayerId id) { return id.index >= 0 && id.index < int(layers_.size()); };
  require(known(lower) && known(upper), "connect: unknown layer");
  require(lower != upper, "connect: '{}' cannot be connected with itself", layer(lower).name);
  for (const Connection& c : connections_)
    require(std::minmax(c.lower, c.upper) != std::minmax(lower, upper), "connect: '{}' and '{}' are connected already",
            layer(lower).name, layer(upper).name);
  const auto is_free_gaussian = [&](LayerId id) {
    return std::holds_alternative<Gaussian>(layer(id).unit) && layer(id).role != Role::condition;
  };
  require(!is_free_gaussian(lower) || !is_free_gaussian(upper),
          "connect: '{}' and '{}' are both of gaussian units: nothing keeps such a pair's energy from falling for ever",
          layer(lower).name, layer(upper).name);
  for (const auto& [here, other] : {std::pair{lower, upper}, std::pair{upper, lower}})
    if (const auto counted = counts_beside(*this, here); counted && counts_once_a_word(*this, other))
      throw InputError(
          fmt::format("connect: '{}' would touch two layers of counts, '{}' and '{}', and its biases have "
                      "the length of one",
                      layer(here).name, layer(*counted).name, layer(other).name));
  require(weight.rows() == layer(lower).units && weight.cols() == layer(upper).units,
          "connect: '{}' has {} units and '{}' has {}, but the weight is {} × {}", layer(lower).name,
          layer(lower).units, layer(upper).name, layer(upper).units, weight.rows(), weight.cols());
  connections_.push_back(
      {lower, upper, weight.dtype() == precision_ ? std::move(weight) : weight.to(precision_), 1, 1});
  colour();
  return int(connections_.size()) - 1;
}

void EnergyModel::colour() {
  constexpr int kNone = -1;
  colours_.assign(layers_.size(), kNone);
  for (LayerId id : ids(Role::condition)) colours_[std::size_t(id.index)] = kConditionBlock;
  blocks_ = 0;
  for (int start = 0; start < int(layers_.size()); ++start) {
    if (colours_[std::size_t(start)] != kNone) continue;
    std::deque<int> queue{start};
    while (!queue.empty()) {
      const int here = queue.front();
      queue.pop_front();
      if (colours_[std::size_t(here)] >= 0) continue;
      std::vector<bool> taken(layers_.size() + 1, false);
      for (const Connection& c : connections_) {
        if (c.lower.index != here && c.upper.index != here) continue;
        const int other = c.lower.index == here ? c.upper.index : c.lower.index;
        if (colours_[std::size_t(other)] >= 0)
          taken[std::size_t(colours_[std::size_t(other)])] = true;
        else if (colours_[std::size_t(other)] == kNone)
          queue.push_back(other);
      }
      const int free = int(std::ranges::find(taken, false) - taken.begin());
      colours_[std::size_t(here)] = free;
      blocks_ = std::max(blocks_, free + 1);
    }
  }
}

EnergyModel EnergyModel::clone() const { return to(precision_); }

EnergyModel EnergyModel::to(DType precision) const {
  EnergyModel copy(precision);
  for (const Layer& l : layers_)
    copy.layers_.push_back({l, l.bias.to(precision), l.offset.to(precision), l.shift.to(precision),
                            l.scale.to(precision), l.whitening.to(precision), l.bias_factor});
  for (const Connection& c : connections_)
    copy.connections_.push_back(
        {c.lower, c.upper, c.weight.to(precision), c.up, c.down, precision == precision_ ? c.integers : nullptr});
  copy.colours_ = colours_;
  copy.blocks_ = blocks_;
  return copy;
}

std::vector<Connection>& EnergyModel::connections() {
  for (Connection& c : connections_) c.integers.reset();
  return connections_;
}

std::int64_t EnergyModel::parameters() const {
  std::int64_t count = 0;
  for (const Layer& l : layers_) count += l.units;
  for (const Connection& c : connections_) count += c.weight.rows() * c.weight.cols();
  return count;
}

State EnergyModel::make_state(Context&, std::int64_t cases) const {
  require(cases >= 1, "a state needs at least one case, got {}", cases);
  State state;
  for (const Layer& l : layers_) state.layers.emplace_back(precision_, cases, l.units);
  state.clamped.resize(layers_.size());
  for (LayerId id : ids(Role::condition)) state.clamp(id);
  state.cases = cases;
  for (const Layer& l : layers_) {
    const bool counts = std::holds_alternative<Counts>(l.unit);
    state.length.emplace_back(counts ? std::size_t(cases) : 0, kNoLength);
  }
  return state;
}

void EnergyModel::sample_block(Context& ctx, int block, const Tempering& tempering, Key key, State& state) const {
  for (LayerId id : ids())
    if (this->block(id) == block && !state.is_clamped(id))
      sample_layer(ctx, *this, id, tempering, key, state, state.mask(id), state.x(id), {});
}

bool EnergyModel::has_energy() const {
  return std::ranges::all_of(layers_, [](const Layer& l) { return l.bias_factor == 1 && is_normalised(l.unit); }) &&
         std::ranges::all_of(connections_, [](const Connection& c) { return c.up == 1 && c.down == 1; });
}

void EnergyModel::require_energy(std::string_view who) const {
  require_no_factors(who);
  for (const Layer& l : layers_)
    require(is_normalised(l.unit),
            "{}: '{}' is of {} units, whose draws have no normaliser: no energy and no log-probability has them", who,
            l.name, name_of(l.unit));
}

void EnergyModel::require_no_factors(std::string_view who) const {
  for (const Layer& l : layers_)
    require(l.bias_factor == 1, "{}: '{}' has a pretraining factor on its bias: no joint energy has these conditionals",
            who, l.name);
  for (const Connection& c : connections_)
    require(c.up == 1 && c.down == 1, "{}: '{}'–'{}' has pretraining factors: no joint energy has these conditionals",
            who, layer(c.lower).name, layer(c.upper).name);
}

}  // namespace deepboltz
