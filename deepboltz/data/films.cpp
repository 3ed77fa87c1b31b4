#include "deepboltz/data/films.h"

#include <unordered_set>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/utf8.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kLongestText = std::uint64_t(256) << 20;
constexpr std::string_view kHeader = "movieId,title,genres", kNoGenre = "(no genres listed)";
// u.genre of MovieLens 100K: the flags behind the fifth bar of u.item, in this order.
constexpr std::string_view kFlags[] = {"unknown",   "Action",   "Adventure",   "Animation", "Children's",
                                       "Comedy",    "Crime",    "Documentary", "Drama",     "Fantasy",
                                       "Film-Noir", "Horror",   "Musical",     "Mystery",   "Romance",
                                       "Sci-Fi",    "Thriller", "War",         "Western"};
constexpr std::size_t kBeforeFlags = 5;

std::vector<std::string> genres_in(std::string_view text) {
  std::vector<std::string> genres;
  if (text == kNoGenre) return genres;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('|', at), text.size());
    if (end > at) genres.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return genres;
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  std::vector<Film> read(std::string_view text) {
    Lines lines(text);
    std::string_view line;
    require_line(lines.next(line), file_, 1, "the file is empty");
    const bool csv = line == kHeader;
    std::vector<Film> films;
    for (bool there = !csv || lines.next(line); there; there = lines.next(line)) {
      line_ = std::uint64_t(lines.number());
      const std::string whole = to_utf8(line);
      films.push_back(csv                                     ? comma_line(whole)
                      : whole.find("::") != std::string::npos ? colon_line(whole)
                                                              : bar_line(whole));
      require_line(!films.back().title.empty(), file_, line_, "a film without a title");
      require_line(numbers_.insert(films.back().number).second, file_, line_, "film {} comes twice",
                   films.back().number);
    }
    require_line(!films.empty(), file_, line_, "there are no films");
    return films;
  }

 private:
  std::uint32_t number(std::string_view cell) const {
    const auto value = parse_number<std::uint32_t>(cell);
    require_line(value.has_value(), file_, line_,
                 "expected NUMBER::TITLE::GENRES, NUMBER|TITLE|…, or the header {} and such lines, got '{}'", kHeader,
                 printable(cell, 40));
    return *value;
  }

  Film colon_line(std::string_view line) const {
    const std::size_t first = line.find("::"), last = line.rfind("::");
    require_line(last > first + 1, file_, line_, "expected NUMBER::TITLE::GENRES");
    return {number(line.substr(0, first)), std::string(line.substr(first + 2, last - first - 2)),
            genres_in(line.substr(last + 2))};
  }

  Film comma_line(std::string_view line) const {
    const std::size_t first = line.find(','), last = line.rfind(',');
    require_line(first != std::string_view::npos && last > first, file_, line_, "expected {}", kHeader);
    std::string_view cell = line.substr(first + 1, last - first - 1);
    std::string title;
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
      cell = cell.substr(1, cell.size() - 2);
      for (std::size_t i = 0; i < cell.size(); ++i) {
        title += cell[i];
        i += cell[i] == '"' && i + 1 < cell.size() && cell[i + 1] == '"';
      }
    } else {
      require_line(cell.find(',') == std::string_view::npos, file_, line_, "a title with a comma needs quotes");
      title = cell;
    }
    return {number(line.substr(0, first)), title, genres_in(line.substr(last + 1))};
  }

  Film bar_line(std::string_view line) const {
    std::vector<std::string_view> cells;
    for (std::size_t at = 0;;) {
      const std::size_t end = line.find('|', at);
      cells.push_back(line.substr(at, end - at));
      if (end == std::string_view::npos) break;
      at = end + 1;
    }
    Film film{number(cells[0]), {}, {}};
    require_line(cells.size() == kBeforeFlags + std::size(kFlags), file_, line_, "expected {} cells, got {}",
                 kBeforeFlags + std::size(kFlags), cells.size());
    film.title = cells[1];
    for (std::size_t g = 0; g < std::size(kFlags); ++g) {
      const std::string_view flag = cells[kBeforeFlags + g];
      require_line(flag == "0" || flag == "1", file_, line_, "genre {}: expected 0 or 1, got '{}'", kFlags[g],
                   printable(flag, 40));
      if (flag == "1") film.genres.emplace_back(kFlags[g]);
    }
    return film;
  }

  const std::string& file_;
  std::uint64_t line_ = 1;
  std::unordered_set<std::uint32_t> numbers_;
};

}  // namespace

std::vector<Film> parse_films(ByteView bytes, const std::string& file) {
  require_line(bytes.size() <= kLongestText, file, 1, "{} bytes of text, the limit is {}", bytes.size(), kLongestText);
  return Reader(file).read(as_text(bytes));
}

std::vector<Film> read_films(const std::filesystem::path& path) {
  return parse_films(read_file(path, kLongestText), path.string());
}

}  // namespace deepboltz
