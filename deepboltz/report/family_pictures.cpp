#include "deepboltz/report/family_pictures.h"

#include "deepboltz/io/png.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/report/logo.h"
#include "deepboltz/report/pictures.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kShownUnits = 6;

// A number that all letters of a site share in a unit's weights is the unit's bias in disguise: it is taken out.
void centre_sites(std::int64_t letters, Tensor& weights) {
  for (std::int64_t r = 0; r < weights.rows(); ++r)
    for (std::int64_t first = 0; first < weights.cols(); first += letters) {
      double mean = 0;
      for (std::int64_t k = 0; k < letters; ++k) mean += weights.at(r, first + k) / double(letters);
      for (std::int64_t k = 0; k < letters; ++k) weights.set(r, first + k, weights.at(r, first + k) - mean);
    }
}

}  // namespace

std::string letters_of(const Meaning& meaning) {
  std::string letters;
  for (const std::string& value : meaning.values) letters += value;
  return letters;
}

Tensor site_frequencies(ConstMatrix family, std::span<const float> weights) {
  Tensor mean(DType::f32, 1, family.cols);
  const auto x = family.as<std::uint8_t>();
  std::vector<double> sum(std::size_t(family.cols), 0.0);
  double total = 0;
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const double weight = weights.empty() ? 1 : double(weights[std::size_t(r)]);
    total += weight;
    for (std::int64_t i = 0; i < x.cols; ++i) sum[std::size_t(i)] += weight * x(r, i) / 255.0;
  }
  for (std::int64_t i = 0; i < x.cols; ++i) mean.set(0, i, sum[std::size_t(i)] / total);
  return mean;
}

std::vector<std::filesystem::path> draw_family_pictures(Context& ctx, const EnergyModel& model,
                                                        std::string_view letters, const Cases& family,
                                                        SampleOptions sampling, const std::filesystem::path& folder) {
  const auto classes = std::int64_t(letters.size());
  std::vector<std::filesystem::path> written;
  const auto write = [&](const char* name, ConstMatrix heights) {
    written.push_back(folder / name);
    write_png(written.back(), draw_logos(heights, letters));
  };
  Tensor weights = strongest_filters(model, kShownUnits);
  centre_sites(classes, weights);
  write("logo-weights.png", weights);
  if (family.count() == 0) return written;
  const Tensor frequencies = site_frequencies(family.at(kVisibleColumn).rows(), family.weights),
               start = frequencies.to(model.precision());
  write("logo-data.png", information(frequencies, classes));
  sampling.start_means = start;
  const Samples samples = draw_samples(ctx, model, sampling);
  Tensor drawn(model.precision(), 1, family.at(kVisibleColumn).units());
  column_means(ctx, samples.sample.back(), drawn);
  write("logo-samples.png", information(drawn, classes));
  return written;
}

}  // namespace deepboltz
