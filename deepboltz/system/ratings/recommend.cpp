#include "deepboltz/system/ratings/recommend.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/data/rating_cases.h"
#include "deepboltz/system/ratings/newcomer.h"
#include "deepboltz/system/ratings/predict_ratings.h"
#include "deepboltz/system/ratings/rating_fields.h"

namespace deepboltz {
namespace {

// The items that may be recommended: rated often enough, and not seen by this user.
std::vector<std::uint32_t> candidates(const RatingData& data, const OwnRatings& mine, std::int64_t least) {
  std::vector<std::int64_t> raters(data.items.size(), 0);
  for (const Rating& r : data.train) ++raters[r.item];
  for (const Rating& r : mine.ratings) raters[r.item] = -1;
  for (const std::uint32_t item : mine.seen) raters[item] = -1;
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

// What is known of one user, as a case of one row.
RatingCases case_of(const RatingData& data, const EnergyModel& model, const OwnRatings& mine) {
  const auto levels = std::uint32_t(data.scale.levels());
  RatingCases one;
  one.ratings.cols = model.layer(model.visible()).units;
  for (const Rating& r : mine.ratings) one.ratings.column.push_back(r.item * levels + r.level);
  one.ratings.end_row();
  if (!rating_layers(model).conditional) return one;
  one.seen.cols = one.ratings.cols / levels;
  one.seen.column = mine.seen;
  for (const Rating& r : mine.ratings) one.seen.column.push_back(r.item);
  std::ranges::sort(one.seen.column);
  one.seen.end_row();
  return one;
}

// A row times over; of row i, `left_out(i)` is missing.
template <class LeftOut> SparseRows without(const SparseRows& one, std::size_t times, LeftOut&& left_out) {
  SparseRows x;
  x.cols = one.cols;
  for (std::size_t i = 0; i < times; ++i) {
    const std::optional<std::uint32_t> missing = left_out(i);
    for (const std::uint32_t c : one.column)
      if (c != missing) x.column.push_back(c);
    x.end_row();
  }
  return x;
}

SparseRows repeated(const SparseRows& one, std::size_t times) {
  return without(one, times, [](std::size_t) { return std::nullopt; });
}

// Row i: the case without its i-th rating, the item still seen; then without each of `seen`.
RatingCases without_each(const RatingCases& one, const std::vector<std::uint32_t>& seen) {
  const std::size_t rated = one.ratings.column.size(), rows = rated + seen.size();
  using Missing = std::optional<std::uint32_t>;
  return {
      without(one.ratings, rows, [&](std::size_t i) { return i < rated ? Missing(one.ratings.column[i]) : Missing(); }),
      without(one.seen, rows, [&](std::size_t i) { return i < rated ? Missing() : Missing(seen[i - rated]); })};
}

// Means of the hidden units, one row a case, minus their means over the cases.
Tensor centred_codes(Context& ctx, const EnergyModel& model, const RatingCases& cases) {
  Tensor code = rating_means(ctx, model, cases);
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
                                              const OwnRatings& mine, const RecommendOptions& options) {
  const RatingCases one = case_of(data, model, mine);
  const std::vector<std::uint32_t> open = candidates(data, mine, options.least_ratings);
  const auto expected = [&](const RatingCases& known, const std::vector<std::uint32_t>& items) {
    SparseRows asked;
    asked.cols = std::int64_t(data.items.size());
    asked.column = items;
    asked.end_row();
    return expected_ratings(
        data.scale,
        predict_levels(ctx, model, known, repeated(asked, std::size_t(known.ratings.rows())), RatingInference::exact));
  };
  std::vector<Recommendation> out = best(open, expected(one, open), options.count);
  const std::size_t rated = mine.ratings.size();
  const auto seen = rating_layers(model).conditional ? mine.seen : std::vector<std::uint32_t>{};
  if (rated + seen.size() == 0 || out.empty()) return out;
  std::vector<std::uint32_t> chosen;
  for (const Recommendation& r : out) chosen.push_back(r.item);
  std::ranges::sort(chosen);
  const std::vector<double> rest = expected(without_each(one, seen), chosen);
  for (Recommendation& r : out) {
    const auto place = std::size_t(std::ranges::lower_bound(chosen, r.item) - chosen.begin());
    const auto raised = [&](std::size_t row) { return r.expected - rest[row * chosen.size() + place]; };
    for (std::size_t i = 0; i < rated; ++i)
      r.reasons.push_back({mine.ratings[i].item, data.scale.value(mine.ratings[i].level), raised(i)});
    for (std::size_t i = 0; i < seen.size(); ++i) r.reasons.push_back({seen[i], std::nullopt, raised(rated + i)});
    keep_strongest(r.reasons, options.reasons);
  }
  return out;
}

std::vector<Recommendation> recommend_by_items(Context& ctx, const EnergyModel& model, const RatingData& data,
                                               std::uint32_t user, const OwnRatings& mine,
                                               const RecommendOptions& options) {
  const RatingCases known = rating_cases(data, data.train, RatingCase::item);
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
  for (const Rating& r : mine.ratings) mean += data.scale.value(r.level) / double(mine.ratings.size());
  for (Recommendation& r : out) {
    for (const Rating& own : mine.ratings)
      if (data.scale.value(own.level) > mean)
        r.reasons.push_back({own.item, data.scale.value(own.level), correlation(code, r.item, own.item)});
    keep_strongest(r.reasons, options.reasons);
  }
  return out;
}

std::vector<Recommendation> recommend_to_newcomer(Context& ctx, const EnergyModel& model, const RatingData& data,
                                                  const OwnRatings& mine, const RecommendOptions& options) {
  const EnergyModel wider = with_newcomer(ctx, model, rating_cases(data, data.train, RatingCase::item), mine.ratings);
  RatingData joined = data;
  const auto place = std::uint32_t(data.users.size());
  joined.users.push_back(data.users.back() + 1);
  return recommend_by_items(ctx, wider, joined, place, mine, options);
}

}  // namespace deepboltz
