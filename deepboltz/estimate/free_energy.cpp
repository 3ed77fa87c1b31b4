#include "deepboltz/estimate/free_energy.h"

namespace deepboltz {

int hidden_block(const Target& model, std::string_view who) {
  int hidden = kNoBlock;
  for (LayerId id : model.ids())
    if (model.variable(id).role == Role::hidden) hidden = model.block(id);
  for (LayerId id : model.ids())
    require((model.variable(id).role == Role::hidden) == (model.block(id) == hidden),
            "{} needs a model whose hidden layers are one block and whose other layers are not in it", who);
  return hidden;
}

void require_known_words(const Target& model, const State& state) {
  for (LayerId id : model.ids())
    require(!std::holds_alternative<Counts>(model.variable(id).unit) || state.mask(id).empty(),
            "free energy: '{}' has words that are not known, which hidden units do not sum out",
            model.variable(id).name);
}

void negative_free_energy(Context& ctx, const Target& model, const State& state, std::span<double> out,
                          SentMemory* sent) {
  require_known_words(model, state);
  model.log_weight(ctx, state, {.sent = sent}, hidden_block(model, "free energy"), out);
}

Estimate mean_log_p(std::span<const double> negative_free_energies, const Estimate& log_z) {
  return difference(mean_estimate(negative_free_energies), log_z);
}

}  // namespace deepboltz
