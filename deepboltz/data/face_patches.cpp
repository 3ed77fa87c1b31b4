#include "deepboltz/data/face_patches.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr Key kDraws{0x66616365};
enum Draw : std::uint32_t { kSize, kTurn, kRow, kColumn };

constexpr std::int64_t kPeople = 40, kPictures = 10;  // pictures a person
constexpr double kSpacing = 2.31, kLeastSize = 1.4, kLargestSize = 1.8;
constexpr std::int64_t kSamples = kFacePatchSide * kFacePatchSide;
constexpr std::int64_t kLeastSide = 58;  // the largest patch reaches 28 pixels from its centre

struct People {
  std::int64_t first, end;
};

People people_of(Share share) {
  return share == Share::train ? People{0, 25} : share == Share::validation ? People{25, 30} : People{30, 40};
}

// Rows 0 … height − 1, short of the last: the pixels below and on the right are read too.
double bilinear(View<const std::uint8_t> faces, std::int64_t face, int width, double row, double column) {
  const auto top = std::int64_t(row), left = std::int64_t(column);
  const double down = row - double(top), right = column - double(left);
  const std::uint8_t* at = faces.row(face) + top * width + left;
  return (1 - down) * ((1 - right) * at[0] + right * at[1]) + down * ((1 - right) * at[width] + right * at[width + 1]);
}

// Patch `number` of a face, as grey values.    patch: kSamples
void draw_patch(const Dataset& faces, std::int64_t face, std::int64_t number, double* patch) {
  const Key key = kDraws.fold(std::uint64_t(face));
  const auto drawn = [&](Draw use, double from, double to) {
    return from + (to - from) * uniform(key, std::uint32_t(number), use);
  };
  const double spacing = kSpacing / drawn(kSize, kLeastSize, kLargestSize);
  const double turn = drawn(kTurn, -std::numbers::pi / 2, std::numbers::pi / 2);
  const double across = spacing * std::cos(turn), along = spacing * std::sin(turn);
  const double reach = kFacePatchSide / 2 * (std::abs(across) + std::abs(along));
  const double row = drawn(kRow, reach, faces.height - 1 - reach),
               column = drawn(kColumn, reach, faces.width - 1 - reach);
  for (int i = 0; i < kFacePatchSide; ++i)
    for (int j = 0; j < kFacePatchSide; ++j) {
      const double down = i - kFacePatchSide / 2, right = j - kFacePatchSide / 2;
      patch[i * kFacePatchSide + j] =
          bilinear(faces.x.as<std::uint8_t>(), face, faces.width,
                   std::clamp(row + across * down + along * right, 0.0, std::nextafter(faces.height - 1.0, 0.0)),
                   std::clamp(column + across * right - along * down, 0.0, std::nextafter(faces.width - 1.0, 0.0)));
    }
}

// Calls take(case, patch) for all patches of some people.
template <class Take> void each_patch(const Dataset& faces, People people, Take&& take) {
  std::vector<double> patch(kSamples);
  std::int64_t number = 0;
  for (std::int64_t face = people.first * kPictures; face < people.end * kPictures; ++face)
    for (std::int64_t i = 0; i < kPatchesAFace; ++i) {
      draw_patch(faces, face, i, patch.data());
      take(number++, patch.data());
    }
}

// The mean of each pixel over the training patches, and the deviation over all pixels.
struct Scaling {
  std::vector<double> mean = std::vector<double>(kSamples);
  double deviation = 0;
};

Scaling training_scaling(const Dataset& faces) {
  Scaling scaling;
  double squares = 0, count = 0;
  each_patch(faces, people_of(Share::train), [&](std::int64_t, const double* patch) {
    for (std::size_t i = 0; i < kSamples; ++i) {
      scaling.mean[i] += patch[i];
      squares += patch[i] * patch[i];
    }
    ++count;
  });
  double squared_means = 0;
  for (double& mean : scaling.mean) {
    mean /= count;
    squared_means += mean * mean;
  }
  scaling.deviation = std::sqrt((squares / count - squared_means) / kSamples);
  return scaling;
}

}  // namespace

Dataset face_patches(const Dataset& faces, Share share) {
  require(faces.cases() == kPeople * kPictures && faces.x.dtype() == DType::u8 && faces.channels == 1 &&
              faces.height >= kLeastSide && faces.width >= kLeastSide,
          "{}: expected {} faces of at least {} × {} grey bytes, got {} of {} × {}", faces.name, kPeople * kPictures,
          kLeastSide, kLeastSide, faces.cases(), faces.height, faces.width);
  const Scaling scaling = training_scaling(faces);
  require(scaling.deviation > 0, "{}: the faces are all alike", faces.name);
  const People people = people_of(share);
  Dataset patches{faces.name, Tensor(DType::f32, (people.end - people.first) * kPictures * kPatchesAFace, kSamples),
                  kFacePatchSide, kFacePatchSide};
  each_patch(faces, people, [&](std::int64_t number, const double* patch) {
    float* row = patches.x.as<float>().row(number);
    for (std::size_t i = 0; i < kSamples; ++i) row[i] = float((patch[i] - scaling.mean[i]) / scaling.deviation);
  });
  return finished(std::move(patches));
}

}  // namespace deepboltz
