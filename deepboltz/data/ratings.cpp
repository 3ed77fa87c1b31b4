#include "deepboltz/data/ratings.h"

#include <cmath>
#include <limits>
#include <unordered_map>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kLongestText = std::uint64_t(2) << 30;
constexpr std::int64_t kMostLevels = 100;
constexpr std::string_view kColumns[] = {"userId", "movieId", "rating", "timestamp"};

struct Format {
  std::string_view separator;
  bool header;
};

Format format_of(std::string_view first_line) {
  if (first_line.find("::") != std::string_view::npos) return {"::", false};
  if (first_line.find('\t') != std::string_view::npos) return {"\t", false};
  return {",", true};
}

std::vector<std::string_view> split(std::string_view line, std::string_view separator) {
  std::vector<std::string_view> cells;
  for (std::size_t at = 0;;) {
    const std::size_t end = line.find(separator, at);
    cells.push_back(line.substr(at, end - at));
    if (end == std::string_view::npos) return cells;
    at = end + separator.size();
  }
}

// What the lines of a file are, and how many columns they have.
struct Kind {
  const char* records;
  const char* columns;  // of a header
  const char* cells;    // of another line
  std::size_t least, most;
};
constexpr Kind kRatings{"ratings", "userId,movieId,rating and perhaps timestamp",
                        "user, item, rating and perhaps a time", 3, 4};
constexpr Kind kSeen{"pairs of user and item", "userId,movieId alone",
                     "user and item alone, since a rating here would not be learnt from", 2, 2};

class Reader {
 public:
  Reader(const std::string& file, const Kind& kind) : file_(file), kind_(kind) {}

  std::vector<Rating> ratings(std::string_view text, const RatingScale& scale) {
    return read<Rating>(text, [&](const auto& cells) { return rating(cells, scale); });
  }
  std::vector<SeenPair> pairs(std::string_view text) {
    return read<SeenPair>(text, [&](const auto& cells) {
      return SeenPair{.user = id(cells[0], "user"), .item = id(cells[1], "item"), .line = std::uint32_t(line_)};
    });
  }

 private:
  template <class Record, class Make> std::vector<Record> read(std::string_view text, Make&& make) {
    Lines lines(text);
    std::string_view line;
    require_line(lines.next(line), file_, 1, "the file is empty");
    const Format format = format_of(line);
    if (format.header) read_header(line);
    std::vector<Record> records;
    for (bool there = !format.header || lines.next(line); there; there = lines.next(line)) {
      line_ = std::uint64_t(lines.number());
      require_line(records.size() < std::size_t(std::numeric_limits<std::int32_t>::max()), file_, line_,
                   "more than {} {}", std::numeric_limits<std::int32_t>::max(), kind_.records);
      records.push_back(make(cells_of(line, format.separator)));
    }
    require_line(!records.empty(), file_, line_, "there are no {}", kind_.records);
    return records;
  }

  void read_header(std::string_view line) {
    const auto names = split(line, ",");
    require_line(names.size() >= kind_.least && names.size() <= kind_.most, file_, 1,
                 "expected the columns {} (or numbers separated by tabs or ::), got '{}'", kind_.columns,
                 printable(line));
    for (std::size_t c = 0; c < names.size(); ++c)
      require_line(names[c] == kColumns[c], file_, 1, "column {}: expected '{}', got '{}'", c + 1, kColumns[c],
                   printable(names[c]));
    columns_ = names.size();
  }

  std::vector<std::string_view> cells_of(std::string_view line, std::string_view separator) {
    std::vector<std::string_view> cells = split(line, separator);
    if (columns_ == 0) columns_ = cells.size();
    require_line(columns_ >= kind_.least && columns_ <= kind_.most, file_, line_, "expected {}, got {} columns",
                 kind_.cells, columns_);
    require_line(cells.size() == columns_, file_, line_, "expected {} columns, got {}", columns_, cells.size());
    return cells;
  }

  Rating rating(const std::vector<std::string_view>& cells, const RatingScale& scale) const {
    Rating out{.user = id(cells[0], "user"), .item = id(cells[1], "item"), .level = 0, .line = std::uint32_t(line_)};
    const auto value = parse_number<double>(cells[2]);
    const auto level = value ? scale.level(*value) : std::nullopt;
    require_line(level.has_value(), file_, line_, "the rating '{}' is not on the scale {}", printable(cells[2], 40),
                 to_text(scale));
    out.level = *level;
    if (columns_ == 4)
      require_line(parse_number<std::uint64_t>(cells[3]).has_value(), file_, line_,
                   "the time '{}' is not a whole number", printable(cells[3], 40));
    return out;
  }

  std::uint32_t id(std::string_view cell, const char* what) const {
    const auto number = parse_number<std::uint32_t>(cell);
    require_line(number.has_value(), file_, line_, "the {} '{}' is not a whole number", what, printable(cell, 40));
    return *number;
  }

  const std::string& file_;
  const Kind& kind_;
  std::size_t columns_ = 0;
  std::uint64_t line_ = 1;
};

// The text, unpacked into `storage` where it is packed.
std::string_view unpacked(ByteView bytes, const std::string& file, Bytes& storage) {
  if (is_gzip(bytes)) bytes = storage = gunzip(bytes, file, kLongestText);
  require_line(bytes.size() <= kLongestText, file, 1, "{} bytes of text, the limit is {}", bytes.size(), kLongestText);
  return as_text(bytes);
}

template <class Record> void require_no_pair_twice(std::span<const Record> records, const std::string& file) {
  std::unordered_map<std::uint64_t, std::uint32_t> lines;
  lines.reserve(records.size());
  for (const Record& r : records) {
    const auto [before, is_new] = lines.emplace(std::uint64_t(r.user) << 32 | r.item, r.line);
    require_line(is_new, file, r.line, "the pair of user {} and item {} comes twice, before in line {}", r.user, r.item,
                 before->second);
  }
}

}  // namespace

std::int64_t RatingScale::levels() const { return std::int64_t(std::llround((highest - lowest) / step)) + 1; }

std::optional<std::uint8_t> RatingScale::level(double rating) const {
  const double steps = (rating - lowest) / step;
  const double nearest = std::round(steps);
  if (!(std::abs(steps - nearest) < 1e-6) || nearest < 0 || nearest >= double(levels())) return std::nullopt;
  return std::uint8_t(nearest);
}

void require_scale(const RatingScale& scale) {
  const double steps = (scale.highest - scale.lowest) / scale.step;
  require(std::isfinite(steps) && scale.step > 0 && steps > 0.5 && steps < double(kMostLevels) - 0.5 &&
              std::abs(steps - std::round(steps)) < 1e-6,
          "the scale of ratings: expected 2 to {} levels from lowest to highest, got {} to {} by {}", kMostLevels,
          scale.lowest, scale.highest, scale.step);
}

std::string to_text(const RatingScale& scale) {
  return fmt::format("{}, {}, … {}", scale.lowest, scale.value(1), scale.highest);
}

std::vector<Rating> parse_ratings(ByteView bytes, const std::string& file, const RatingScale& scale) {
  require_scale(scale);
  Bytes storage;
  return Reader(file, kRatings).ratings(unpacked(bytes, file, storage), scale);
}

std::vector<SeenPair> parse_seen(ByteView bytes, const std::string& file) {
  Bytes storage;
  return Reader(file, kSeen).pairs(unpacked(bytes, file, storage));
}

std::vector<Rating> read_ratings(const std::filesystem::path& path, const RatingScale& scale) {
  return parse_ratings(read_file(path, kLongestText), path.string(), scale);
}

std::vector<SeenPair> read_seen(const std::filesystem::path& path) {
  return parse_seen(read_file(path, kLongestText), path.string());
}

void require_distinct(std::span<const Rating> ratings, const std::string& file) {
  require_no_pair_twice(ratings, file);
}
void require_distinct(std::span<const SeenPair> seen, const std::string& file) { require_no_pair_twice(seen, file); }

}  // namespace deepboltz
