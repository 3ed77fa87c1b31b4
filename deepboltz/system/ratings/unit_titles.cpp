#include "deepboltz/system/ratings/unit_titles.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "deepboltz/base/numeric.h"
#include "deepboltz/system/ratings/rating_fields.h"

namespace deepboltz {
namespace {

std::vector<double> column_averages(const Tensor& x) {
  std::vector<double> mean(std::size_t(x.cols()), 0);
  for (std::int64_t r = 0; r < x.rows(); ++r)
    for (std::int64_t j = 0; j < x.cols(); ++j) mean[std::size_t(j)] += x.at(r, j) / double(x.rows());
  return mean;
}

double expected(const RatingScale& scale, std::vector<double> fields) {
  const double log_z = log_sum_exp(std::span<const double>(fields));
  double sum = 0;
  for (std::size_t k = 0; k < fields.size(); ++k) sum += scale.value(std::int64_t(k)) * std::exp(fields[k] - log_z);
  return sum;
}

// effect(item, unit): stars added.
Tensor stars_added(const EnergyModel& model, const RatingData& data, const std::vector<double>& mean) {
  const Tensor& weight = model.connections()[kRatingWeights].weight;
  const Tensor& bias = model.layer(model.visible()).bias;
  const std::int64_t levels = data.scale.levels();
  Tensor effect(DType::f64, std::int64_t(data.items.size()), weight.cols());
  std::vector<double> usual(static_cast<std::size_t>(levels)), on(usual), off(usual);
  for (std::int64_t i = 0; i < effect.rows(); ++i) {
    for (std::int64_t k = 0; k < levels; ++k) {
      usual[std::size_t(k)] = bias.at(0, i * levels + k);
      for (std::int64_t j = 0; j < weight.cols(); ++j)
        usual[std::size_t(k)] += mean[std::size_t(j)] * weight.at(i * levels + k, j);
    }
    for (std::int64_t j = 0; j < weight.cols(); ++j) {
      for (std::int64_t k = 0; k < levels; ++k) {
        const double w = weight.at(i * levels + k, j);
        off[std::size_t(k)] = usual[std::size_t(k)] - mean[std::size_t(j)] * w;
        on[std::size_t(k)] = off[std::size_t(k)] + w;
      }
      effect.set(i, j, expected(data.scale, on) - expected(data.scale, off));
    }
  }
  return effect;
}

UnitTitles describe(const RatingData& data, const Tensor& effect, std::int64_t unit,
                    const std::vector<std::uint32_t>& known, std::int64_t titles) {
  UnitTitles out{.unit = unit, .spread = 0, .most = {}, .least = {}, .genres = {}};
  std::vector<std::pair<std::uint32_t, double>> order;
  std::map<std::string, std::pair<double, double>> genres;
  for (const std::uint32_t i : known) {
    const double e = effect.at(i, unit);
    order.emplace_back(i, e);
    out.spread += e * e / double(known.size());
    for (const std::string& genre : data.films[i].genres) {
      genres[genre].first += e;
      ++genres[genre].second;
    }
  }
  out.spread = std::sqrt(out.spread);
  std::ranges::stable_sort(order, [](const auto& a, const auto& b) { return a.second > b.second; });
  const auto count = std::ptrdiff_t(std::min<std::size_t>(std::size_t(titles), order.size()));
  out.most.assign(order.begin(), order.begin() + count);
  out.least.assign(order.rbegin(), order.rbegin() + count);
  for (const auto& [genre, sum] : genres) out.genres.emplace_back(genre, sum.first / sum.second);
  std::ranges::stable_sort(out.genres, [](const auto& a, const auto& b) { return a.second > b.second; });
  return out;
}

}  // namespace

std::vector<UnitTitles> unit_titles(Context& ctx, const EnergyModel& model, const RatingData& data, RatingCase of,
                                    const UnitTitlesOptions& options) {
  Tensor effect = rating_means(ctx, model, rating_cases(data, data.train, of));
  const std::vector<double> mean = column_averages(effect);
  if (of == RatingCase::user) {
    effect = stars_added(model, data, mean);
  } else {
    for (std::int64_t i = 0; i < effect.rows(); ++i)
      for (std::int64_t j = 0; j < effect.cols(); ++j) effect.set(i, j, effect.at(i, j) - mean[std::size_t(j)]);
  }
  std::vector<std::int64_t> raters(data.items.size(), 0);
  for (const Rating& r : data.train) ++raters[r.item];
  std::vector<std::int64_t> order = raters;
  std::ranges::nth_element(order, order.begin() + std::ptrdiff_t(order.size() / 2));
  const std::int64_t least = std::min(options.least_ratings, order[order.size() / 2]);
  std::vector<std::uint32_t> known;
  for (std::uint32_t i = 0; i < raters.size(); ++i)
    if (raters[i] >= least) known.push_back(i);
  std::vector<UnitTitles> out;
  for (std::int64_t j = 0; j < effect.cols(); ++j) out.push_back(describe(data, effect, j, known, options.titles));
  std::ranges::stable_sort(out, std::ranges::greater(), &UnitTitles::spread);
  return out;
}

}  // namespace deepboltz
