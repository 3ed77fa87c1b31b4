// What a recipe of a stack says: machines that are trained one on the other, and what is then made of them.
//
//   autoencoder   a network up to a code and down again, fine-tuned to give its input back; with noise on a code of
//   bits
//                 the codes become addresses (semantic hashing)
//   belief-net    directed layers over the last machine (a deep belief net), fine-tuned by up-down, or as a classifier
#pragma once

#include "deepboltz/estimate/belief_net_bound.h"
#include "deepboltz/estimate/log_z.h"
#include "deepboltz/learn/up_down.h"
#include "deepboltz/setting/refuse.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

enum class StackForm : std::uint8_t { autoencoder, belief_net };

struct UpDownRecipe {
  std::int64_t epochs = 100;
  double average = 0;  // as that of FinetuneRecipe
  UpDownOptions options;
};

// Of a belief net: log Z of its top, and the bound.
struct StackEvaluateRecipe {
  LogZOptions log_z;
  BeliefNetBoundOptions bound;
};

struct StackRecipe final : LayeredRecipe {
  StackRecipe();

  StackForm form = StackForm::autoencoder;
  Unit top_unit = Bernoulli{};
  std::optional<UpDownRecipe> up_down;
  std::optional<FinetuneRecipe> finetune;
  StackEvaluateRecipe evaluate;

  bool needs_classes() const override {
    return LayeredRecipe::needs_classes() || (form == StackForm::belief_net && finetune);
  }
};

void stack_settings(Section top, StackRecipe& recipe);
void require_consistent(const StackRecipe& recipe, const Refuse& refuse);

}  // namespace deepboltz
