// What the search among binary codes costs, one thread (task/hash_index.h).
//
//   search_bench [PYTHON]
//
// 1. A query of radius 4 over 10⁴, 10⁵ and 10⁶ codes of 20 bits that finds as many each time: the time should depend on
//    the ball and on what is found. Of 10⁶ even codes about 5,900 are found; the smaller sets have as many in the ball.
// 2. The ten nearest of 10⁶ codes of 64 bits, ten planted within 8 bits of each query, beside the scan; and beside
//    faiss' IndexBinaryMultiHash(64, 4, 16), if PYTHON (default /usr/bin/python3) has it, on the same codes and in the
//    same run (peers/faiss_search.py).
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "bench/alternate.h"

#include "deepboltz/io/file.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/task/hash_index.h"

namespace deepboltz::bench {
namespace {

void set_bits(BinaryCodes& codes, std::int64_t number, std::uint64_t bits) {
  for (; bits != 0; bits &= bits - 1) codes.set(number, std::countr_zero(bits));
}

std::uint64_t even_code(Key key, std::uint32_t number, int bits) {
  const std::uint64_t word = std::uint64_t(random_word(key, number, 0)) << 32 | random_word(key, number, 1);
  return word >> (64 - bits);
}

// Even codes, of which the first `inside` lie in the ball of radius 4 around `query`, evenly.
BinaryCodes codes_around(std::uint32_t query, std::int64_t cases, std::int64_t inside) {
  std::vector<std::uint32_t> ball;
  for (int distance = 0; distance <= 4; ++distance)
    for_each_at_distance(query, 20, distance, [&](std::uint32_t address) { ball.push_back(address); });
  BinaryCodes codes(cases, 20);
  for (std::int64_t n = 0; n < cases; ++n)
    set_bits(codes, n,
             n < inside ? ball[below(Key{2}, std::uint64_t(n), ball.size())] : even_code(Key{1}, std::uint32_t(n), 20));
  return codes;
}

void measure_balls() {
  constexpr std::uint32_t kQuery = 0b1010'1100'1110'0011'0101;
  BinaryCodes query(1, 20);
  set_bits(query, 0, kQuery);
  const Wanted wanted{.radius = 4};
  const HashIndex large(codes_around(kQuery, 1'000'000, 0));
  const auto hits = std::int64_t(large.find(query.code(0), wanted).size());
  const auto of_size = [&](std::int64_t cases) {  // some of the others lie in the ball by chance
    std::int64_t inside = hits;
    for (int again = 0; again < 3; ++again)
      inside += hits - std::int64_t(scan(codes_around(kQuery, cases, inside), query.code(0), wanted).size());
    return HashIndex(codes_around(kQuery, cases, inside));
  };
  const HashIndex small = of_size(10'000), middle = of_size(100'000);
  const auto ask = [&](const HashIndex& index) {
    return [&index, &query, wanted] { (void)index.find(query.code(0), wanted); };
  };
  const auto seconds =
      alternate({ask(small), ask(middle), ask(large), [&] { (void)scan(large.codes(), query.code(0), wanted); }});
  std::printf("20 bits, radius 4\n%10s %10s %12s %10s\n", "codes", "found", "µs a query", "of 10^4");
  const HashIndex* indices[] = {&small, &middle, &large, &large};
  for (std::size_t i = 0; i < 4; ++i)
    std::printf("%10ld %10zu %12.1f %10.2f%s\n", long(indices[i]->codes().cases()),
                indices[i]->find(query.code(0), wanted).size(), seconds[i] * 1e6, seconds[i] / seconds[0],
                i == 3 ? "  (scan)" : "");
}

void write_words(const std::filesystem::path& path, const std::vector<std::uint64_t>& words) {
  write_file(path, {reinterpret_cast<const std::uint8_t*>(words.data()), words.size() * 8});
}

void measure_nearest(const char* python) {
  constexpr std::uint32_t kCodes = 1'000'000, kQueries = 100, kPlanted = 10, kFarthest = 8;
  std::vector<std::uint64_t> stored(kCodes), asked(kQueries);
  for (std::uint32_t n = 0; n < kCodes; ++n) stored[n] = even_code(Key{3}, n, 64);
  for (std::uint32_t q = 0; q < kQueries; ++q) {
    asked[q] = even_code(Key{4}, q, 64);
    for (std::uint32_t p = 0; p < kPlanted; ++p) {  // number q + kQueries·p differs from it in 1 to 8 bits
      std::uint64_t code = asked[q];
      const Key own = Key{5}.fold(q).fold(p);
      const auto order = permutation(own, 64);
      const std::uint64_t flips = 1 + below(own.fold(1), 0, kFarthest);
      for (std::uint64_t i = 0; i < flips; ++i) code ^= std::uint64_t(1) << order[i];
      stored[q + kQueries * p] = code;
    }
  }
  BinaryCodes codes(kCodes, 64), queries(kQueries, 64);
  for (std::uint32_t n = 0; n < kCodes; ++n) set_bits(codes, n, stored[n]);
  for (std::uint32_t q = 0; q < kQueries; ++q) set_bits(queries, q, asked[q]);
  const HashIndex index(std::move(codes));
  const Wanted wanted{.most = kPlanted};
  for (std::uint32_t q = 0; q < kQueries; ++q)
    if (index.find(queries.code(q), wanted) != scan(index.codes(), queries.code(q), wanted)) std::abort();
  const auto each = [&](auto&& find) {
    return [&, find] {
      for (std::uint32_t q = 0; q < kQueries; ++q) find(queries.code(q));
    };
  };
  const auto seconds = alternate({each([&](const std::uint64_t* query) { (void)index.find(query, wanted); }),
                                  each([&](const std::uint64_t* query) { (void)scan(index.codes(), query, wanted); })},
                                 5);
  std::printf("\n64 bits, ten nearest of 10^6, all planted within 8 bits\n");
  std::printf("index %.1f µs a query, scan %.1f µs, ratio %.1f\n", seconds[0] / kQueries * 1e6,
              seconds[1] / kQueries * 1e6, seconds[1] / seconds[0]);
  std::fflush(stdout);
  const auto folder = std::filesystem::temp_directory_path() / "deepboltz-search-bench";
  std::filesystem::create_directories(folder);
  write_words(folder / "codes.bin", stored);
  write_words(folder / "queries.bin", asked);
  const std::string command =
      fmt::format("{} {}/bench/peers/faiss_search.py {} {}", python, DEEPBOLTZ_SOURCE_DIR, folder.string(), kPlanted);
  if (std::system(command.c_str()) != 0) std::printf("faiss was not measured\n");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace deepboltz::bench

int main(int count, char** arguments) {
  deepboltz::bench::measure_balls();
  deepboltz::bench::measure_nearest(count > 1 ? arguments[1] : "/usr/bin/python3");
}
