#include "deepboltz/task/recommend.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/kernel/sparse_linear.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/task/newcomer.h"
#include "deepboltz/task/predict_ratings.h"

namespace deepboltz {
namespace {

// The items that may be recommended: rated often enough, and not by this user.
std::vector<std::uint32_t> candidates(const RatingData& data, std::span<const Rating> mine, std::int64_t least) {
  std::vector<std::int64_t> raters(data.items.size(), 0);
  for (const Rating& r : data.train) ++raters[r.item];
  for (const Rating& r : mine) raters[r.item] = -1;
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < raters.size(); ++i)
    if (raters[i] >= least && raters[i] >= 0) out.push_back(i);
  return out;
}

// The best `count`, the first of equals before the later.
std::vector<Recommendation> best(const std::vector<std::uint32_t>& items, const std::vector<double>& expected,
                                 std::int64_t count) {
  std::vector<Recommendation> all;
  for (std::size_t i = 0; i < items.size(); ++i) all.push_back({items[i], expected[i], {}});
  std::ranges::stable_sort(all, std::ranges::greater(), &Recommendation::expected);
  if (std::int64_t(all.size()) > count) all.resize(std::size_t(count));
  return all;
}

void keep_strongest(std::vector<Reason>& reasons, std::int64_t count) {
  std::erase_if(reasons, [](const Reason& r) { return r.weight <= 0; });
  std::ranges::stable_sort(reasons, std::ranges::greater(), &Reason::weight);
  if (std::int64_t(reasons.size()) > count) reasons.resize(std::size_t(count));
}

SparseRows one_row(std::int64_t cols, const std::vector<std::uint32_t>& columns) {
  SparseRows x;
  x.cols = cols;
  x.column = columns;
  x.end_row();
  return x;
}

std::vector<std::uint32_t> columns_of(std::span<const Rating> mine, std::int64_t levels) {
  std::vector<std::uint32_t> columns;
  for (const Rating& r : mine) columns.push_back(std::uint32_t(r.item * levels + r.level));
  return columns;
}

// Row i: the case without its i-th rating.
SparseRows without_each(const std::vector<std::uint32_t>& columns, std::int64_t cols) {
  SparseRows x;
  x.cols = cols;
  for (std::size_t left_out = 0; left_out < columns.size(); ++left_out) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (i != left_out) x.column.push_back(columns[i]);
    x.end_row();
  }
  return x;
}

SparseRows repeated(const std::vector<std::uint32_t>& columns, std::int64_t cols, std::size_t times) {
  SparseRows x;
  x.cols = cols;
  for (std::size_t i = 0; i < times; ++i) {
    x.column.insert(x.column.end(), columns.begin(), columns.end());
    x.end_row();
  }
  return x;
}

// Means of the hidden units, one row a case, minus their means over the cases.
Tensor centred_codes(Context& ctx, const EnergyModel& model, const SparseRows& cases) {
  const Layer& hidden = model.layer(*model.find(Role::hidden));
  Tensor input(model.precision(), cases.rows(), hidden.units), code(model.precision(), cases.rows(), hidden.units);
  multiply_sparse(ctx, cases, model.connections()[0].weight, {}, input);
  unit_mean(ctx, hidden.unit, {input, hidden.bias, {}, {}, cases.rows()}, {}, code);
  for (std::int64_t j = 0; j < code.cols(); ++j) {
    double mean = 0;
    for (std::int64_t r = 0; r < code.rows(); ++r) mean += code.at(r, j) / double(code.rows());
    for (std::int64_t r = 0; r < code.rows(); ++r) code.set(r, j, code.at(r, j) - mean);
  }
  return code;
}

double correlation(const Tensor& code, std::int64_t a, std::int64_t b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::int64_t j = 0; j < code.cols(); ++j) {
    ab += code.at(a, j) * code.at(b, j);
    aa += code.at(a, j) * code.at(a, j);
    bb += code.at(b, j) * code.at(b, j);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

std::vector<Recommendation> recommend_to_case(Context& ctx, const EnergyModel& model, const RatingData& data,
                                              std::span<const Rating> mine, const RecommendOptions& options) {
  const std::int64_t levels = data.scale.levels(), items = std::int64_t(data.items.size());
  const std::vector<std::uint32_t> columns = columns_of(mine, levels),
                                   open = candidates(data, mine, options.least_ratings);
  const auto expected = [&](const SparseRows& known, const std::vector<std::uint32_t>& asked) {
    return expected_ratings(
        data.scale,
        predict_levels(ctx, model, known, repeated(asked, items, std::size_t(known.rows())), RatingInference::exact));
  };
  std::vector<Recommendation> out = best(open, expected(one_row(items * levels, columns), open), options.count);
  if (mine.empty() || out.empty()) return out;
  std::vector<std::uint32_t> chosen;
  for (const Recommendation& r : out) chosen.push_back(r.item);
  std::ranges::sort(chosen);
  const std::vector<double> without = expected(without_each(columns, items * levels), chosen);
  for (Recommendation& r : out) {
    const auto place = std::size_t(std::ranges::lower_bound(chosen, r.item) - chosen.begin());
    for (std::size_t i = 0; i < mine.size(); ++i)
      r.reasons.push_back(
          {mine[i].item, data.scale.value(mine[i].level), r.expected - without[i * chosen.size() + place]});
    keep_strongest(r.reasons, options.reasons);
  }
  return out;
}

std::vector<Recommendation> recommend_by_items(Context& ctx, const EnergyModel& model, const RatingData& data,
                                               std::uint32_t user, std::span<const Rating> mine,
                                               const RecommendOptions& options) {
  const SparseRows known = rating_rows(data, data.train, RatingCase::item);
  const std::vector<std::uint32_t> open = candidates(data, mine, options.least_ratings);
  SparseRows asked;
  asked.cols = std::int64_t(data.users.size());
  for (std::uint32_t item = 0; item < data.items.size(); ++item) {
    if (std::ranges::binary_search(open, item)) asked.column.push_back(user);
    asked.end_row();
  }
  std::vector<Recommendation> out =
      best(open, expected_ratings(data.scale, predict_levels(ctx, model, known, asked, RatingInference::exact)),
           options.count);
  const Tensor code = centred_codes(ctx, model, known);
  double mean = 0;
  for (const Rating& r : mine) mean += data.scale.value(r.level) / double(mine.size());
  for (Recommendation& r : out) {
    for (const Rating& own : mine)
      if (data.scale.value(own.level) > mean)
        r.reasons.push_back({own.item, data.scale.value(own.level), correlation(code, r.item, own.item)});
    keep_strongest(r.reasons, options.reasons);
  }
  return out;
}

std::vector<Recommendation> recommend_to_newcomer(Context& ctx, const EnergyModel& model, const RatingData& data,
                                                  std::span<const Rating> mine, const RecommendOptions& options) {
  const EnergyModel wider = with_newcomer(ctx, model, rating_rows(data, data.train, RatingCase::item), mine);
  RatingData joined = data;
  const auto place = std::uint32_t(data.users.size());
  joined.users.push_back(data.users.back() + 1);
  return recommend_by_items(ctx, wider, joined, place, mine, options);
}

}  // namespace deepboltz
