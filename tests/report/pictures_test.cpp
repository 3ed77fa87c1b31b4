#include "deepboltz/report/pictures.h"

#include <set>

#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/report/run_pictures.h"

namespace deepboltz {
namespace {

constexpr PictureShape kSquare{.height = 2, .width = 2};

// The four pixels of picture number `column` in the first row of a grid of 2 × 2 pictures, two pixels of padding.
std::vector<int> picture_at(const Image& grid, int row, int column, int extra = 0) {
  std::vector<int> pixels;
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < 2; ++x)
      pixels.push_back(grid.pixels[std::size_t((2 + row * 4 + y) * grid.width + 2 + column * 4 + extra + x)]);
  return pixels;
}

EnergyModel machine() {
  EnergyModel model = dbm(4, std::vector<std::int64_t>{2, 2}, {.precision = DType::f64});
  model.connections()[0].weight = toy::matrix({{1, 0}, {0, 3}, {0, 0}, {-1, -3}});
  model.connections()[1].weight = toy::matrix({{2, 0}, {1, 5}});
  return model;
}

TEST(Pictures, FirstLayerFiltersAreWeightsByFallingNorm) {
  Context ctx(1);
  const Image grid = first_layer_filters(ctx, machine(), kSquare);
  EXPECT_EQ(picture_at(grid, 0, 0), (std::vector<int>{128, 255, 128, 0}));  // unit 1: 0, 3, 0, −3
  EXPECT_EQ(picture_at(grid, 0, 1), (std::vector<int>{255, 128, 128, 0}));  // unit 0: 1, 0, 0, −1
}

TEST(Pictures, SecondLayerFiltersAreWeightedSums) {
  Context ctx(1);
  const Image all = second_layer_filters(ctx, machine(), kSquare);
  EXPECT_EQ(picture_at(all, 0, 0), (std::vector<int>{128, 255, 128, 0}));  // 5·filter 1
  EXPECT_EQ(picture_at(all, 0, 1),
            (std::vector<int>{128 + 51, 128 + 77 - 1, 128, 0}));  // 2·filter 0 + filter 1: 2, 3, 0, −5
  const Image strongest = second_layer_filters(ctx, machine(), kSquare, 100, 1);
  EXPECT_EQ(picture_at(strongest, 0, 1), (std::vector<int>{255, 128, 128, 0}));  // 2·filter 0 alone
  EXPECT_THROW(second_layer_filters(ctx, rbm(4, 2), kSquare), InputError);
}

TEST(Pictures, SamplesStandLeftOfData) {
  const Tensor samples = toy::matrix({{1, 0, 0, 0}, {0, 1, 0, 0}}, DType::f32),
               data = toy::matrix({{0, 0, 255, 0}, {0, 0, 0, 255}, {9, 9, 9, 9}}, DType::u8);
  const Image grid = samples_beside_data(samples, data, kSquare, 1);
  EXPECT_EQ(picture_at(grid, 0, 0), (std::vector<int>{255, 0, 0, 0}));
  EXPECT_EQ(picture_at(grid, 0, 1, 6), (std::vector<int>{0, 0, 255, 0}));
  EXPECT_EQ(picture_at(grid, 1, 0), (std::vector<int>{0, 255, 0, 0}));
  EXPECT_EQ(picture_at(grid, 1, 1, 6), (std::vector<int>{0, 0, 0, 255}));
}

TEST(Pictures, ChainsGoOnToTheRight) {
  std::vector<Tensor> frames;
  frames.push_back(toy::matrix({{1, 0, 0, 0}, {0, 1, 0, 0}}, DType::f32));
  frames.push_back(toy::matrix({{0, 0, 1, 0}, {0, 0, 0, 1}}, DType::f32));
  const Image grid = chains_over_time(frames, kSquare);
  EXPECT_EQ(picture_at(grid, 0, 0), (std::vector<int>{255, 0, 0, 0}));
  EXPECT_EQ(picture_at(grid, 0, 1), (std::vector<int>{0, 0, 255, 0}));
  EXPECT_EQ(picture_at(grid, 1, 0), (std::vector<int>{0, 255, 0, 0}));
  EXPECT_EQ(picture_at(grid, 1, 1), (std::vector<int>{0, 0, 0, 255}));
}

TEST(Pictures, CompletionsReadFromAbove) {
  const Tensor truth = toy::matrix({{1, 0, 1, 0}}, DType::f32), known = toy::matrix({{1, 1, 0, 0}}, DType::u8);
  const Tensor sample = toy::matrix({{1, 0, 0, 1}}, DType::f32), mean = toy::matrix({{1, 0, 0.2, 0.6}}, DType::f32);
  const Image grid = completion_picture(truth, known, sample, mean, kSquare);
  EXPECT_EQ(picture_at(grid, 0, 0), (std::vector<int>{255, 0, 255, 0}));
  EXPECT_EQ(picture_at(grid, 1, 0), (std::vector<int>{255, 0, 128, 128}));
  EXPECT_EQ(picture_at(grid, 2, 0), (std::vector<int>{255, 0, 0, 255}));
  EXPECT_EQ(picture_at(grid, 3, 0), (std::vector<int>{255, 0, 51, 153}));
}

TEST(Pictures, OfARunAreThoseThatAReportShows) {
  Context ctx(1);
  const auto folder = std::filesystem::path(testing::TempDir()) / "run-pictures" / "pictures";
  const Tensor cases = toy::matrix({{1, 0, 1, 0}, {0, 0, 1, 1}, {1, 1, 1, 1}});
  const RunPictureOptions options{.cases = cases, .burn_in = 3, .complete = {.burn_in = 2, .sweeps = 2, .chains = 2}};
  std::set<std::string> written, expected;
  for (const auto& path : draw_run_pictures(ctx, machine(), options, folder)) {
    written.insert(path.filename().string());
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  for (const ReportFile& file : kRunPictures) expected.insert(file.name);
  EXPECT_EQ(written, expected);
  std::filesystem::remove_all(folder.parent_path());
}

TEST(Pictures, TheModelKnowsItsShape) {
  const EnergyModel model = rbm(12, 2);
  EXPECT_THROW(picture_shape(model, {}), InputError);
  EXPECT_EQ(picture_shape(model, {.height = 3, .width = 4}).width, 4);
  EXPECT_EQ(picture_shape(model, {.height = 3, .width = 4}).channels, 1);
  EXPECT_EQ(picture_shape(model, {.height = 2, .width = 2, .channels = 3}).channels, 3);
  EXPECT_EQ(picture_shape(machine(), {}).height, 2);
}

}  // namespace
}  // namespace deepboltz
