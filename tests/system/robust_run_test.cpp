// A Robust Boltzmann machine learns the same whether it was stopped or not, and finds what covers drawn pictures.
#include "tests/io/temp_folder.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/io/file.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/system/robust/robust_cases.h"
#include "deepboltz/system/robust/robust_measures.h"
#include "deepboltz/system/run.h"
#include "deepboltz/system/save.h"

namespace deepboltz::testing {
namespace {

constexpr int kSide = 8;

// Pictures of two waves whose strengths differ from case to case. Covered ones have a bright box of 4 × 4 pixels in one
// of four corners.
void write_pictures(const std::filesystem::path& file, int count, bool covered, Key key) {
  Tensor pictures(DType::f32, count, kSide * kSide);
  for (int r = 0; r < count; ++r) {
    const auto row = std::uint32_t(r);
    const double a = normal(key, row, 0), b = normal(key, row, 1);
    const int corner = int(random_word(key.fold(1), row, 0) % 4);
    for (int i = 0; i < kSide * kSide; ++i) {
      const int y = i / kSide, x = i % kSide;
      double value =
          (1 + a) * std::cos(y * .5) + (1 + b) * std::sin(x * .7) + .1 * normal(key.fold(2), row, std::uint32_t(i));
      if (covered && (y < 4) == (corner < 2) && (x < 4) == (corner % 2 == 0))
        value = 6 + .3 * normal(key.fold(3), row, std::uint32_t(i));
      pictures.set(r, i, value);
    }
  }
  const ByteView values(reinterpret_cast<const std::uint8_t*>(pictures.data()), pictures.bytes());
  write_file(
      file,
      make_npy({.type = {}, .fortran_order = false, .shape = {count, kSide * kSide}, .values = values, .position = 0}));
}

std::string recipe_text(const std::filesystem::path& folder, std::string_view gate, int face_epochs, int mask_epochs) {
  return fmt::format(R"(
system = "robust"
[data]
name = "file"
train = "{0}/clean.npy"
test = "{0}/test.npy"
height = {4}
width = {4}
[model]
hidden = [12]
[face]
contrast = false
[train]
epochs = {2}
batch = 20
rate = 0.005
momentum = 0.8
[covered]
train = "{0}/covered.npy"
[mask]
hidden = 6
gate = "{1}"
strength = 10
clear = 2
epochs = {3}
batch = 20
chains = 10
posterior_sweeps = 3
model_sweeps = 2
starts = "all, upper half, lower half, left half, right half"
start_sweeps = 8
[monitor]
cases = 10
checkpoint_every = 1
)",
                     folder.string(), gate, face_epochs, mask_epochs, kSide);
}

class RobustRun : public ::testing::TestWithParam<const char*> {
 protected:
  Context ctx;
  const TempFolder place;

  RobustRun() {
    write_pictures(place / "clean.npy", 200, false, Key{1});
    write_pictures(place / "covered.npy", 60, true, Key{2});
    write_pictures(place / "test.npy", 40, true, Key{3});
  }
  Outcome train(Context& with, const std::string& text, const std::string& folder, const Report& report = {}) {
    const Recipe recipe = parse_recipe(kinds(), text, "recipe.toml");
    const auto sets = recipe.kind->load(with, *recipe.values, {});
    std::filesystem::create_directories(place / folder);
    return train_run(with, *recipe.kind, *recipe.values, *sets,
                     {.folder = place / folder, .recipe_text = text, .report = report});
  }
  void expect_same(const std::string& a, const std::string& b) {
    for (const char* file : {"model.safetensors", "checkpoint.safetensors", "metrics.csv"})
      EXPECT_EQ(read_file(place / a / file), read_file(place / b / file)) << file << ' ' << a;
  }
};

INSTANTIATE_TEST_SUITE_P(Gates, RobustRun, ::testing::Values("product", "competing"));

TEST_P(RobustRun, StoppedAndResumedItIsTheSame) {
  const std::string text = recipe_text(place.path(), GetParam(), 1, 2);
  int updates = 0;
  ASSERT_EQ(train(ctx, text, "whole", [&](const Progress&) { return ++updates > 0; }), Outcome::finished);
  for (int stop = 1; stop < updates; ++stop) {
    int done = 0;
    const std::string folder = std::to_string(stop);
    EXPECT_EQ(train(ctx, text, folder, [&](const Progress&) { return ++done != stop; }), Outcome::interrupted) << stop;
    ASSERT_EQ(train(ctx, text, folder), Outcome::finished);
    expect_same(folder, "whole");
  }
}

TEST_P(RobustRun, IsTheSameOnAnyNumberOfThreads) {
  const std::string text = recipe_text(place.path(), GetParam(), 1, 1);
  train(ctx, text, "whole");
  for (int threads = 1; threads <= 3; ++threads) {
    Context other(threads);
    train(other, text, std::to_string(threads));
    expect_same(std::to_string(threads), "whole");
  }
}

TEST_P(RobustRun, FindsWhatCoversThePictures) {
  const std::string text = recipe_text(place.path(), GetParam(), 60, 10);
  const Recipe recipe = parse_recipe(kinds(), text, "recipe.toml");
  const auto sets = recipe.kind->load(ctx, *recipe.values, {});
  std::filesystem::create_directories(place / "run");
  ASSERT_EQ(train(ctx, text, "run"), Outcome::finished);
  const System system = read_system(place / "run" / "model.safetensors", kinds());
  const std::filesystem::path folder = place / "run";
  const Subject of{.system = system, .recipe = *recipe.values, .sets = *sets, .cases = sets->test, .folder = folder};
  const Denoised found = denoised_cases(ctx, of, sets->test);
  int right = 0;
  for (int r = 0; r < 40; ++r) {
    const int corner = int(random_word(Key{3}.fold(1), std::uint32_t(r), 0) % 4);
    for (int i = 0; i < kSide * kSide; ++i) {
      const bool covered = (i / kSide < 4) == (corner < 2) && (i % kSide < 4) == (corner % 2 == 0);
      right += (found.clear.at(r, i) < .5) == covered;
    }
  }
  EXPECT_GT(right / (40.0 * kSide * kSide), .9);  // all clear: .75
}

TEST(RobustCases, RefuseAPictureOfOneGrey) {
  Tensor pictures(DType::f32, 2, 4);
  for (int i = 0; i < 4; ++i) {
    pictures.set(0, i, i);
    pictures.set(1, i, 3);
  }
  EXPECT_THROW(take_contrast(pictures, "faces.npz"), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
