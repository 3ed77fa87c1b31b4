// Machines with rectified linear units have no normaliser: every estimate of one says so, and names the layer.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/estimate/raise.h"
#include "deepboltz/estimate/stepping_stones.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/io/safetensors.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/save.h"

namespace deepboltz {
namespace {

TEST(RectifiedLinear, HasNoEnergyAndNoEstimateOfOne) {
  Context ctx(1);
  const EnergyModel model = rbm(3, 2, {.hidden = Relu{}});
  EXPECT_FALSE(model.has_energy());
  EXPECT_TRUE(rbm(3, 2, {}).has_energy());
  State state = model.make_state(ctx, 4);
  state.clamp(model.visible());
  const std::vector<double> ladder = {0, 0.5, 1};
  std::vector<double> out(4);
  const std::pair<const char*, std::function<void()>> kAttempts[] = {
      {"energy", [&] { model.energy(ctx, state, out); }},
      {"log_weight", [&] { model.log_weight(ctx, state, {}, 1, out); }},
      {"log_weight_change", [&] { model.log_weight_change(ctx, state, {}, {}, 1, std::nullopt, out); }},
      {"log_z_base", [&] { model.log_z_base(ctx, state, nullptr, out); }},
      {"free energy", [&] { negative_free_energy(ctx, model, state, out); }},
      {"bound", [&] { variational_bound(ctx, model, {}, state, out); }},
      {"exact", [&] { exact_log_z(ctx, model); }},
      {"exact given", [&] { exact_log_z_given(ctx, model, state, {}, out); }},
      {"ais", [&] { ais_log_z(ctx, model, {.ladder = ladder, .runs = 3}); }},
      {"ais given", [&] { ais_log_z_given(ctx, model, state, {.ladder = ladder, .runs = 3}); }},
      {"reverse", [&] { reverse_ais_log_z(ctx, model, state, {.ladder = ladder, .runs = 3}); }},
      {"raise", [&] { raise_log_p(ctx, model, state, {.ladder = ladder, .runs = 3}); }},
      {"stepping stones", [&] { tempering_log_z(ctx, model, {.rounds = 4}); }},
      {"pseudo-likelihood", [&] { pseudo_log_likelihood(ctx, model, state, out); }},
  };
  for (const auto& [name, attempt] : kAttempts) {
    try {
      attempt();
      ADD_FAILURE() << name;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("'hidden1' is of relu units, whose draws have no normaliser"))
          << name;
    }
  }
}

TEST(RectifiedLinear, IsSavedAllTheSame) {
  const EnergyModel model = rbm(3, 2, {.visible = Relu{}, .hidden = Relu{}});
  Archive archive;
  add_model(model, "", archive);
  Archive bytes = parse_safetensors(make_safetensors(archive), "memory");
  EXPECT_EQ(take_model("", bytes).layers()[1].unit, Unit(Relu{}));
}

}  // namespace
}  // namespace deepboltz
