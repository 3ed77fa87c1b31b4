// The Robust Boltzmann machine: a clean picture, a mask, and what is observed of the one through the other.
//
//   hidden1 – clean ┐
//                   gate – observed
//   g – mask ───────┘
//
// The clean half is a Gaussian machine of any depth, the mask's half a binary one. Clean value, mask and observed value
// of a pixel are drawn together given the hidden layers (pixel_law.h), hence the machine has as many blocks as its
// deeper half, and every sampler and estimator of a Target takes it. Tang, Salakhutdinov & Hinton (2012).
// docs/models/robust.md
#pragma once

#include "deepboltz/model/energy_model.h"
#include "deepboltz/system/robust/gate.h"

namespace deepboltz {

// What is known of the light of cases: their observed pixels with gain and offset taken out (exposure.h). Empty: none.
struct Exposure {
  ConstMatrix corrected = {};             // (cases, pixels), states of the clean layer
  std::span<const double> log_gain = {};  // one a case
};

// What a draw of the pixels is made from. Empty ones are not asked for.
struct PixelMeans {
  Matrix clear = {};             // (cases, pixels): p(s = 1 | hidden layers, ṽ)
  Matrix clean = {};             // (cases, pixels): E[v | hidden layers, ṽ]
  Matrix squares = {};           // (cases, pixels): E[s(v − ṽ)² | hidden layers, ṽ]
  std::span<double> log_p = {};  // one a case: log p(ṽ | hidden layers)
};

class RobustMachine final : public Target {
 public:
  // Copies of the two halves. InputError: the face's visible layer is not Gaussian or is whitened, the mask's is not
  // binary, they and the gate are of different sizes, or one of the halves has labels, conditions or several visible
  // layers.
  RobustMachine(const EnergyModel& face, const EnergyModel& mask, Gate gate);

  const Gate& gate() const { return gate_; }
  Gate& gate() { return gate_; }
  LayerId clean() const { return {0}; }
  LayerId mask() const { return mask_; }
  LayerId observed() const { return observed_; }
  std::int64_t pixels() const { return gate_.pixels(); }

  // The two halves beside each other, without the gate. The mask's layers and connections come after the face's, in
  // their order.
  const EnergyModel& halves() const { return halves_; }
  // Takes the parameters of a machine like the mask's half.
  void set_mask(Context& ctx, const EnergyModel& mask);

  DType precision() const override { return halves_.precision(); }
  int variables() const override { return halves_.variables(); }
  const Variable& variable(LayerId id) const override { return halves_.variable(id); }
  int blocks() const override { return halves_.blocks(); }
  int block(LayerId id) const override { return halves_.block(id); }
  bool has_energy() const override { return halves_.has_energy(); }
  void require_energy(std::string_view who) const override { halves_.require_energy(who); }

  State make_state(Context& ctx, std::int64_t cases) const override { return halves_.make_state(ctx, cases); }
  void sample_block(Context& ctx, int block, const Tempering& tempering, Key key, State& state) const override;
  // Draws the layers of the block that are no pixels.
  void sample_hidden(Context& ctx, int block, Key key, State& state) const { draw_hidden(ctx, block, {}, key, state); }
  // Draws the pixels given the hidden layers, and says what from. `exposure`: where all of the observed layer is
  // clamped.
  void sample_pixels(Context& ctx, Key key, State& state, const PixelMeans& means, const Exposure& exposure = {}) const;
  // The best q(v, s) of every pixel given means of the hidden layers, into the clean and the mask layer as means; the
  // observed layer is clamped. log_sum, one a case: Σ over pixels of the log of q's normaliser.
  void mean_pixels(Context& ctx, State& state, std::span<double> log_sum, const Exposure& exposure = {}) const;

  // Of states, not of means: the gate is no linear function of v.
  void energy(Context& ctx, const State& state, std::span<double> energy) const override;
  void log_weight(Context& ctx, const State& state, const Tempering& tempering, int summed,
                  std::span<double> out) const override;
  void log_weight_change(Context& ctx, State& state, const Tempering& from, const Tempering& to, int summed,
                         std::optional<Key> draw, std::span<double> out) const override;
  void log_z_base(Context& ctx, const State& state, const std::vector<Tensor>* base,
                  std::span<double> out) const override;

 private:
  bool is_pixel(LayerId id) const { return id == clean() || id == mask_ || id == observed_; }
  void draw_hidden(Context& ctx, int block, const Tempering& tempering, Key key, State& state) const;
  void draw_pixels(Context& ctx, const Tempering& tempering, Key key, State& state, const PixelMeans& means,
                   const Exposure& exposure) const;
  void add_gate(Context& ctx, const State& state, const Tempering& tempering, int summed, double sign,
                std::span<double> sum) const;

  Gate gate_;
  EnergyModel halves_;
  LayerId mask_, observed_;
  int first_of_mask_ = 0;  // of its connections
};

}  // namespace deepboltz
