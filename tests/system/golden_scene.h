// The scene of the golden vectors T2: two pixels, two images, each under a light of its own.
#pragma once

#include "deepboltz/system/lambertian/scene.h"

namespace deepboltz::testing {

// Rows of a list, in float64 or float32.
inline Tensor rows_of(DType dtype, const std::vector<std::vector<double>>& rows) {
  Tensor out(dtype, std::int64_t(rows.size()), std::int64_t(rows.front().size()));
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 0; c < rows[r].size(); ++c) out.set(std::int64_t(r), std::int64_t(c), rows[r][c]);
  return out;
}

inline Tensor all_observed(std::int64_t rows, std::int64_t pixels) {
  Tensor out(DType::u8, rows, pixels);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t i = 0; i < pixels; ++i) out.as<std::uint8_t>()(r, i) = 1;
  return out;
}

struct GoldenScene {
  Lambert lambert{.noise = .1, .stiffness = 30};
  Pictures pictures;
  Scene scene;
  Tensor albedo_mean, normal_mean;
  std::vector<double> albedo_deviation{.3, .3}, normal_deviation = std::vector<double>(6, .2);

  explicit GoldenScene(DType dtype = DType::f64)
      : pictures{rows_of(dtype, {{.5, .35}, {.2, .45}}), all_observed(2, 2), 2},
        scene(dtype, 1, 2, 2),
        albedo_mean(rows_of(dtype, {{.6, .6}})),
        normal_mean(rows_of(dtype, {{.5, .1, .85, .1, .5, .85}})) {
    scene.albedo = rows_of(dtype, {{.8, .5}});
    scene.normals = rows_of(dtype, {{.6, 0, .8, 0, .6, .8}});
  }
  UnitLaw albedo() const { return {albedo_mean, albedo_deviation}; }
  UnitLaw normals() const { return {normal_mean, normal_deviation}; }
};

}  // namespace deepboltz::testing
