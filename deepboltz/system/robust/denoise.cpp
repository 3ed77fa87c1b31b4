#include "deepboltz/system/robust/denoise.h"

#include <algorithm>
#include <cstring>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/io/malformed.h"
#include "deepboltz/kernel/reduce.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kStart, kSweep };

constexpr std::string_view kStarts[] = {"all",        "upper third", "upper half", "upper two thirds",
                                        "lower half", "left half",   "right half", "without eyes"};

bool is_clear(std::string_view start, int row, int column, int height, int width) {
  if (start == "upper third") return 3 * row < height;
  if (start == "upper half") return 2 * row < height;
  if (start == "upper two thirds") return 3 * row < 2 * height;
  if (start == "lower half") return 2 * row >= height;
  if (start == "left half") return 2 * column < width;
  if (start == "right half") return 2 * column >= width;
  if (start == "without eyes") return 10 * row < 3 * height || 10 * row >= 5 * height;
  return true;
}

}  // namespace

std::span<const std::string_view> start_masks() { return kStarts; }

Tensor masks_of(std::span<const std::string> starts, int height, int width) {
  require(!starts.empty(), "starts: expected at least one start mask");
  Tensor masks(DType::u8, std::int64_t(starts.size()), std::int64_t(height) * width);
  for (std::size_t k = 0; k < starts.size(); ++k) {
    if (std::ranges::find(kStarts, starts[k]) == std::end(kStarts)) {
      const std::vector<std::string> known(std::begin(kStarts), std::end(kStarts));
      throw InputError(fmt::format("starts: there is no start mask '{}'; the nearest one is '{}'", printable(starts[k]),
                                   nearest_word(starts[k], known)));
    }
    for (int i = 0; i < height * width; ++i)
      masks.as<std::uint8_t>()(std::int64_t(k), i) = is_clear(starts[k], i / width, i % width, height, width);
  }
  return masks;
}

Denoised denoise(Context& ctx, const RobustMachine& machine, const PictureScale& scale, ConstMatrix observed,
                 int height, int width, const DenoiseOptions& options) {
  require(std::int64_t(height) * width == machine.pixels(), "denoise: pictures of {} × {} for a machine of {} pixels",
          height, width, machine.pixels());
  require(options.sweeps > options.average_from && options.average_from >= 0,
          "denoise: expected to average from a sweep before the last, got {} of {}", options.average_from,
          options.sweeps);
  constexpr std::int64_t kCases = 100;  // at a time
  const Tensor starts = masks_of(options.starts, height, width);
  const DType precision = machine.precision();
  Denoised found{.clean = Tensor(precision, observed.rows, machine.pixels()),
                 .clear = Tensor(precision, observed.rows, machine.pixels()),
                 .gains = {},
                 .fit = std::vector<double>(std::size_t(observed.rows), 0.0)};
  for (std::int64_t first = 0; first < observed.rows; first += kCases) {
    if (!proceed(options.report, {"denoise", first, observed.rows, ""})) throw Interrupted("denoise: stopped");
    const std::int64_t count = std::min(kCases, observed.rows - first);
    PosteriorChains chains = chosen_chains(ctx, machine, scale, options.normalise, observed.slice(first, count), starts,
                                           options.start_sweeps, first, options.key.fold(kStart));
    ScratchScope scope(ctx);
    const Matrix clean = scope.matrix(precision, count, machine.pixels());
    const Matrix clear = scope.matrix(precision, count, machine.pixels());
    std::vector<double> log_p(static_cast<std::size_t>(count));
    const double share = 1 / double(options.sweeps - options.average_from);
    for (int sweep = 0; sweep < options.sweeps; ++sweep) {
      chains.sweep(ctx, options.key.fold(kSweep).fold(std::uint64_t(sweep)),
                   {.clear = clear, .clean = clean, .log_p = log_p});
      if (sweep < options.average_from) continue;
      scale_add(ctx, share, clean, 1, found.clean.view().slice(first, count));
      scale_add(ctx, share, clear, 1, found.clear.view().slice(first, count));
      for (std::int64_t r = 0; r < count; ++r) found.fit[std::size_t(first + r)] += share * log_p[std::size_t(r)];
    }
    found.gains.insert(found.gains.end(), chains.gains().begin(), chains.gains().end());
  }
  for (std::int64_t r = 0; r < observed.rows; ++r)
    for (std::int64_t i = 0; i < machine.pixels(); ++i) found.clean.set(r, i, scale.to_data(i, found.clean.at(r, i)));
  return found;
}

}  // namespace deepboltz
