// All that samplers and estimators see of a model: blocks that can be drawn given the rest, energies, and the path
//
//   f_β(x) = ν(x) exp[ β·(−E(x)) + (1−β)·Σ base·x ]
//
// from independent units with biases `base` (β = 0) to the model (β = 1). ν is the units' own measure (1 but for
// binomial units), which no temperature touches. Neal (2001); Salakhutdinov & Murray (2008).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "deepboltz/model/sent_memory.h"
#include "deepboltz/model/state.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

struct Tempering {
  std::span<const double> beta = {};          // one a case; empty: 1 for all
  const std::vector<Tensor>* base = nullptr;  // (1 or cases, units) a layer, in the model's number type; null: zero
  SentMemory* sent = nullptr;                 // of the chain that is moved (sent_memory.h): spares work, changes no bit
};

inline constexpr int kNoBlock = -1;
inline constexpr int kConditionBlock = -2;  // of conditions: they are in no block that is drawn or summed out

class Target {
 public:
  virtual ~Target() = default;

  virtual DType precision() const = 0;
  // Its layers, numbered as those of a State.
  virtual int variables() const = 0;
  virtual const Variable& variable(LayerId id) const = 0;
  std::vector<LayerId> ids() const;
  std::vector<LayerId> ids(Role role) const;  // in the order of their numbers
  std::optional<LayerId> find(std::string_view name) const;
  std::optional<LayerId> find(Role role) const;  // the first layer of that role
  LayerId visible() const;                       // InputError if there is none

  virtual int blocks() const = 0;
  virtual int block(LayerId id) const = 0;
  std::vector<LayerId> block_layers(int block) const;
  int largest_block() const;  // the first of those with the most units
  // Whether the hidden layers are all of one block: then they are independent given the rest.
  bool hidden_is_one_block() const;

  // InputError that names the layer: with a condition every case has a log Z of its own.
  void require_unconditional(std::string_view who) const;

  // Whether a joint energy has these conditionals. require_…: InputError if none has.
  virtual bool has_energy() const = 0;
  virtual void require_energy(std::string_view who) const {
    require(has_energy(), "{}: no joint energy has the conditionals of this model", who);
  }

  virtual State make_state(Context& ctx, std::int64_t cases) const = 0;

  // Draws every free unit of the block given the rest. Each layer folds the key by its own number.
  virtual void sample_block(Context& ctx, int block, const Tempering& tempering, Key key, State& state) const = 0;

  // energy[case] ← E(x) without −log ν(x), of states or of means (the energy is multilinear).
  virtual void energy(Context& ctx, const State& state, std::span<double> energy) const = 0;

  // out[case] ← log f_β with the free units of block `summed` (or of none) summed out.
  virtual void log_weight(Context& ctx, const State& state, const Tempering& tempering, int summed,
                          std::span<double> out) const = 0;
  // out[case] ← log f_to − log f_from at the same state. With a key, the block `summed` is then drawn at `to`, as
  // sample_block draws it: one product serves both ends and the draw, which annealing does at every temperature.
  virtual void log_weight_change(Context& ctx, State& state, const Tempering& from, const Tempering& to, int summed,
                                 std::optional<Key> draw, std::span<double> out) const = 0;
  // The same change, then move_levels(), which looks at `out` and may move the temperatures behind `to`, then the draw
  // of the block `summed` at `to` as they are now: a move over the ladder, accepted or not, at the price of the sweep's
  // product.
  virtual void log_weight_change(Context& ctx, State& state, const Tempering& from, const Tempering& to, int summed,
                                 const std::function<void()>& move_levels, Key draw, std::span<double> out) const {
    log_weight_change(ctx, state, from, to, summed, std::nullopt, out);
    move_levels();
    sample_block(ctx, summed, to, draw, state);
  }
  // out[case] ← log Σ over free units of f_0, ν of the clamped ones included. A draw from f_0 is one sweep at β = 0.
  virtual void log_z_base(Context& ctx, const State& state, const std::vector<Tensor>* base,
                          std::span<double> out) const = 0;
};

}  // namespace deepboltz
