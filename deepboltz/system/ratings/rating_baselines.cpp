#include "deepboltz/system/ratings/rating_baselines.h"

#include <algorithm>
#include <functional>

#include "deepboltz/rng/draw.h"
#include "deepboltz/system/ratings/predict_ratings.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kUsers, kItems, kOrder };

using Predict = std::function<double(const Rating&)>;

Estimate error_of(const RatingScale& scale, std::span<const Rating> held_out, const Predict& predict) {
  std::vector<double> squares;
  for (const Rating& r : held_out) {
    const double miss = std::clamp(predict(r), scale.lowest, scale.highest) - scale.value(r.level);
    squares.push_back(miss * miss);
  }
  return root_mean_square(squares);
}

struct Biases {
  double mean = 0;
  std::vector<double> user, item;
  double operator()(const Rating& r) const { return mean + user[r.user] + item[r.item]; }
};

// One side's biases given the other's: means of what is left over, drawn to 0 by `l2` ratings.
void fit_side(const RatingData& data, double l2, std::uint32_t Rating::*side, const Biases& biases,
              std::vector<double>& out) {
  std::vector<double> sum(out.size(), 0), count(out.size(), l2);
  for (const Rating& r : data.train) {
    sum[r.*side] += data.scale.value(r.level) - biases(r) + out[r.*side];
    ++count[r.*side];
  }
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = count[i] > 0 ? sum[i] / count[i] : 0;
}

Biases fit_biases(const RatingData& data, double l2) {
  constexpr int kSweeps = 10;  // of turns; the error moves by less than 1e-4 after the third
  Biases biases{0, std::vector<double>(data.users.size(), 0), std::vector<double>(data.items.size(), 0)};
  for (const Rating& r : data.train) biases.mean += data.scale.value(r.level) / double(data.train.size());
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    fit_side(data, l2, &Rating::item, biases, biases.item);
    fit_side(data, l2, &Rating::user, biases, biases.user);
  }
  return biases;
}

struct Factorisation {
  Biases biases;
  std::size_t rank;
  std::vector<float> users, items;  // rank numbers each

  double operator()(const Rating& r) const {
    const float *p = &users[r.user * rank], *q = &items[r.item * rank];
    double sum = 0;
    for (std::size_t f = 0; f < rank; ++f) sum += double(p[f]) * double(q[f]);
    return biases(r) + sum;
  }
};

void step(const RatingScale& scale, double rate, double l2, const Rating& r, Factorisation& model) {
  const auto miss = float(scale.value(r.level) - model(r));
  const auto step = float(rate), decay = float(l2);
  double &b = model.biases.user[r.user], &c = model.biases.item[r.item];
  b += rate * (double(miss) - l2 * b);
  c += rate * (double(miss) - l2 * c);
  float *p = &model.users[r.user * model.rank], *q = &model.items[r.item * model.rank];
  for (std::size_t f = 0; f < model.rank; ++f) {
    const float before = p[f];
    p[f] += step * (miss * q[f] - decay * p[f]);
    q[f] += step * (miss * before - decay * q[f]);
  }
}

std::vector<float> small_numbers(Key key, std::size_t rows, std::size_t rank) {
  constexpr double kScale = 0.1;
  std::vector<float> out;
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::uint32_t f = 0; f < rank; ++f) out.push_back(float(kScale * normal(key, r, f)));
  return out;
}

Factorisation factorise(const RatingData& data, const FactorisationOptions& options, Biases biases) {
  const auto rank = std::size_t(options.rank);
  Factorisation model{std::move(biases), rank, small_numbers(options.key.fold(kUsers), data.users.size(), rank),
                      small_numbers(options.key.fold(kItems), data.items.size(), rank)};
  StepCount progress("matrix factorisation", options.epochs, options.report);
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const double rate = options.rate * (1 - double(epoch) / options.epochs);
    const Key key = options.key.fold(kOrder).fold(std::uint64_t(epoch));
    for (const std::uint32_t i : permutation(key, std::uint32_t(data.train.size())))
      step(data.scale, rate, options.l2, data.train[i], model);
    progress.add(1);
  }
  return model;
}

}  // namespace

SimpleBaselines simple_baselines(const RatingData& data, std::span<const Rating> held_out, double bias_l2) {
  const Biases biases = fit_biases(data, bias_l2);
  return {error_of(data.scale, held_out, [&](const Rating&) { return biases.mean; }),
          error_of(data.scale, held_out, std::cref(biases))};
}

RatingBaselines rating_baselines(const RatingData& data, std::span<const Rating> held_out,
                                 const FactorisationOptions& options) {
  const SimpleBaselines simple = simple_baselines(data, held_out, options.bias_l2);
  const Factorisation factorisation = factorise(data, options, fit_biases(data, options.bias_l2));
  return {simple.constant, simple.bias, error_of(data.scale, held_out, std::cref(factorisation))};
}

}  // namespace deepboltz
