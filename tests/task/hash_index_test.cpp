// The index finds what comparing with every code finds, and that is what counting bits one by one finds.
#include "deepboltz/task/hash_index.h"

#include <algorithm>
#include <bit>
#include <set>

#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

// How codes lie: each bit fair; or within a few bits of one of three centres, some of them twice; or all equal.
enum class Spread { even, clustered, equal };

struct CodeCase {
  int bits;
  std::int64_t cases;
  Spread spread;
};

void PrintTo(const CodeCase& c, std::ostream* out) {
  *out << c.bits << " bits, " << c.cases << " codes, spread " << int(c.spread);
}

bool drawn_bit(const CodeCase& c, Key key, std::uint32_t number, int i) {
  if (c.spread == Spread::equal) return i % 3 == 0;
  if (c.spread == Spread::even) return (random_word(key, number, std::uint32_t(i)) & 1) != 0;
  const std::uint32_t pair = number / 2, centre = pair % 3;  // the two codes of a pair are equal
  const bool flipped = random_word(key.fold(1), pair, std::uint32_t(i)) % 16 == 0;
  return ((random_word(key.fold(2), centre, std::uint32_t(i)) & 1) != 0) != flipped;
}

BinaryCodes drawn_codes(const CodeCase& c, Key key) {
  BinaryCodes codes(c.cases, c.bits);
  for (std::int64_t n = 0; n < c.cases; ++n)
    for (int i = 0; i < c.bits; ++i)
      if (drawn_bit(c, key, std::uint32_t(n), i)) codes.set(n, i);
  return codes;
}

// Distances by counting bits one by one; nearest first, equal ones by number.
std::vector<Neighbour> all_by_distance(const BinaryCodes& codes, const BinaryCodes& queries, std::int64_t query) {
  std::vector<Neighbour> all;
  for (std::int64_t n = 0; n < codes.cases(); ++n) {
    int distance = 0;
    for (int i = 0; i < codes.bits(); ++i) distance += codes.bit(n, i) != queries.bit(query, i);
    all.push_back({std::uint32_t(n), distance});
  }
  std::ranges::stable_sort(all, {}, &Neighbour::distance);
  return all;
}

std::vector<Neighbour> wanted_of(const std::vector<Neighbour>& all, const Wanted& wanted) {
  std::vector<Neighbour> out;
  for (const Neighbour& n : all)
    if (n.distance <= wanted.radius && std::int64_t(out.size()) < wanted.most) out.push_back(n);
  return out;
}

class EveryCode : public ::testing::TestWithParam<CodeCase> {};

TEST_P(EveryCode, IndexAndScanFindWhatCountingFinds) {
  const CodeCase& c = GetParam();
  // Stored codes, codes that lie like them, and others anywhere: their balls are often empty.
  const HashIndex index(drawn_codes(c, Key{1}));
  const BinaryCodes& codes = index.codes();
  for (const BinaryCodes& queries :
       {drawn_codes({c.bits, std::min<std::int64_t>(c.cases, 3), c.spread}, Key{1}),
        drawn_codes({c.bits, 3, c.spread}, Key{2}), drawn_codes({c.bits, 3, Spread::even}, Key{3})})
    for (std::int64_t q = 0; q < queries.cases(); ++q) {
      const auto all = all_by_distance(codes, queries, q);
      std::vector<Wanted> searches;
      for (int radius = 0; radius <= c.bits; radius += c.bits > 64 ? 1 + radius / 8 : 1) searches.push_back({radius});
      for (std::int64_t most = 0; most <= c.cases + 1; most += 1 + most / 3) {
        searches.push_back({.most = most});
        searches.push_back({c.bits / 4, most});
      }
      for (const Wanted& wanted : searches) {
        const auto expected = wanted_of(all, wanted);
        ASSERT_EQ(scan(codes, queries.code(q), wanted), expected) << wanted.radius << ' ' << wanted.most;
        ASSERT_EQ(index.find(queries.code(q), wanted), expected) << wanted.radius << ' ' << wanted.most;
      }
    }
}

std::vector<CodeCase> code_cases() {
  std::vector<CodeCase> cases;
  for (const int bits : {1, 7, 8, 20, 24, 25, 30, 64, 128, 512})
    for (const Spread spread : {Spread::even, Spread::clustered, Spread::equal}) cases.push_back({bits, 300, spread});
  cases.push_back({20, 20'000, Spread::even});  // enough codes for balls of several bits
  cases.push_back({24, 20'000, Spread::clustered});
  cases.push_back({64, 20'000, Spread::clustered});
  cases.push_back({128, 5'000, Spread::clustered});
  for (const int bits : {20, 64})
    for (const std::int64_t few : {1, 2}) cases.push_back({bits, few, Spread::even});
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Codes, EveryCode, ::testing::ValuesIn(code_cases()));

TEST(HashIndex, OfNoCodesFindsNothing) {
  for (const int bits : {20, 64}) {
    const HashIndex index(BinaryCodes(0, bits));
    const BinaryCodes query(1, bits);
    EXPECT_TRUE(index.find(query.code(0), {}).empty());
    EXPECT_TRUE(scan(index.codes(), query.code(0), {}).empty());
  }
}

// The pieces are all bits, each in one of them, and an address is at most 24 bits.
TEST(HashIndex, PiecesCoverTheCode) {
  for (const std::int64_t cases : {0, 1, 2, 100})
    for (int bits = kMostAddressBits + 1; bits <= kMostCodeBits; ++bits) {
      const HashIndex index(BinaryCodes(cases, bits));
      int next = 0;
      for (const AddressTable& table : index.tables()) {
        ASSERT_EQ(table.first(), next);
        ASSERT_TRUE(table.bits() >= 1 && table.bits() <= kMostAddressBits);
        next += table.bits();
      }
      ASSERT_EQ(next, bits);
    }
}

// S9 of the specification: addresses within 0 … 5 bits of 20, and within 4 bits of 28.
TEST(Ball, HasEachAddressOnceAndTheSizesPrinted) {
  const std::vector<std::size_t> sizes{1, 21, 211, 1351, 6196, 21700};
  const std::uint32_t centre = 0b1010'1100'1110'0011'0101;
  std::set<std::uint32_t> ball;
  for (int distance = 0; distance <= 5; ++distance) {
    std::int64_t visited = 0;
    std::uint32_t last = 0;
    for_each_at_distance(centre, 20, distance, [&](std::uint32_t address) {
      EXPECT_EQ(std::popcount(address ^ centre), distance);
      EXPECT_LT(address, 1u << 20);
      EXPECT_TRUE(visited == 0 || (address ^ centre) > last) << "in the order of the flipped bits";
      last = address ^ centre;
      ball.insert(address);
      ++visited;
    });
    EXPECT_EQ(visited, addresses_at_distance(20, distance, 1'000'000));
    EXPECT_EQ(ball.size(), sizes[std::size_t(distance)]);
  }
  std::int64_t ball_28 = 0;
  for (int distance = 0; distance <= 4; ++distance) ball_28 += addresses_at_distance(28, distance, 1'000'000);
  EXPECT_EQ(ball_28, 24'158);
}

// Summed over all distances, the ball is every address.
TEST(Ball, OfAllBitsIsEveryAddress) {
  for (const int bits : {1, 2, 7, 16, 24}) {
    std::int64_t visited = 0, counted = 0;
    for (int distance = 0; distance <= bits + 1; ++distance) {
      for_each_at_distance(1, bits, distance, [&](std::uint32_t) { ++visited; });
      counted += addresses_at_distance(bits, distance, std::int64_t(1) << 40);
    }
    EXPECT_EQ(visited, std::int64_t(1) << bits);
    EXPECT_EQ(counted, std::int64_t(1) << bits);
  }
  EXPECT_EQ(addresses_at_distance(24, 12, 1000), 1000);
}

// An address is read across the border of two words as well as within one.
TEST(AddressTable, HasTheCodesOfEachAddress) {
  const BinaryCodes codes = drawn_codes({128, 400, Spread::even}, Key{5});
  for (const int first : {0, 5, 50, 60, 64, 119}) {
    const AddressTable table(codes, first, 9);
    std::size_t in_table = 0;
    for (std::uint32_t address = 0; address < 512; ++address) {
      in_table += table.at(address).size();
      EXPECT_TRUE(std::ranges::is_sorted(table.at(address)));
      for (const std::uint32_t n : table.at(address))
        for (int i = 0; i < 9; ++i) ASSERT_EQ(codes.bit(n, first + i), (address >> i & 1) != 0);
    }
    EXPECT_EQ(in_table, 400u);
  }
}

}  // namespace
}  // namespace deepboltz
