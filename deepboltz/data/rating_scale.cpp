#include "deepboltz/data/rating_scale.h"

#include <algorithm>
#include <set>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/folder.h"
#include "deepboltz/data/lines.h"

namespace deepboltz {
namespace {

RatingScale scale_of(const std::set<double>& ratings) {
  constexpr double kHalf = 0.5;
  RatingScale usual;
  const auto on_it = [&](const RatingScale& scale) {
    return std::ranges::all_of(ratings, [&](double rating) { return scale.level(rating).has_value(); });
  };
  if (on_it(usual)) return usual;
  const RatingScale halves{.lowest = kHalf, .highest = 5, .step = kHalf};
  if (on_it(halves)) return halves;
  RatingScale own{.lowest = *ratings.begin(), .highest = *ratings.rbegin(), .step = *ratings.rbegin()};
  for (auto next = std::next(ratings.begin()); next != ratings.end(); ++next)
    own.step = std::min(own.step, *next - *std::prev(next));
  return own;
}

}  // namespace

std::optional<RatingScale> find_scale(const std::filesystem::path& path) {
  if (is_folder(path)) return std::nullopt;
  const Bytes text = read_text(path);
  Lines lines(as_text(text));
  std::string_view line;
  if (!lines.next(line)) return std::nullopt;
  const bool header = line.starts_with("userId,movieId,rating");
  const std::string_view separator = header ? "," : "::";
  if (!header && line.find(separator) == std::string_view::npos) return std::nullopt;
  std::set<double> ratings;
  if (header && !lines.next(line)) return std::nullopt;
  do {
    const std::size_t user = line.find(separator), item = line.find(separator, user + separator.size());
    if (user == std::string_view::npos || item == std::string_view::npos) return std::nullopt;
    const std::size_t first = item + separator.size(), end = std::min(line.find(separator, first), line.size());
    const auto rating = parse_number<double>(line.substr(first, end - first));
    if (!rating) return std::nullopt;
    ratings.insert(*rating);
  } while (lines.next(line));
  return ratings.size() < 2 ? std::nullopt : std::optional(scale_of(ratings));
}

}  // namespace deepboltz
