#include "deepboltz/data/toy_data.h"

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr std::uint8_t kInk = 255;
constexpr std::int64_t kMostCases = 100'000'000;

enum Use : std::uint64_t { kLabel, kBits };

Dataset blank(const char* name, std::int64_t cases, int height, int width, int classes) {
  require(cases >= 1 && cases <= kMostCases, "{}: expected 1 to {} cases, got {}", name, kMostCases, cases);
  return {name,  Tensor(DType::u8, cases, std::int64_t(height) * width), height,
          width, std::vector<int>(static_cast<std::size_t>(cases)),      classes};
}

bool coin(Key key, int index) { return (random_word(key, 0, std::uint32_t(index)) & 1) != 0; }

}  // namespace

Dataset bars_and_stripes(std::int64_t cases, int side, Key key) {
  require(side >= 2 && side <= 64, "bars-and-stripes: expected a side of 2 to 64, got {}", side);
  Dataset data = blank("bars-and-stripes", cases, side, side, 2);
  for (std::int64_t i = 0; i < cases; ++i) {
    const Key own = key.fold(std::uint64_t(i));
    const bool rows = coin(own.fold(kLabel), 0);
    data.labels[std::size_t(i)] = rows;
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        if (coin(own.fold(kBits), rows ? y : x)) data.x.as<std::uint8_t>()(i, y * side + x) = kInk;
  }
  return finished(std::move(data));
}

Dataset shifter(std::int64_t cases, int bits, Key key) {
  require(bits >= 3 && bits <= 4096, "shifter: expected 3 to 4096 bits, got {}", bits);
  Dataset data = blank("shifter", cases, 2, bits, 3);
  for (std::int64_t i = 0; i < cases; ++i) {
    const Key own = key.fold(std::uint64_t(i));
    const int label = int(below(own.fold(kLabel), 0, 3)), move = label - 1;
    data.labels[std::size_t(i)] = label;
    std::uint8_t* row = data.x.as<std::uint8_t>().row(i);
    for (int b = 0; b < bits; ++b)
      if (coin(own.fold(kBits), b)) row[b] = row[bits + (b + move + bits) % bits] = kInk;
  }
  return finished(std::move(data));
}

}  // namespace deepboltz
