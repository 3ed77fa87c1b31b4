#include "deepboltz/task/hash_index.h"

#include <algorithm>
#include <bit>

#include "deepboltz/kernel/hamming.h"

namespace deepboltz {
namespace {

int pieces_of(const BinaryCodes& codes) {
  if (codes.bits() <= kMostAddressBits) return 1;
  const int log_cases = int(std::bit_width(std::uint64_t(codes.cases())));
  const int longest = std::clamp(log_cases, 1, kMostAddressBits);
  return (codes.bits() + longest - 1) / longest;
}

// Codes that were met, by their distance from the query.
class Met {
 public:
  Met(const BinaryCodes& codes, const std::uint64_t* query, int radius)
      : codes_(codes), query_(query), radius_(radius), at_distance_(static_cast<std::size_t>(radius) + 1) {}

  // Codes of one piece's addresses. Those within `complete` bits are known already.
  void add(const std::vector<std::uint32_t>& numbers, int complete) {
    distance_.resize(numbers.size());
    hamming_distances(query_, codes_.code(0), codes_.words(), numbers, distance_.data());
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (distance_[i] > complete && distance_[i] <= radius_) at_distance_[distance_[i]].push_back(numbers[i]);
  }

  // All at that distance, each once however many pieces led to it.
  std::vector<std::uint32_t>& at(int distance) {
    auto& numbers = at_distance_[std::size_t(distance)];
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
  }

 private:
  const BinaryCodes& codes_;
  const std::uint64_t* query_;
  int radius_;
  std::vector<std::vector<std::uint32_t>> at_distance_;
  std::vector<std::uint16_t> distance_;
};

}  // namespace

HashIndex::HashIndex(BinaryCodes codes) : codes_(std::move(codes)) {
  const int pieces = pieces_of(codes_), least = codes_.bits() / pieces, longer = codes_.bits() % pieces;
  for (int piece = 0, first = 0; piece < pieces; ++piece) {
    tables_.emplace_back(codes_, first, least + (piece < longer));
    first += tables_.back().bits();
  }
}

std::vector<Neighbour> HashIndex::find(const std::uint64_t* query, const Wanted& wanted) const {
  const int radius = std::min(wanted.radius, codes_.bits()), pieces = int(tables_.size());
  std::int64_t visits_left = codes_.cases();
  std::vector<Neighbour> found;
  std::vector<std::uint32_t> candidates;
  Met met(codes_, query, std::max(radius, 0));
  for (int r = 0; r <= radius && std::int64_t(found.size()) < wanted.most; ++r) {
    const AddressTable& table = tables_[std::size_t(r % pieces)];
    visits_left -= addresses_at_distance(table.bits(), r / pieces, visits_left + 1);
    if (visits_left < 0) return scan(codes_, query, wanted);
    table.at_distance(address_of(query, table.first(), table.bits()), r / pieces, candidates);
    if (pieces > 1) {
      visits_left -= std::int64_t(candidates.size());
      if (visits_left < 0) return scan(codes_, query, wanted);
      met.add(candidates, r - 1);
    } else {
      std::ranges::sort(candidates);  // an address is the whole code: all of them are at the distance r
    }
    for (const std::uint32_t number : pieces > 1 ? met.at(r) : candidates) found.push_back({number, r});
  }
  found.resize(std::size_t(std::clamp<std::int64_t>(wanted.most, 0, std::int64_t(found.size()))));
  return found;
}

}  // namespace deepboltz
