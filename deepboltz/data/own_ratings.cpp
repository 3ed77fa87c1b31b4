#include "deepboltz/data/own_ratings.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/file.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kLongestText = std::uint64_t(16) << 20;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return out;
}

// "; did you mean 'A', 'B'?", or nothing.
std::string titles_with(std::string_view part, const std::vector<Film>& films) {
  constexpr int kMost = 3;
  std::string text;
  int found = 0;
  for (const Film& film : films)
    if (!part.empty() && lower(film.title).find(lower(part)) != std::string::npos && found++ < kMost)
      text += fmt::format("{}'{}'", text.empty() ? "" : ", ", printable(film.title));
  return text.empty() ? "" : fmt::format("; did you mean {}{}?", text, found > kMost ? " …" : "");
}

std::optional<std::uint32_t> film_numbered(std::string_view word, const RatingData& data) {
  const auto number = parse_number<std::uint32_t>(word);
  if (!number) return std::nullopt;
  const auto at = std::ranges::lower_bound(data.items, *number);
  if (at == data.items.end() || *at != *number) return std::nullopt;
  return std::uint32_t(at - data.items.begin());
}

// The place of the one film that has this title or this number. InputError: there is none, or several.
std::uint32_t find_film(std::string_view word, const RatingData& data, const std::string& file, std::uint64_t line) {
  std::vector<std::uint32_t> titled;
  for (std::uint32_t i = 0; i < data.films.size(); ++i)
    if (data.films[i].title == word) titled.push_back(i);
  const auto numbered = film_numbered(word, data);
  std::vector<std::uint32_t> numbers;
  for (const std::uint32_t i : titled) numbers.push_back(data.items[i]);
  require_line(titled.empty() || !numbered || titled == std::vector{*numbered}, file, line,
               "'{}' is the number of '{}' and the title of film {}; give that title, or the other number",
               printable(word), printable(data.films[numbered.value_or(0)].title), fmt::join(numbers, ", "));
  require_line(titled.size() < 2, file, line, "'{}' is the title of several films; give the number of one: {}",
               printable(word), fmt::join(numbers, ", "));
  require_line(numbered || !titled.empty(), file, line, "there is no film '{}'{}", printable(word),
               titles_with(word, data.films));
  return titled.empty() ? *numbered : titled.front();
}

}  // namespace

OwnRatings parse_own_ratings(ByteView bytes, const std::string& file, const RatingData& data) {
  require_line(bytes.size() <= kLongestText, file, 1, "{} bytes of text, the limit is {}", bytes.size(), kLongestText);
  OwnRatings mine;
  std::vector<std::uint64_t> line_of(data.items.size(), 0);  // 0: the film has not come
  Lines lines(as_text(bytes));
  for (std::string_view line; lines.next(line);) {
    const auto number = std::uint64_t(lines.number());
    const std::size_t end = line.find_last_of("\t,");
    require_line(end != std::string_view::npos, file, number,
                 "expected a film, a tab or a comma, and a rating, got '{}'", printable(line));
    const std::uint32_t item = find_film(line.substr(0, end), data, file, number);
    require_line(line_of[item] == 0, file, number, "the film '{}' comes twice, before in line {}",
                 printable(line.substr(0, end)), line_of[item]);
    line_of[item] = number;
    const std::string_view rating = line.substr(end + 1);
    if (rating == "seen") {
      mine.seen.push_back(item);
      continue;
    }
    const auto value = parse_number<double>(rating);
    const auto level = value ? data.scale.level(*value) : std::nullopt;
    require_line(level.has_value(), file, number, "the rating '{}' is not on the scale {}, nor the word seen",
                 printable(rating, 40), to_text(data.scale));
    mine.ratings.push_back({.user = 0, .item = item, .level = *level, .line = std::uint32_t(number)});
  }
  require_line(lines.number() > 0, file, 1, "there are no ratings");
  std::ranges::sort(mine.ratings, {}, &Rating::item);
  std::ranges::sort(mine.seen);
  return mine;
}

OwnRatings read_own_ratings(const std::filesystem::path& path, const RatingData& data) {
  return parse_own_ratings(read_file(path, kLongestText), path.string(), data);
}

OwnRatings ratings_of_user(const RatingData& data, std::uint32_t user) {
  OwnRatings mine;
  for (const Rating& r : data.train)
    if (r.user == user) mine.ratings.push_back(r);
  for (const SeenPair& s : data.seen)
    if (s.user == user) mine.seen.push_back(s.item);
  return mine;
}

}  // namespace deepboltz
