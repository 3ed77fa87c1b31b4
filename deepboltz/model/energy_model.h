// A Boltzmann machine as a graph of layers:
//
//   E(x) = −Σ_l b_l·x_l − Σ_e x_pᵀ W_e x_q
//
// Layers hold their biases in the centred form a_l; b_l = a_l − Σ_e W_e o of the neighbours' offsets o. Moving offsets
// with b fixed changes nothing that this class returns. RBMs, label RBMs and DBMs are builders over it (model/build.h).
//
// The graph is coloured breadth-first when it is built: layers of one colour form a block, and are independent given
// the rest. Conditions are in none. Smolensky (1986); Salakhutdinov & Hinton (2009); docs/models/
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deepboltz/model/connection.h"
#include "deepboltz/model/target.h"

namespace deepboltz {

class EnergyModel final : public Target {
 public:
  explicit EnergyModel(DType precision = DType::f32);

  // InputError: duplicate or empty name, no units, units that a softmax's classes do not divide.
  LayerId add(std::string name, Unit unit, std::int64_t units, Role role = Role::hidden);
  // A connection with zero weights. InputError: unknown layer, a layer with itself, a pair connected before, two
  // Gaussian layers of which none is a condition.
  int connect(LayerId lower, LayerId upper);
  int connect(LayerId lower, LayerId upper, Tensor weight);

  EnergyModel clone() const;
  EnergyModel to(DType precision) const;

  DType precision() const override { return precision_; }
  const std::vector<Layer>& layers() const { return layers_; }
  std::vector<Layer>& layers() { return layers_; }
  const std::vector<Connection>& connections() const { return connections_; }
  std::vector<Connection>& connections();  // to change them: their integers, if there are any, go
  const Layer& layer(LayerId id) const { return layers_[std::size_t(id.index)]; }
  Layer& layer(LayerId id) { return layers_[std::size_t(id.index)]; }
  std::int64_t parameters() const;  // biases and weights, offsets not counted

  int variables() const override { return int(layers_.size()); }
  const Variable& variable(LayerId id) const override { return layer(id); }
  int blocks() const override { return blocks_; }
  int block(LayerId id) const override { return colours_[std::size_t(id.index)]; }

  State make_state(Context& ctx, std::int64_t cases) const override;
  void sample_block(Context& ctx, int block, const Tempering& tempering, Key key, State& state) const override;
  void energy(Context& ctx, const State& state, std::span<double> energy) const override;
  void log_weight(Context& ctx, const State& state, const Tempering& tempering, int summed,
                  std::span<double> out) const override;
  void log_weight_change(Context& ctx, State& state, const Tempering& from, const Tempering& to, int summed,
                         std::optional<Key> draw, std::span<double> out) const override;
  void log_weight_change(Context& ctx, State& state, const Tempering& from, const Tempering& to, int summed,
                         const std::function<void()>& move_levels, Key draw, std::span<double> out) const override;
  void log_z_base(Context& ctx, const State& state, const std::vector<Tensor>* base,
                  std::span<double> out) const override;

  // Whether a joint energy has these conditionals: not with a factor of pretraining other than 1, nor with units
  // without a normaliser. require_…: InputError that names the layer.
  bool has_energy() const override;
  void require_energy(std::string_view who) const override;
  void require_no_factors(std::string_view who) const;  // of pretraining

 private:
  void colour();

  DType precision_;
  std::vector<Layer> layers_;
  std::vector<Connection> connections_;
  std::vector<int> colours_;
  int blocks_ = 0;
};

}  // namespace deepboltz
