#include "deepboltz/system/robust/robust_parts.h"

namespace deepboltz {
Gate gate_of(const System& system) {
  const Tensor& noise = part<Tensor>(system, "noise");
  require(noise.rows() == 3, "noise: expected rows of γ², λ and b, got {} rows", noise.rows());
  const std::string word = note_of(system, "gate");
  require(word == "product" || word == "competing", "gate: expected 'product' or 'competing', got '{}'", word);
  Gate gate = uniform_gate(word == "product" ? Gate::Kind::product : Gate::Kind::competing, noise.dtype(), noise.cols(),
                           1, 1, 0);
  for (std::int64_t i = 0; i < noise.cols(); ++i) {
    gate.strength.set(0, i, noise.at(0, i));
    gate.precision.set(0, i, noise.at(1, i));
    gate.mean.set(0, i, noise.at(2, i));
  }
  require_gate(gate);
  return gate;
}

void put_gate(const Gate& gate, System& system) {
  Tensor noise(gate.strength.dtype(), 3, gate.pixels());
  for (std::int64_t i = 0; i < gate.pixels(); ++i) {
    noise.set(0, i, gate.strength.at(0, i));
    noise.set(1, i, gate.precision.at(0, i));
    noise.set(2, i, gate.mean.at(0, i));
  }
  system.parts.insert_or_assign("noise", std::move(noise));
  system.notes["gate"] = gate.kind == Gate::Kind::product ? "product" : "competing";
}

RobustMachine robust_machine_of(const System& system) {
  return {part<EnergyModel>(system, "face"), part<EnergyModel>(system, "mask"), gate_of(system)};
}

PictureScale picture_scale_of(const System& system) {
  return picture_scale(part<EnergyModel>(system, "face"), kPictureRms);
}

}  // namespace deepboltz
