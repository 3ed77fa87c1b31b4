// Builders of the models of the field as layer graphs.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "deepboltz/model/layer_list.h"

namespace deepboltz {

struct BuildOptions {
  DType precision = DType::f32;
  std::int64_t classes = 0;  // > 0: a label layer of that many classes, attached to the top layer
  Unit visible = Bernoulli{}, hidden = Bernoulli{};
};

// A restricted Boltzmann machine: layers "visible", "hidden1" (and "label"). Smolensky (1986); docs/models/rbm.md
EnergyModel rbm(std::int64_t visible, std::int64_t hidden, BuildOptions options = {});

// A deep Boltzmann machine: "visible", "hidden1", "hidden2", … (and "label"). Salakhutdinov & Hinton (2009);
// docs/models/dbm.md
EnergyModel dbm(std::int64_t visible, std::span<const std::int64_t> hidden, BuildOptions options = {});
inline EnergyModel dbm(std::int64_t visible, std::initializer_list<std::int64_t> hidden, BuildOptions options = {}) {
  return dbm(visible, std::span(hidden.begin(), hidden.size()), options);
}

// One kind of data in a machine of several: its visible layer, and the hidden layers between it and the joint one.
struct Pathway {
  std::string name;  // of the visible layer; hidden layers are called name1, name2, …
  Unit visible = Bernoulli{};
  std::int64_t units = 0;
  std::vector<std::int64_t> hidden = {};  // from the bottom up; none: the visible layer is beside the joint one
};

// Several pathways that meet in a layer "joint", to which a label layer can be attached: the visible layers first, then
// the hidden ones pathway by pathway. A single one is a deep Boltzmann machine.
// Srivastava & Salakhutdinov (2012); docs/models/multimodal.md
LayerList listed_pathways(std::span<const Pathway> pathways, std::int64_t joint, BuildOptions options = {});
EnergyModel multimodal_dbm(std::span<const Pathway> pathways, std::int64_t joint, BuildOptions options = {});

// A copy without one layer and its connections: as if the layer sent no message.
EnergyModel without_layer(const EnergyModel& model, LayerId layer);

// Weights ~ N(0, scale²), biases and offsets zero. Never from exactly zero: hidden units would stay identical.
void initialise_weights(EnergyModel& model, double scale, Key key);

// The fields at which free units have about the given means, with `prior` cases added for the unit off and for the unit
// on (a softmax unit: for every class; counts: a word more of every kind), so that none is infinite: of a Bernoulli
// unit log p/(1−p), p = (mean·cases + prior)/(cases + 2·prior). means: (1, units); out: (1, units)
void base_rate_fields(const Unit& unit, ConstMatrix means, double cases, double prior, Matrix out);

}  // namespace deepboltz
