#include "deepboltz/system/ratings/unit_page.h"

#include <algorithm>

#include "deepboltz/report/html.h"

namespace deepboltz {
namespace {

constexpr std::size_t kGenres = 3;       // named at either end
constexpr std::size_t kTitlesALine = 5;  // of the text

std::string list(const RatingData& data, const std::vector<std::pair<std::uint32_t, double>>& items) {
  std::string html = "<ol>";
  for (const auto& [item, effect] : items)
    html += fmt::format("<li>{} <small>{:+.2f}</small></li>", escaped(data.films[item].title), effect);
  return html + "</ol>";
}

std::string genres(const UnitTitles& unit) {
  std::string text;
  const std::size_t count = std::min(kGenres, unit.genres.size());
  for (std::size_t g = 0; g < count; ++g)
    text += fmt::format("{}{} {:+.2f}", g ? ", " : "", unit.genres[g].first, unit.genres[g].second);
  for (std::size_t g = std::max(count, unit.genres.size() - count); g < unit.genres.size(); ++g)
    text += fmt::format("{}{} {:+.2f}", g == unit.genres.size() - count ? " … " : ", ", unit.genres[g].first,
                        unit.genres[g].second);
  return text;
}

}  // namespace

std::string unit_page(const RatingData& data, RatingCase of, const std::vector<UnitTitles>& units) {
  std::string html =
      "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<title>hidden units</title>\n<style>body{font:15px/1.4 sans-serif;max-width:60em;margin:auto;padding:1em}"
      "section{display:flex;flex-wrap:wrap;gap:0 2em;border-top:1px solid #ccc}h2{flex-basis:100%;margin:.6em 0 0}"
      "p{flex-basis:100%;margin:.2em 0}div{flex:1 1 20em}small{color:#666}</style>\n<h1>Hidden units</h1>\n";
  html += of == RatingCase::user ? "<p>How many stars a unit adds to a film when it turns on.</p>\n"
                                 : "<p>How much more active a unit is at a film than on average.</p>\n";
  for (const UnitTitles& unit : units)
    html += fmt::format(
        "<section><h2>unit {} <small>spread "
        "{:.3f}</small></h2><p>{}</p><div>most{}</div><div>least{}</div></section>\n",
        unit.unit, unit.spread, escaped(genres(unit)), list(data, unit.most), list(data, unit.least));
  return html;
}

std::string unit_lines(const RatingData& data, const std::vector<UnitTitles>& units, std::size_t count) {
  std::string text;
  for (std::size_t u = 0; u < std::min(count, units.size()); ++u) {
    text += fmt::format("unit {}  {}\n", units[u].unit, genres(units[u]));
    for (const auto* side : {&units[u].most, &units[u].least}) {
      text += side == &units[u].most ? "  + " : "  - ";
      for (std::size_t i = 0; i < std::min(kTitlesALine, side->size()); ++i)
        text += (i ? "; " : "") + data.films[(*side)[i].first].title;
      text += "\n";
    }
  }
  return text;
}

}  // namespace deepboltz
