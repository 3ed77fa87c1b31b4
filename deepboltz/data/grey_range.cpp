#include "deepboltz/data/grey_range.h"

#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

constexpr std::uint8_t kLight = 128;  // what no scale but that of bytes has

// The greatest of the bytes, or the first that is `enough`.
std::uint8_t greatest_of(ConstMatrix x, std::uint8_t enough) {
  const auto view = x.as<std::uint8_t>();
  std::uint8_t greatest = 0;
  for (std::int64_t i = 0; i < view.rows * view.cols && greatest < enough; ++i)
    greatest = std::max(greatest, view.data[i]);
  return greatest;
}

void rescale(const GreyRange& range, bool invert, Dataset& data) {
  if (range.fits_bytes() && range.scale() == 255) {
    if (invert) std::for_each_n(data.x.data(), data.x.bytes(), [](std::byte& value) { value = ~value; });
    return;
  }
  Tensor scaled(range.dtype(), data.cases(), data.units());
  GreyWriter writer(range, invert, scaled);
  const auto bytes = data.x.as<std::uint8_t>();
  for (std::int64_t r = 0; r < bytes.rows; ++r)
    for (std::int64_t c = 0; c < bytes.cols; ++c) writer.set(r, c, bytes(r, c));
  data.x = std::move(scaled);
}

}  // namespace

std::string GreyRange::expected() const {
  if (numbers_) return "expected finite numbers";
  if (stated_ > 0) return fmt::format("expected numbers from 0 to {}, the scale that is stated", stated_);
  if (known_ > 0)
    return fmt::format("expected numbers from 0 to {}, the scale of the training cases; scale states another", limit_);
  return "expected numbers in [0, 1], or whole numbers from 0 to 255; scale states another number for ink";
}

void GreyRange::settle(Dataset& data) const {
  if (numbers_) return;
  data.scale = scale();
  const std::string name = printable(data.name, 4096);
  if (rules_ == kFirstRules || stated_ > 0) return;
  if (known_ > 1 && fraction_)
    data.remarks.push_back(
        fmt::format("{}: numbers with fractions in [0, 1] are read as they are, not on the scale 0 to {} of the "
                    "training cases; scale states another",
                    name, known_));
  else if (known_ > 1 && greatest_ <= 1)
    data.remarks.push_back(fmt::format(
        "{}: no number is above 1, on the scale 0 to {} of the training cases; scale = 1 reads bits", name, known_));
  else if (known_ == 0 && !fraction_ && greatest_ > 1 && !(bytes_ && data.scale == 255))
    data.remarks.push_back(fmt::format("{}: whole numbers from 0 to {}; {} is taken for ink, and scale states another",
                                       name, greatest_, data.scale));
}

void scale_bytes(const ReadOptions& options, Dataset& data) {
  ReadOptions greys = options;
  greys.numbers = false;
  if (greys.scale == 0 && (options.numbers || options.rules == kFirstRules)) greys.scale = 255;
  GreyRange range(greys);
  const double scale = greys.scale > 0 ? greys.scale : greys.known_scale;
  const std::uint8_t greatest = greatest_of(data.x, scale == 0 || scale == 255 ? kLight : 255);
  require(range.add_whole(greatest), "{}: the value {}: {}", printable(data.name, 4096), greatest, range.expected());
  range.settle(data);
  rescale(range, options.invert, data);
}

void scale_picture_bytes(const ReadOptions& options, Dataset& data) {
  ReadOptions typed = options;
  if (typed.scale == 0) typed.scale = 255;
  scale_bytes(typed, data);
  if (options.scale > 0 || options.invert || options.rules == kFirstRules) return;
  if (const int greatest = greatest_of(data.x, kLight); greatest < kLight)
    data.remarks.push_back(fmt::format("{}: the lightest of {} pictures reaches {} of 255; scale = {} takes it for ink",
                                       printable(data.name, 4096), data.cases(), greatest, std::max(1, greatest)));
}

}  // namespace deepboltz
