#include "deepboltz/stack/posterior_classifier.h"

#include <cmath>

#include "tests/stack/toy_network.h"
#include <gtest/gtest.h>

#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

// A machine of random parameters and, if `centred`, offsets.
EnergyModel machine(const std::vector<std::int64_t>& hidden, std::int64_t classes = 0, bool centred = false) {
  EnergyModel model = dbm(6, hidden, {.precision = DType::f64, .classes = classes});
  initialise_weights(model, 0.5, Key{11});
  for (LayerId id : model.ids()) {
    Layer& layer = model.layer(id);
    layer.bias = toy::random_tensor(DType::f64, 1, layer.units, 0.5, Key{12}.fold(std::uint64_t(id.index)));
    if (centred)
      layer.offset = toy::random_tensor(DType::f64, 1, layer.units, 0.3, Key{13}.fold(std::uint64_t(id.index)));
  }
  return model;
}

const std::vector<std::vector<std::int64_t>> kDepths{{4}, {5, 3}, {5, 4, 3}};

// Posterior means of all hidden layers of a chain without labels given v, by mean field to its fixed point; q[0] is v.
std::vector<std::vector<double>> mean_field(const EnergyModel& model, std::vector<double> v) {
  std::vector<std::vector<double>> q{std::move(v)};
  for (LayerId id : model.ids(Role::hidden)) q.emplace_back(std::size_t(model.layer(id).units), 0.5);
  const auto weight = [&](std::size_t k) -> const Tensor& { return model.connections()[k].weight; };
  for (int sweep = 0; sweep < 500; ++sweep)
    for (std::size_t k = 1; k < q.size(); ++k)
      for (std::size_t j = 0; j < q[k].size(); ++j) {
        double field = model.layers()[k].bias.at(0, std::int64_t(j));
        for (std::size_t i = 0; i < q[k - 1].size(); ++i)
          field += q[k - 1][i] * weight(k - 1).at(std::int64_t(i), std::int64_t(j));
        if (k + 1 < q.size())
          for (std::size_t i = 0; i < q[k + 1].size(); ++i)
            field += q[k + 1][i] * weight(k).at(std::int64_t(j), std::int64_t(i));
        q[k][j] = 1 / (1 + std::exp(-field));
      }
  return q;
}

TEST(PosteriorClassifier, ItsHiddenLayersStartAsThePosteriorMeans) {
  Context ctx;
  for (const auto& hidden : kDepths) {
    const EnergyModel model = machine(hidden);
    const Network network = posterior_classifier(ctx, model, {.classes = 3, .key = Key{14}});
    const auto q = mean_field(model, {0, 1, 1, 0.5, 0, 1});
    std::vector<Tensor> inputs;
    for (std::size_t k = 0; k < q.size(); ++k) {
      if (k == 1) continue;
      inputs.emplace_back(DType::f64, 1, std::int64_t(q[k].size()));
      std::copy(q[k].begin(), q[k].end(), inputs.back().as<double>().data);
    }
    ScratchScope scope(ctx);
    const std::vector<std::uint32_t> row{0};
    const Examples cases{{inputs.begin(), inputs.end()}, {}};
    const auto activations = forward(ctx, network, network.layers.size(), cases, row, {}, scope);
    for (std::size_t k = 1; k < q.size(); ++k)
      for (std::size_t j = 0; j < q[k].size(); ++j)
        EXPECT_NEAR(activations.seen[k].as<double>()(0, std::int64_t(j)), q[k][j], 1e-12);
  }
}

// Whatever it is shown as posterior: with output = labels the classes are the mean of the machine's own label layer,
// given the means that the network computes.
TEST(PosteriorClassifier, FromTheLabelLayerItSaysWhatTheLabelSays) {
  Context ctx;
  constexpr std::int64_t kCases = 5, kClasses = 3;
  for (const auto& hidden : kDepths)
    for (const bool centred : {false, true}) {
      const EnergyModel model = machine(hidden, kClasses, centred);
      const Network network = posterior_classifier(ctx, model, {.classes = kClasses, .from_labels = true});
      std::vector<Tensor> inputs;
      inputs.push_back(toy::random_tensor(DType::f64, kCases, 6, 1, Key{15}));
      for (std::size_t k = 1; k < hidden.size(); ++k)
        inputs.push_back(toy::random_tensor(DType::f64, kCases, hidden[k], 1, Key{15}.fold(k)));
      const Examples cases{{inputs.begin(), inputs.end()}, {}};
      State state = model.make_state(ctx, kCases);
      layer_means(ctx, network, hidden.size() - 1, cases, state.x(model.ids(Role::hidden).back()));
      Tensor label(DType::f64, kCases, kClasses), classes(DType::f64, kCases, kClasses);
      mean_layer(ctx, model, *model.find(Role::label), state, {}, label);
      class_log_probabilities(ctx, network, cases, classes);
      for (std::int64_t r = 0; r < kCases; ++r)
        for (std::int64_t y = 0; y < kClasses; ++y)
          EXPECT_NEAR(std::exp(classes.at(r, y)), label.at(r, y), 1e-14) << hidden.size() << centred;
    }
}

TEST(PosteriorClassifier, RefusesALabelLayerThatIsNotThereOrDoesNotFit) {
  Context ctx;
  const auto from = [&](const EnergyModel& model, std::int64_t classes) {
    return posterior_classifier(ctx, model, {.classes = classes, .from_labels = true});
  };
  EXPECT_THROW(from(machine({5, 3}), 4), InputError);
  EXPECT_THROW(from(machine({5, 3}, 3), 4), InputError);
  EXPECT_NO_THROW(from(machine({5, 3}, 4), 4));
  EXPECT_THROW(posterior_classifier(ctx, machine({5, 3}), {.classes = 1}), InputError);
}

}  // namespace
}  // namespace deepboltz
