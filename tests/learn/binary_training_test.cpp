// What learning on integers promises. That it learns what floats learn is in tests/recipe/integer_parity_test.cpp.
#include "deepboltz/learn/binary_training.h"

#include <cmath>
#include <optional>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::same_bits;

constexpr std::int64_t kBatch = 100;

// Pictures of two crossing bars with grey edges, at random places.
const Tensor& pictures() {
  static const Tensor grey = [] {
    constexpr std::int64_t kCases = 1'500, kSide = 28;
    Tensor x(DType::u8, kCases, kSide * kSide);
    for (std::int64_t r = 0; r < kCases; ++r) {
      const auto place = [&](std::uint32_t k) {
        return std::int64_t(random_word(Key{1}, std::uint32_t(r), k) % kSide);
      };
      const std::int64_t across = place(0), down = place(1);
      for (std::int64_t i = 0; i < kSide * kSide; ++i) {
        const std::int64_t far = std::min(std::abs(i / kSide - across), std::abs(i % kSide - down));
        x.set(r, i, far <= 1 ? 255 : far == 2 ? 100 : 0);
      }
    }
    return x;
  }();
  return grey;
}

// at_once: as integers take them, not by floats; grey: not drawn from.
Source picture_source(bool at_once, std::uint32_t cases = 1'500, bool grey = false) {
  Source source;
  source.cases = cases;
  source.visible = {{[grey](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    binarise(ctx, grey ? Binarise::none : Binarise::sample, pictures(), rows, key, out);
  }}};
  source.labels = [](std::span<const std::uint32_t> rows, Matrix out) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::int64_t k = 0; k < out.cols; ++k)
        out.as<float>()(std::int64_t(r), k) = float(k == std::int64_t(rows[r]) % out.cols);
  };
  if (at_once && grey)
    source.grey = [](Context& ctx, std::span<const std::uint32_t> rows, GreyCases& out) {
      out.take(ctx, pictures(), rows);
    };
  else if (at_once)
    source.bits = [](Context& ctx, std::span<const std::uint32_t> rows, Key key, Bits& out) {
      binarise(ctx, Binarise::sample, pictures(), rows, key, out);
    };
  return source;
}

// The ways of learning that integers know.
struct Way {
  std::string name;
  Learner learner;
  std::vector<std::int64_t> hidden{40};
  std::int64_t classes = 0;
  bool grey = false;
};

std::vector<Way> ways() {
  Learner cd;
  cd.math = Math::int16;
  cd.momentum.start = 0.5;
  cd.decay.l2 = 1e-4;
  Learner cd3 = cd, pcd = cd, centred = cd, draws = cd, wide = cd;
  wide.math = Math::int24;
  draws.negative.statistics = Negative::Statistics::sample;
  cd3.negative.sweeps = 3;
  cd3.optimizer = MomentumStep{.nesterov = true};
  cd3.decay.l1 = 1e-5;
  pcd.negative.kind = Negative::Kind::persistent;
  pcd.negative.chains = 60;
  centred.centering.kind = Centering::Kind::offsets;
  Learner sparse = cd;
  sparse.sparsity = {{.target = 0.1, .cost = 0.1}};
  Learner sparse_sap = pcd;
  sparse_sap.mean_field.sweeps = 3;
  sparse_sap.sparsity = {{.target = 0.2, .cost = 0.1}, {.target = 0.1, .cost = 0.1}};
  Learner sap = pcd;
  sap.mean_field.sweeps = 3;
  sap.centering.kind = Centering::Kind::offsets;
  return {{"cd", cd},
          {"cd3", cd3},
          {"pcd", pcd},
          {"draws", draws},
          {"centred", centred},
          {"labels", pcd, {40}, 4},
          {"sap", sap, {40, 70}},
          {"deeper, labels", sap, {40, 33, 20}, 4},
          {"24 bits", wide},
          {"grey", cd3, {40}, 0, true},
          {"grey, draws, labels", draws, {40}, 4, true},
          {"grey, centred pcd", sap, {40}, 0, true},
          {"grey sap", sap, {40, 70}, 4, true},
          {"sparse, grey", sparse, {40}, 0, true},
          {"sparse sap", sparse_sap, {40, 70}, 4}};
}

struct Trained {
  EnergyModel model;
  LearningState learning;
  State data;

  Trained(Context& ctx, const Way& way)
      : model(dbm(784, way.hidden, {.classes = way.classes})), data(make_batch(ctx, model, kBatch)) {
    initialise_weights(model, 0.01, Key{2});
    learning = start_learning(ctx, model, way.learner, kBatch);
  }
  bool epoch(Context& ctx, const Learner& learner, const Source& source, const KeepGoing& keep_going = {}) {
    return fit_epoch(ctx, learner, source, {.batch = kBatch, .key = Key{3}}, keep_going, model, data, learning);
  }
};

bool same(const Trained& a, const Trained& b) {
  bool equal = true;
  for (std::size_t c = 0; c < a.model.connections().size(); ++c)
    equal = equal && same_bits(a.model.connections()[c].weight, b.model.connections()[c].weight) &&
            same_bits(a.learning.velocity.weight[c], b.learning.velocity.weight[c]);
  for (std::size_t l = 0; l < a.model.layers().size(); ++l)
    equal = equal && same_bits(a.model.layers()[l].bias, b.model.layers()[l].bias) &&
            same_bits(a.model.layers()[l].offset, b.model.layers()[l].offset) &&
            same_bits(a.learning.velocity.bias[l], b.learning.velocity.bias[l]) &&
            (a.learning.activity.empty() || same_bits(a.learning.activity[l], b.learning.activity[l])) &&
            same_bits(a.learning.chains.layers[l], b.learning.chains.layers[l]);
  return equal;
}

TEST(BinaryTraining, HasTheSameBitsOnEveryInstructionSetAndAnyThreads) {
  for (const Way& way : ways()) {
    std::optional<Trained> first;
    const auto check = [&](const std::string& name) {
      for (int threads : {1, 2, 3}) {
        Context ctx(threads);
        Trained trained(ctx, way);
        const Source source =
            picture_source(threads != 2, 250, way.grey);  // the last batch is smaller; bits or numbers, no matter
        trained.epoch(ctx, way.learner, source);
        trained.epoch(ctx, way.learner, source);
        if (!first)
          first.emplace(std::move(trained));
        else
          EXPECT_TRUE(same(trained, *first)) << way.name << ' ' << name << ' ' << threads;
      }
    };
    for_every_instruction_set(check);
    test::with_tiles(check);
  }
}

TEST(BinaryTraining, InterruptedAnywhereGoesOnAsIfItHadNot) {
  for (const Way& way : ways()) {
    Context ctx;
    const Source source = picture_source(true, 500, way.grey);
    Trained whole(ctx, way), parts(ctx, way);
    while (whole.learning.epoch < 2) whole.epoch(ctx, way.learner, source);
    while (parts.learning.epoch < 2)
      parts.epoch(ctx, way.learner, source, [](std::int64_t, std::int64_t) { return false; });
    EXPECT_TRUE(same(whole, parts)) << way.name;
  }
}

TEST(BinaryTraining, SeesAWeightThatSomebodyChanged) {
  Context ctx;
  const Way way = ways()[0];
  const Learner& learner = way.learner;
  Trained stayed(ctx, way), fresh(ctx, way);
  const Source source = picture_source(true, 100);
  stayed.epoch(ctx, learner, source);
  fresh.epoch(ctx, learner, source);
  stayed.model.connections()[0].weight.set(5, 7, 30);
  fresh.model.connections()[0].weight.set(5, 7, 30);
  Trained unchanged(ctx, way);
  unchanged.epoch(ctx, learner, source);
  for (Trained* t : {&stayed, &fresh, &unchanged}) t->epoch(ctx, learner, source);
  EXPECT_TRUE(same(stayed, fresh));
  EXPECT_FALSE(same_bits(stayed.learning.chains.layers[0], unchanged.learning.chains.layers[0]));
}

TEST(BinaryTraining, ALearnStepIsABatchOfAnEpoch) {
  for (const Way& way : ways()) {
    Context ctx;
    Trained epoch(ctx, way), step(ctx, way);
    const Source source = picture_source(true, kBatch, way.grey);
    epoch.epoch(ctx, way.learner, source);
    const Key key = Key{3}.fold(0);
    fill_batch(ctx, step.model, source, permutation(key.fold(0), kBatch), key.fold(0).fold(1), step.data);
    learn_step(ctx, way.learner, 0, key.fold(0).fold(2), step.model, step.data, step.learning);
    step.learning.epoch = 1;
    EXPECT_TRUE(same(epoch, step)) << way.name;
  }
}

// Without a step (a rate of almost nothing), offsets still move, and with them biases: the machine stays the same.
TEST(BinaryTraining, MovesOffsetsWithoutMovingTheDistribution) {
  Context ctx;
  for (Way way : {ways()[4], ways()[6]}) {
    way.learner.rate.start = 1e-30;
    way.learner.centering.rate = 0.3;
    Trained trained(ctx, way);
    for (Layer& layer : trained.model.layers()) {
      layer.offset = Tensor(DType::f32, 1, layer.units);
      for (std::int64_t j = 0; j < layer.units; ++j) layer.offset.set(0, j, 0.1);
    }
    const auto biases = [&](LayerId id) {
      Tensor bias(DType::f32, 1, trained.model.layer(id).units);
      ordinary_bias(ctx, trained.model, id, bias);
      return bias;
    };
    std::vector<Tensor> before;
    for (LayerId id : trained.model.ids()) before.push_back(biases(id));
    const Tensor offset = trained.model.layer(trained.model.visible()).offset.clone();
    trained.epoch(ctx, way.learner, picture_source(true, 300));
    EXPECT_GT(test::largest_difference(trained.model.layer(trained.model.visible()).offset, offset), 0.01);
    // Sums of up to 784 + 70 products of a weight below 0.06 and an offset below 1, three times over.
    constexpr double kTolerance = 3 * 854 * 854 * 0.06 * 0x1p-24;
    for (LayerId id : trained.model.ids())
      EXPECT_LT(test::largest_difference(biases(id), before[std::size_t(id.index)]), kTolerance) << way.name;
  }
}

// 3,000 white pixels of weight ½ send 1,500, which in the steps of such weights, 2⁻¹³, is no 32-bit sum of grey pixels.
// All hidden units are then on, and a chain's pixel is off with a probability of 1/(1 + e⁴) = 0.018; five standard
// deviations of 300,000 draws are 0.0012.
TEST(BinaryTraining, TakesAnExponentThatSumsOfGreyPixelsFitInto) {
  constexpr std::int64_t kPixels = 3'000;
  Context ctx;
  Learner learner = ways()[0].learner;
  learner.rate.start = 1e-30;
  EnergyModel model = rbm(kPixels, 8);
  Tensor white(DType::u8, kBatch, kPixels), mean(DType::f32, 1, kPixels);
  std::fill_n(white.as<std::uint8_t>().data, kBatch * kPixels, std::uint8_t(255));
  for (std::int64_t i = 0; i < kPixels; ++i)
    for (std::int64_t j = 0; j < 8; ++j) model.connections()[0].weight.set(i, j, 0.5);
  State data = make_batch(ctx, model, kBatch);
  LearningState learning = start_learning(ctx, model, learner, kBatch);
  const Source source{.cases = kBatch, .visible = {}, .labels = {}, .grey = [&](Context& c, auto rows, GreyCases& out) {
                        out.take(c, white, rows);
                      }};
  fit_epoch(ctx, learner, source, {.batch = kBatch, .key = Key{3}}, {}, model, data, learning);
  column_means(ctx, learning.chains.x(model.visible()), mean);
  double on = 0;
  for (std::int64_t i = 0; i < kPixels; ++i) on += mean.at(0, i) / kPixels;
  EXPECT_NEAR(on, 1 / (1 + std::exp(-4.0)), 0.0012);
}

TEST(BinaryTraining, RefusesWhatIntegersDoNotDoByName) {
  Context ctx;
  const auto refusal = [&](auto change, EnergyModel model = rbm(784, 20)) {
    Learner learner = ways()[0].learner;
    change(learner);
    try {
      start_learning(ctx, model, learner, kBatch);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto begins = [](const std::string& text, const char* word) { return text.rfind(word, 0) == 0; };
  EXPECT_EQ(refusal([](Learner&) {}), "");
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.optimizer = AdamStep{}; }), "optimizer"));
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.max_norm = 1; }), "max_norm"));
  EXPECT_EQ(refusal([](Learner& l) { l.sparsity = {{}}; }), "");
  EXPECT_TRUE(begins(refusal([](Learner& l) {
                       l.sparsity = {{}};
                       l.centering.kind = Centering::Kind::offsets;
                     }),
                     "sparsity.target"));
  EnergyModel centred = rbm(784, 20);
  for (Layer& layer : centred.layers()) layer.offset = Tensor(DType::f32, 1, layer.units);
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.sparsity = {{}}; }, std::move(centred)), "sparsity.target"));
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.centering.kind = Centering::Kind::enhanced; }), "centering"));
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.negative.mean_reconstruction = true; }), "mean_reconstruction"));
  EXPECT_TRUE(begins(refusal([](Learner& l) {
                       l.negative.kind = Negative::Kind::persistent;
                       l.negative.statistics = Negative::Statistics::all_means;
                     }),
                     "statistics"));
  EXPECT_TRUE(begins(refusal([](Learner&) {}, rbm(784, 20, {.precision = DType::f64})), "model.precision"));
  EXPECT_TRUE(begins(refusal([](Learner&) {}, rbm(784, 20, {.visible = Spin{}})), "model.visible"));
  EXPECT_TRUE(begins(refusal(
                         [](Learner& l) {
                           l.negative.kind = Negative::Kind::persistent;
                           l.mean_field.damping = 0.5;
                         },
                         dbm(784, std::vector<std::int64_t>{20, 10})),
                     "mean_field.damping"));
  EXPECT_TRUE(begins(refusal(
                         [](Learner& l) {
                           l.negative.kind = Negative::Kind::persistent;
                           l.math = Math::int24;
                         },
                         dbm(784, std::vector<std::int64_t>{20, 10})),
                     "math: \"int24\""));

  const auto grey_refusal = [&](auto change, std::int64_t cases) {
    Way way = ways()[0];
    change(way.learner);
    Trained trained(ctx, way);
    Source grey = picture_source(false, std::uint32_t(cases), true);
    try {
      trained.epoch(ctx, way.learner, grey);
      grey.visible = {
          {[](Context&, std::span<const std::uint32_t>, Key, Matrix out) { out.as<float>()(0, 3) = 0.3f; }}};
      trained.epoch(ctx, way.learner, grey);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_TRUE(begins(grey_refusal([](Learner&) {}, 100), "math: integers learn from bits and from grey pixels"));
  EXPECT_TRUE(begins(grey_refusal([](Learner& l) { l.math = Math::int24; }, 100), "data.binarise"));
  Learner many = ways()[0].learner;
  many.negative.kind = Negative::Kind::persistent;
  many.negative.chains = 4'000;
  const EnergyModel model = rbm(784, 20);
  EXPECT_NO_THROW(require_grey_training(many, model, 300));  // 300 · 4,000 · 255 · 7 < 2³¹
  EXPECT_THROW(require_grey_training(many, model, 301), InputError);
}

TEST(BinaryTraining, NamesTheTensorThatStopsBeingFinite) {
  Context ctx;
  Learner learner = ways()[0].learner;
  learner.rate.start = 1e38;
  Trained trained(ctx, ways()[0]);
  try {
    for (int epoch = 0; epoch < 20; ++epoch) trained.epoch(ctx, learner, picture_source(true));
    FAIL() << "1e38 is not too much";
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("is no longer finite"), std::string::npos);
  }
}

}  // namespace
}  // namespace deepboltz
