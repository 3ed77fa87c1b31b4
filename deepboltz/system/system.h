// What a run leaves: named parts, and the word that says how they belong together.
//
//   RBM, DBM, Potts, documents    model, recognition where a DBM learnt one, and classifier where one was fine-tuned
//   recommender                   model
//   several parts of a case       model
#pragma once

#include <map>
#include <string>
#include <variant>

#include "deepboltz/data/cases.h"
#include "deepboltz/model/energy_model.h"
#include "deepboltz/stack/network.h"

namespace deepboltz {

using Part = std::variant<EnergyModel, Network, Tensor>;

struct System {
  std::string kind;                               // a word of the table of kinds (system/kind.h)
  std::map<std::string, Part> parts = {};         // none before pretraining has joined its machines
  std::map<std::string, Meaning> columns = {};    // what the columns of its cases stand for
  std::map<std::string, std::string> notes = {};  // recipe, data, from: texts that travel along, not interpreted here
  int format = 0;                                 // of the file that it was read from
};

// The part of that name and type; nullptr: there is none.
template <class T> const T* find_part(const System& system, const std::string& name) {
  const auto found = system.parts.find(name);
  return found == system.parts.end() ? nullptr : std::get_if<T>(&found->second);
}
template <class T> T* find_part(System& system, const std::string& name) {
  return const_cast<T*>(find_part<T>(std::as_const(system), name));
}
// InputError: there is none.
template <class T> const T& part(const System& system, const std::string& name) {
  const T* found = find_part<T>(system, name);
  require(found != nullptr, "a system of kind '{}' has no part '{}' yet", system.kind, name);
  return *found;
}
template <class T> T& part(System& system, const std::string& name) {
  return const_cast<T&>(part<T>(std::as_const(system), name));
}

// The note of that name; empty: there is none.
std::string note_of(const System& system, const std::string& name);

// What the column's numbers stand for; nothing where the system does not say.
const Meaning& meaning_of(const System& system, const std::string& column);

// Every number of every part in that type. The second: machines in integers of `bits` bits (model/quantised.h).
void convert_parts(System& system, DType precision);
void quantise_parts(Context& ctx, System& system, int bits);
std::int64_t parameters_of(const System& system);

}  // namespace deepboltz
